import Reports
import Statistics
import Suites

/// The answer in a few lines, each derived from the tables of a report.
struct Answer {
  let tables: [TableReport]
  let claims: [Claim]
  let contradictions: [Contradiction]
  let sampling: SamplingStudy?

  var lines: [String] {
    [speedAnswer, baselineAnswer, samplingAnswer, accuracyAnswer, contradictionAnswer].compactMap { $0 }
  }

  private var profile: Profile { tables[0].grid.profile }

  private var table3: TableReport? { tables.first { $0.grid.suite.table == 3 } }

  /// c minus the counted gradients, the paper's and ours, for the rows of some methods, with their verdicts.
  private func excess(_ methods: [String]) -> (
    paper: [Double], ours: [Double], decided: Int, reproduced: Int, rows: Int
  ) {
    guard let table = table3 else { return ([], [], 0, 0, 0) }
    let rows = table.measurements.filter { methods.contains($0.entry.method.label) && $0.entry.published?.mark == nil }
    let paper = rows.compactMap { row in
      table.printedCost(row).flatMap { cost in (table.printedCount(row) ?? row.declaredCost).map { cost.value - $0 } }
    }
    let ours = rows.compactMap { row in row.cost.flatMap { cost in row.countedCost.map { cost.value - $0.mean } } }
    let verdicts = rows.compactMap { table.verdict(on: .imagesPerSecond, of: $0) }
    return (
      paper, ours, verdicts.count { $0.outcome == .reproduced || $0.outcome == .differs },
      verdicts.count { $0.outcome == .reproduced }, verdicts.count
    )
  }

  /// The study of kinds of steps; nil unless it was run.
  private var stepStudy: (table: TableReport, costs: [MixedCost])? {
    for table in tables where table.grid.suite.mixtures != nil {
      let costs = table.mixedCosts.filter { $0.table == "Table 3" && $0.difference != nil && $0.outcome != .quoted }
      if !costs.isEmpty { return (table, costs) }
    }
    return nil
  }

  private var speedAnswer: String? {
    if let study = stepStudy {
      let own = study.costs.filter { $0.part.published == "vSAM" }
      let differences = own.compactMap(\.difference?.value)
      guard let low = differences.min(), let high = differences.max() else { return nil }
      let decided = study.table.decidedSpeeds(study.costs)
      let different = decided.decided - decided.reproduced - decided.consistent
      let reproduced = own.count { $0.outcome == .reproduced }
      let headline =
        own.contains { $0.outcome == .differs }
        ? "not as counted" : reproduced == own.count ? "as counted" : "not contradicted"
      return
        "**Speed: \(headline).** With a step of SGD at 1 and one of SAM at 2, vSAM's printed speeds lie "
        + "\(low.signed(decimals: 2)) to \(high.signed(decimals: 2)) from the cost of its printed sampling numbers, "
        + "measured here on the paper's own networks: reproduced on \(reproduced) of \(own.count) models. Table 3's "
        + "\(decided.all) speeds beyond SGD's and SAM's: \(decided.reproduced) reproduced, \(decided.consistent) "
        + "consistent with their counts without a measurement (SAM-5, SAM-10), \(different) different, "
        + "\(decided.all - decided.decided) open."
    }
    let own = excess(["vSAM", "SAM-5", "SAM-10"])
    guard let farthest = own.paper.map(abs).max() else { return nil }
    let margin = table3?.grid.suite.equivalence[.imagesPerSecond]?.value ?? 0.1
    let text =
      "**Speed: \(farthest < margin ? "consistent" : "not consistent").** With a step of SGD at 1 and one of SAM at 2, "
      + "the paper's vSAM, SAM-5 and SAM-10 lie within \(farthest.text(decimals: 2)) of what their printed sampling "
      + "numbers imply"
    guard profile.comparable.contains(.imagesPerSecond), let ours = own.ours.map(abs).max() else { return text + "." }
    return text
      + ", ours within \(ours.text(decimals: 2)) of the counted gradients. These \(own.rows) speeds: \(own.reproduced) "
      + "reproduced, \(own.decided - own.reproduced) different, \(own.rows - own.decided) open."
  }

  private var baselineAnswer: String? {
    if let study = stepStudy {
      let differing = study.costs.filter { $0.outcome == .differs }
      guard !differing.isEmpty else { return "**Baselines: as printed**, where decided." }
      let parts = differing.map { cost -> String in
        let printed = cost.rows.compactMap { $0.printedCost?.text(decimals: 2) }.joined(separator: " and ")
        let expected = Statistic(cost.rows.compactMap(\.expected))?.mean.text(decimals: 2) ?? ""
        return "\(cost.part.published) on \(cost.model) \(printed), measured \(expected)"
      }
      return
        "**Baselines: not as printed.** Gradients per step implied by the printed speeds: "
        + "\(parts.joined(separator: "; "))."
    }
    guard let table = table3 else { return nil }
    let parts = ["LookSAM-5", "SAF", "ESAM"].compactMap { method -> String? in
      let rows = table.measurements.filter { $0.entry.method.label == method }
      let costs = rows.compactMap { table.printedCost($0)?.value }
      guard let low = costs.min(), let high = costs.max() else { return nil }
      let declared = rows.compactMap { table.printedCount($0) ?? $0.declaredCost }
      let counted = Statistic(declared).map { ", counted \($0.mean.text(decimals: 2))" } ?? ""
      return "\(method) \(low.text(decimals: 2)) to \(high.text(decimals: 2))\(counted)"
    }
    guard !parts.isEmpty else { return nil }
    return
      "**Baselines: not as printed.** Gradients per step implied by the printed speeds: "
      + "\(parts.joined(separator: "; "))."
  }

  private var samplingAnswer: String? {
    guard let sampling, let published = tables.first(where: { $0.grid.suite.table == 1 })?.grid.suite.published else {
      return nil
    }
    let pairs = sampling.alphas.compactMap { alpha -> (Double, Double)? in
      guard let printed = published.rows.first(where: { $0.alpha == alpha })?.sampledPercent,
        let noise = sampling.noise[alpha]?.mean
      else { return nil }
      return (printed, 100 * noise)
    }
    guard !pairs.isEmpty else { return nil }
    func list(_ values: [Double]) -> String { values.map { $0.text(decimals: 1) }.joined(separator: ", ") }
    let near = pairs.count { abs($0.0 - $0.1) <= 4 }
    let headline =
      near == pairs.count
      ? "noise can be enough" : 2 * near > pairs.count ? "noise can nearly be enough" : "noise is not enough"
    // The size of the noise is assumed and decides the counts.
    let others = sampling.otherNoise.map { factor, shares -> String in
      let near = sampling.alphas.count { alpha in
        guard let printed = published.rows.first(where: { $0.alpha == alpha })?.sampledPercent,
          let noise = shares[alpha]?.mean
        else { return false }
        return abs(printed - 100 * noise) <= 4
      }
      return "at \(factor) times the noise \(near)"
    }
    return
      "**Sampling: \(headline).** On stationary noise without signal (deviation of log PSF "
      + "\(SamplingStudy.noiseDeviations.psf), assumed), Eqs. 8-15 sample \(list(pairs.map(\.1))) % at Table 1's "
      + "alphas; the paper prints \(list(pairs.map(\.0))) %, \(near) of \(pairs.count) within 4 points "
      + "(\(others.joined(separator: ", ")))."
      + (sampling.followsSignal.map { " On norms of our runs: \($0.evidence)." } ?? "")
  }

  private var accuracyAnswer: String? {
    let found = claims.compactMap(\.accuracy).filter { $0.word != .notTested }
    guard !found.isEmpty else {
      return
        "**Accuracy: not tested.** The \(profile.name) profile trains small networks briefly; the paper's scale takes "
        + "112,000 processor hours."
    }
    let decisions: [Finding.Word] = [.reproduced, .differs, .same, .opposite]
    let words = decisions + [.inconclusive, .open, .notComparable]
    let counts = words.compactMap { word -> String? in
      let count = found.count { $0.word == word }
      return count == 0 ? nil : "\(count) \(word.rawValue)"
    }
    let decided = found.filter { decisions.contains($0.word) }.map { "\($0.word.rawValue): \($0.evidence)" }
    return "**Accuracy.** Of \(found.count) claim\(found.count == 1 ? "" : "s"): \(counts.joined(separator: ", "))."
      + (decided.isEmpty ? "" : " Decided in points: " + decided.joined(separator: "; ") + ".")
  }

  private var contradictionAnswer: String? {
    let found = contradictions
    guard !found.isEmpty else { return nil }
    return
      "**Contradictions among the paper's numbers: \(found.count)**, affecting a conclusion: "
      + "\(found.count { $0.weight == .matters })."
  }
}
