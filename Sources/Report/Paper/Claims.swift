import Reports
import Statistics
import Suites

/// The paper's claims, judged from the tables of one report.
struct Claims {
  let tables: [TableReport]
  let traces: TraceReader
  let sampling: SamplingStudy?

  var profile: Profile { tables[0].grid.profile }

  /// In the order of the paper's sections; none unless a table is the paper's or a study at small scale.
  var all: [Claim] {
    let isOwn = tables.contains {
      $0.grid.suite.published != nil && $0.grid.suite.table != nil || $0.grid.profile.scale == .small
    }
    guard isOwn else { return [] }
    return (speedClaims + accuracyClaims + samplingClaims + ablationClaims + quantizedClaims + traceClaims).filter {
      $0.paper != nil || $0.speed != nil || $0.sampling != nil || $0.accuracy != nil
    }
  }

  func table(_ number: Int) -> TableReport? { tables.first { $0.grid.suite.table == number } }

  // MARK: - Table 3

  private var speedClaims: [Claim] {
    [
      Claim(
        statement: "vSAM is about 40 % faster than SAM", place: "abstract, 4.3",
        paper: printedSpeeds(3, "vSAM", "within 140 ± 5") { abs($0 - 140) <= 5 },
        speed: mixtureFinding("vSAM") ?? speedFinding(3, "vSAM", reaching: 140)),
      Claim(
        statement: "SAF is nearly as fast as SGD", place: "4.3", paper: printedCosts(3, "SAF", upTo: 1.1),
        speed: stepFinding("SAF", upTo: 1.1) ?? costFinding(3, "SAF", upTo: 1.1)),
    ]
  }

  private var accuracyClaims: [Claim] {
    [
      claim("SAM is more accurate than SGD", "1, 4.3", 3, "SAM", ["SGD"]),
      Claim(
        statement: "vSAM is as accurate as SAM", place: "abstract, 4.3", paper: printedEquality(3, "vSAM", "SAM"),
        accuracy: nonInferiority("vSAM", to: "SAM")),
      claim("vSAM is more accurate than SGD", "4.3", 3, "vSAM", ["SGD"]),
      claim("vSAM is more accurate than SAM-5 and SAM-10", "4.3", 3, "vSAM", ["SAM-5", "SAM-10"]),
      claim("SAM-5 and SAM-10 are less accurate than SAM", "4.3", 3, "SAM", ["SAM-5", "SAM-10"]),
      claim(
        "vSAM is more accurate than LookSAM, ESAM and AE-SAM in most cases", "4.3", 3, "vSAM",
        ["LookSAM-5", "ESAM", "AE-SAM"], most: true),
      claim("vSAM is more accurate than SAF and MESA", "4.3", 3, "vSAM", ["SAF", "MESA"]),
      fewerUpdates,
    ]
  }

  /// A method is more accurate than each of others.
  private func claim(
    _ statement: String, _ place: String, _ table: Int, _ method: String, _ others: [String], most: Bool = false
  ) -> Claim {
    Claim(
      statement: statement, place: place, paper: printedAccuracies(table, method, over: others, isMost: most),
      accuracy: accuracies(method, over: others))
  }

  /// AE-SAM's accuracy with fewer second gradients.
  private var fewerUpdates: Claim {
    let blocks = printedPairs(3, "vSAM", "AE-SAM")
    let fewer = blocks.filter { ($0.one.samplingNumber ?? 0) < ($0.other.samplingNumber ?? 0) }
    let asAccurate = blocks.filter { ($0.one.accuracyMean ?? 0) >= ($0.other.accuracyMean ?? 0) - 0.1 }
    return Claim(
      statement: "vSAM is as accurate as AE-SAM with fewer SAM updates", place: "4.3",
      paper: blocks.isEmpty
        ? nil
        : Finding(
          word: fewer.count == blocks.count && asAccurate.count == blocks.count ? .holds : .mixed,
          evidence: "fewer updates in \(fewer.count) of \(blocks.count), accuracy at most 0.1 lower in "
            + "\(asAccurate.count)"), accuracy: accuracies("vSAM", over: ["AE-SAM"]))
  }

  // MARK: - Tables 1 and 2

  private var samplingClaims: [Claim] {
    let alpha = printed(1).filter { $0.alpha != nil }.sorted { ($0.alpha ?? 0) < ($1.alpha ?? 0) }
    let gamma = printed(2).sorted { ($0.gamma ?? 0) < ($1.gamma ?? 0) }
    return [
      Claim(
        statement: "the sampling number grows with alpha", place: "4.2, Table 1",
        paper: rising(alpha.compactMap { $0.samplingNumber.map(Double.init) }, decimals: 0),
        sampling: sampling?.growsWithAlpha),
      Claim(
        statement: "accuracy grows with the sampling number", place: "4.2, Table 1",
        paper: rising(
          alpha.filter { $0.samplingNumber != nil }.sorted { ($0.samplingNumber ?? 0) < ($1.samplingNumber ?? 0) }
            .compactMap(\.accuracyMean), decimals: 2)),
      nearlyEqualCount,
      Claim(
        statement: "a larger gamma is more accurate", place: "4.2, Table 2",
        paper: rising(gamma.compactMap(\.accuracyMean), decimals: 2)),
      gammaSpeed(gamma),
      Claim(
        statement: "the sampling rate follows the variation of PSF", place: "1, 3.2", sampling: sampling?.followsSignal),
    ]
  }

  /// "Sampling at the opportune moments": more accurate than SAM-5 at nearly the same count.
  private var nearlyEqualCount: Claim {
    let row = printed(1).first { $0.alpha == 0.1 }
    let other = printed(3).first { $0.method == "SAM-5" && $0.model == row?.model && $0.dataset == row?.dataset }
    var paper: Finding?
    if let row, let other, let mine = row.accuracyMean, let theirs = other.accuracyMean, let n = row.samplingNumber,
      let m = other.samplingNumber
    {
      paper = Finding(
        word: mine > theirs ? .holds : .fails,
        evidence: "\((mine - theirs).signed(decimals: 2)) points at \(n) and \(m) samples, one run")
    }
    return Claim(
      statement: "vSAM is more accurate than SAM-5 at nearly the same sampling number", place: "4.2", paper: paper,
      accuracy: accuracies("vSAM", over: ["periodic", "constant", "late"], atEqualCounts: true))
  }

  private func gammaSpeed(_ rows: [PublishedRow]) -> Claim {
    let speeds = rows.compactMap(\.imagesPerSecond)
    var paper: Finding?
    if let sam = printed(1).first(where: { $0.relativeSpeed == 100 })?.imagesPerSecond, let low = speeds.min(),
      let high = speeds.max(), rows.count > 1
    {
      let counts = rows.compactMap { $0.sampledShare.map { 200 / (1 + $0) } }
      let implied = (counts.max() ?? 0) - (counts.min() ?? 0)
      paper = Finding(
        word: 100 * (high - low) / sam <= 10 ? .holds : .mixed,
        evidence: "AIS spans \((100 * (high - low) / sam).text(decimals: 1)) points, "
          + "\(implied.text(decimals: 1)) from the counts; criterion: at most 10")
    }
    return Claim(
      statement: "gamma has little effect on speed", place: "4.2, Table 2", paper: paper, speed: equalCosts(2))
  }

  // MARK: - Tables 4 and 5

  private var ablationClaims: [Claim] {
    [
      claim("adaptive sampling helps: vSAM-A is more accurate than SAM-5", "4.4", 4, "vSAM-A", ["SAM-5"]),
      claim("reusing PSF helps: vSAM is more accurate than vSAM-A", "4.4", 4, "vSAM", ["vSAM-A"]),
      Claim(
        statement: "reusing PSF costs no time", place: "4.4", paper: reuseCost,
        speed: reuseStep ?? costBeyondCount(4, "vSAM")),
    ]
  }

  private var reuseCost: Finding? {
    let pairs = printedPairs(4, "vSAM", "vSAM-A")
    guard !pairs.isEmpty else { return nil }
    let faster = pairs.filter { ($0.one.imagesPerSecond ?? 0) >= ($0.other.imagesPerSecond ?? 0) }
    return Finding(
      word: faster.count == pairs.count ? .mixed : .fails,
      evidence: "faster than vSAM-A in \(faster.count) of \(pairs.count); vSAM-A must then have sampled more")
  }

  private var quantizedClaims: [Claim] {
    [
      Claim(
        statement: "LSQ+vSAM stays close to LSQ+SAM", place: "4.5", paper: printedEquality(5, "LSQ+vSAM", "LSQ+SAM"),
        accuracy: nonInferiority("LSQ+vSAM", to: "LSQ+SAM")),
      Claim(
        statement: "LSQ+vSAM is over 50 % faster than LSQ+SAM", place: "4.5",
        paper: printedSpeeds(5, "LSQ+vSAM", "above 150") { $0 > 150 },
        speed: speedFinding(5, "LSQ+vSAM", reaching: 150)),
    ]
  }
}
