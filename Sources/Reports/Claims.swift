import Configuration
import Foundation  // exp, log
import Statistics
import Store
import Suites

/// One statement of the paper, what the stored runs say about it, and the verdict.
struct Claim: Hashable, Sendable {
  let statement: String
  /// Where the paper says it.
  let place: String
  let evidence: String
  let outcome: Outcome
  let reason: String?
}

/// The paper's statements as judged from the tables of one report.
struct Claims {
  let tables: [TableReport]
  let traces: TraceReader
  let profile: Profile

  /// The statements whose tables belong to the report.
  var all: [Claim] {
    [faster, asAccurate, rareSAM, growingPSF, gammaSpeed, reuse, quantised].compactMap { $0 }
  }

  private func table(_ number: Int) -> TableReport? { tables.first { $0.grid.suite.table == number } }

  // MARK: - Speed

  private var faster: Claim? {
    speedClaim(
      "vSAM is about 40 % faster than SAM", place: "abstract, 1, 4.3", table: 3,
      rows: { $0.entry.method.label == "vSAM" }
    ) { margin in
      (140, { $0.judge(margin: margin) }, "140 % of SAM within ±\(margin.points)")
    }
  }

  private var quantised: Claim? {
    speedClaim(
      "LSQ+vSAM is over 50 % faster than LSQ+SAM", place: "4.5", table: 5,
      rows: { $0.entry.method.label == "LSQ+vSAM" }
    ) { _ in
      // A one-sided statement: everything above 150 confirms it.
      (
        150, { $0.interval().low > 0 ? .within : $0.interval().high < 0 ? .beyond : .undecided },
        "over 150 % of LSQ+SAM"
      )
    }
  }

  /// A statement on the relative speed of one row over all its models and data sets; each of them is one value.
  private func speedClaim(
    _ statement: String, place: String, table number: Int, rows isMeant: (Measurement) -> Bool,
    _ test: (Double) -> (target: Double, judge: (Estimate) -> Judgement, words: String)
  ) -> Claim? {
    guard let table = table(number) else {
      return Claim(
        statement: statement, place: place, evidence: "no suite of Table \(number) was asked for", outcome: .notRun,
        reason: nil)
    }
    let rows = table.measurements.filter(isMeant)
    let blocks = rows.compactMap { row in row.relativeSpeed.map { (row, $0.mean) } }
    let words = blocks.map { "\($0.0.entry.model.label) \($0.0.entry.dataset.label) \($0.1.text(decimals: 0))" }
    func claim(_ evidence: String, _ outcome: Outcome, _ reason: String? = nil) -> Claim {
      Claim(statement: statement, place: place, evidence: evidence, outcome: outcome, reason: reason)
    }
    guard let mean = Statistic(blocks.map(\.1)) else { return claim("no speed was measured", .notRun) }
    let margin = table.grid.suite.equivalence[.imagesPerSecond]?.value ?? 0
    let (target, judge, meaning) = test(margin)
    let limits = Statistic(blocks.compactMap(\.0.speedLimit)).map { ", limit \($0.mean.text(decimals: 0))" } ?? ""
    let evidence =
      "\(mean.mean.text(decimals: 0)) % of the baseline, n = \(mean.n)"
      + (mean.interval().map { " \($0.plain(decimals: 0))" } ?? "") + limits + ": " + words.joined(separator: ", ")
    guard rows.allSatisfy({ $0.state == .complete }) else { return claim(evidence, .notRun, "some runs are missing") }
    guard profile.comparable.contains(.imagesPerSecond) else {
      return claim(evidence, .notComparable, "the \(profile.name) profile is no evidence about speeds")
    }
    guard let known = Estimate(mean) else { return claim(evidence, .inconclusive, "one model cannot decide this") }
    let estimate = Estimate(value: known.value - target, error: known.error, freedom: known.freedom)
    return claim(evidence, Outcome(judge(estimate)), "asked: \(meaning)")
  }

  private var gammaSpeed: Claim? {
    guard let table = table(2) else { return nil }
    let statement = "gamma has little effect on speed"
    let rows = table.measurements.filter { $0.relativeSpeed != nil }
    func claim(_ evidence: String, _ outcome: Outcome, _ reason: String? = nil) -> Claim {
      Claim(statement: statement, place: "4.2, Table 2", evidence: evidence, outcome: outcome, reason: reason)
    }
    let speeds = rows.compactMap { row in row.relativeSpeed.map { (row, $0) } }
    guard let slowest = speeds.min(by: { $0.1.mean < $1.1.mean }),
      let fastest = speeds.max(by: { $0.1.mean < $1.1.mean }),
      speeds.count > 1
    else { return claim("no speeds of several gammas were measured", .notRun) }
    var evidence = speeds.map { "\($0.0.entry.method.head): \($0.1.mean.text(decimals: 0))" }.joined(separator: ", ")
    evidence = "% of SAM by gamma: \(evidence)"
    guard table.measurements.allSatisfy({ $0.state == .complete }) else { return claim(evidence, .notRun) }
    guard profile.comparable.contains(.imagesPerSecond) else {
      return claim(evidence, .notComparable, "the \(profile.name) profile is no evidence about speeds")
    }
    guard let margin = table.grid.suite.equivalence[.imagesPerSecond]?.value,
      let difference = Estimate(of: fastest.1, minus: slowest.1)
    else { return claim(evidence, .inconclusive, "n = \(fastest.1.n) cannot decide this") }
    return claim(
      evidence + "; fastest minus slowest \(difference.text(decimals: 0))", Outcome(difference.judge(margin: margin)),
      "asked: the two farthest apart within ±\(margin.points)")
  }

  // MARK: - Accuracy

  private var asAccurate: Claim? {
    accuracyClaim(
      "vSAM is as accurate as SAM", place: "abstract, 4.3", table: 3, pairs: [("vSAM", "SAM")]
    ) { estimate, margin in (estimate.judge(margin: margin), "within ±\(margin.points)") }
  }

  private var rareSAM: Claim? {
    accuracyClaim(
      "SAM-5 and SAM-10 are less accurate than SAM", place: "4.3", table: 3,
      pairs: [("SAM-5", "SAM"), ("SAM-10", "SAM")]
    ) { estimate, _ in
      let interval = estimate.interval()
      return (interval.high < 0 ? .within : interval.low > 0 ? .beyond : .undecided, "below 0")
    }
  }

  private var reuse: Claim? {
    accuracyClaim(
      "reusing PSF helps: vSAM is more accurate than vSAM-A", place: "4.4, Table 4", table: 4,
      pairs: [("vSAM", "vSAM-A")]
    ) { estimate, _ in
      let interval = estimate.interval()
      return (interval.low > 0 ? .within : interval.high < 0 ? .beyond : .undecided, "above 0")
    }
  }

  /// A statement on accuracy differences, paired by seed; each model and data set gives the mean of its pairs.
  private func accuracyClaim(
    _ statement: String, place: String, table number: Int, pairs: [(String, String)],
    _ judge: (Estimate, Double) -> (Judgement, String)
  ) -> Claim? {
    guard let table = table(number) else { return nil }
    func claim(_ evidence: String, _ outcome: Outcome, _ reason: String? = nil) -> Claim {
      Claim(statement: statement, place: place, evidence: evidence, outcome: outcome, reason: reason)
    }
    var parts: [String] = []
    var judgements: [Judgement] = []
    var words = ""
    var isComplete = true
    let margin = table.grid.suite.equivalence[.accuracy]?.value ?? 0
    for (one, other) in pairs {
      var means: [Double] = []
      for row in table.measurements where row.entry.method.label == one {
        let partner = table.measurements.first {
          $0.entry.method.label == other && $0.entry.model == row.entry.model && $0.entry.dataset == row.entry.dataset
        }
        isComplete = isComplete && row.state == .complete && partner?.state == .complete
        if let mean = partner.flatMap({ Statistic(row.differences(to: $0)) })?.mean { means.append(mean) }
      }
      guard let mean = Statistic(means) else { continue }
      let estimate = Estimate(mean)
      parts.append(
        "\(one) − \(other): "
          + (estimate.map { $0.text(decimals: 2) } ?? mean.mean.signed(decimals: 2)) + " points, n = \(mean.n)")
      if let estimate {
        let (judgement, meaning) = judge(estimate, margin)
        judgements.append(judgement)
        words = meaning
      }
    }
    guard !parts.isEmpty else { return claim("nothing to compare was run", .notRun) }
    let evidence = parts.joined(separator: "; ")
    guard isComplete else { return claim(evidence, .notRun, "some runs are missing") }
    guard profile.comparable.contains(.accuracy) else {
      return claim(evidence, .notComparable, "the \(profile.name) profile is no evidence about accuracies")
    }
    guard judgements.count == pairs.count else { return claim(evidence, .inconclusive, "one block has no spread") }
    let judgement: Judgement =
      judgements.contains(.beyond) ? .beyond : judgements.contains(.undecided) ? .undecided : .within
    return claim(evidence, Outcome(judgement), "asked: \(words)")
  }

  // MARK: - Traces

  private var growingPSF: Claim? {
    guard let table = table(3) else { return nil }
    let statement = "the norm of PSF grows and varies more as training goes on"
    func claim(_ evidence: String, _ outcome: Outcome, _ reason: String? = nil) -> Claim {
      Claim(statement: statement, place: "1, 3.1, Figure 2", evidence: evidence, outcome: outcome, reason: reason)
    }
    var growth: [Double] = []
    var spread: [Double] = []
    for row in table.measurements where row.entry.method.label == "SAM" {
      for run in row.finished {
        guard let norms = traces(run.summary.cellID)?.trace("l2_psf"), let change = PSFChange(norms) else { continue }
        growth.append(change.mean)
        spread.append(change.deviation)
      }
    }
    guard let mean = Statistic(growth), let deviation = Statistic(spread) else {
      return claim("no run of SAM has traces of nine iterations or more", .notRun)
    }
    let evidence =
      "last third of the iterations against the first, n = \(mean.n) runs of SAM: mean norm "
      + "\(mean.asFactor), its standard deviation \(deviation.asFactor)"
    guard profile.isEvidence else {
      let epochs = table.grid.cells.first.map { $0.recipe[Recipe.epochs] } ?? 0
      return claim(evidence, .notComparable, "\(epochs) epochs show the start of a training, not how it goes on")
    }
    guard let a = mean.interval(), let b = deviation.interval() else {
      return claim(evidence, .inconclusive, "n = 1 cannot decide this")
    }
    let outcome: Outcome =
      a.low > 0 && b.low > 0 ? .reproduced : a.high < 0 || b.high < 0 ? .differs : .inconclusive
    return claim(evidence, outcome, "asked: both factors above 1")
  }
}

/// How a norm's mean and spread changed from the first third of a run to the last, as logarithms of the ratios.
struct PSFChange: Hashable, Sendable {
  let mean, deviation: Double

  /// Nil for fewer than nine values, or none that are finite and positive.
  init?(_ norms: [Float]) {
    let values = norms.filter(\.isFinite).map(Double.init)
    guard values.count >= 9, let first = Statistic(Array(values.prefix(values.count / 3))),
      let last = Statistic(Array(values.suffix(values.count / 3))), let before = first.deviation,
      let after = last.deviation, first.mean > 0, last.mean > 0, before > 0, after > 0
    else { return nil }
    mean = log(last.mean / first.mean)
    deviation = log(after / before)
  }
}

extension Outcome {
  init(_ judgement: Judgement) {
    switch judgement {
    case .within: self = .reproduced
    case .beyond: self = .differs
    case .undecided: self = .inconclusive
    }
  }
}

extension Measurement {
  /// Accuracies after the last epoch minus another row's of the same seeds.
  func differences(to other: Measurement) -> [Double] {
    finished.compactMap { seed, summary in
      guard let mine = summary.result.testAccuracyLast,
        let theirs = other.finished.first(where: { $0.seed == seed })?.summary.result.testAccuracyLast
      else { return nil }
      return mine - theirs
    }
  }
}

extension Statistic {
  /// A mean of logarithms as a factor with its interval: "×2.1 [1.8, 2.4]".
  fileprivate var asFactor: String {
    let factor = "×" + exp(mean).text(decimals: 2)
    return interval().map { "\(factor) [\(exp($0.low).text(decimals: 2)), \(exp($0.high).text(decimals: 2))]" }
      ?? factor
  }
}

extension Interval {
  /// "[132, 151]".
  fileprivate func plain(decimals: Int) -> String {
    "[\(low.text(decimals: decimals)), \(high.text(decimals: decimals))]"
  }
}

extension Double {
  /// "10 points".
  fileprivate var points: String { String(format: "%g points", self) }
}

extension Report {
  /// The paper's statements with evidence and verdict.
  var claimBlocks: [Page.Block] {
    guard !claims.isEmpty else { return [] }
    var notes = Notes()
    let columns = [
      Table.Column("claim", alignment: .left), Table.Column("place", title: "paper", alignment: .left),
      Table.Column("verdict", alignment: .left), Table.Column("evidence", alignment: .left),
    ]
    let rows = claims.map { claim -> [Table.Entry] in
      let mark = claim.reason.map { " " + notes.mark($0) } ?? ""
      return [.text(claim.statement), .text(claim.place), .text(claim.outcome.rawValue + mark), .text(claim.evidence)]
    }
    return [
      .heading(2, "The paper's claims"),
      .paragraph(
        "Intervals are Student's at 95 %; n counts the blocks of a table, a model with a data set, each the mean of its seeds, "
          + "or runs where it says so."),
      .table(Table(columns: columns, rows: rows, notes: notes.all)),
    ]
  }

  package var claimData: Table {
    Table(
      columns: ["claim", "place", "verdict", "evidence", "reason"].map { Table.Column($0, alignment: .left) },
      rows: claims.map { claim in
        [
          .text(claim.statement), .text(claim.place), .text(claim.outcome.rawValue), .text(claim.evidence),
          claim.reason.map { .text($0) } ?? .none,
        ]
      })
  }
}
