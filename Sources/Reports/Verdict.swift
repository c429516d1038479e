import Statistics
import Store
import Suites

/// What became of one printed number.
package enum Outcome: String, Hashable, Sendable, CaseIterable {
  /// Shown to lie within the suite's margin of the printed number.
  case reproduced
  /// Shown to lie beyond it.
  case differs
  /// Neither can be said from these runs.
  case inconclusive
  /// The runs do not measure what the paper's did: smaller networks, fewer images, other settings.
  case notComparable = "not comparable"
  /// A number of another paper, which is never run.
  case quoted
  /// Some seed is still to be trained: no verdict before all planned runs are in.
  case notRun = "not run"

  /// The mark behind a number in the paper's layout; none where nothing was decided on.
  var mark: String {
    switch self {
    case .reproduced: "✓"
    case .differs: "✗"
    case .inconclusive: "?"
    case .notComparable, .quoted, .notRun: ""
    }
  }
}

/// One number of the paper's table beside ours.
package struct Verdict: Hashable, Sendable {
  package let model: String
  package let dataset: String
  package let method: String
  package let column: Column
  /// Accuracies in percent, sampling numbers in percent of the iterations, speeds in percent of the baseline's.
  package let paper: Statistic
  package let ours: Statistic?
  /// Ours minus the paper's; nil without at least two runs.
  package let difference: Estimate?
  package let margin: Margin?
  package let outcome: Outcome
  /// Why it is what it is, where the numbers do not say so themselves.
  package let reason: String?
}

extension TableReport {
  /// A verdict on every number that the paper prints for this table, in the order of its rows. The baseline's own speed,
  /// 100 by definition, is none.
  package var verdicts: [Verdict] {
    guard let published = grid.suite.published else { return [] }
    var verdicts: [Verdict] = []
    for model in grid.models {
      for dataset in grid.datasets {
        func quoted(after label: String?) -> [Verdict] {
          grid.suite.quoted.filter { $0.after == label }.flatMap { line -> [Verdict] in
            guard let row = published.row(line.published, model: model.label, dataset: dataset.label) else { return [] }
            return Column.allCases.compactMap { column in
              row.number(column, n: published.n).map {
                Verdict(
                  model: model.label, dataset: dataset.label, method: line.label, column: column, paper: $0, ours: nil,
                  difference: nil, margin: nil, outcome: .quoted, reason: line.note)
              }
            }
          }
        }
        for measurement in block(model, dataset) {
          for column in Column.allCases { verdict(on: column, of: measurement).map { verdicts.append($0) } }
          verdicts += quoted(after: measurement.entry.method.label)
        }
        verdicts += quoted(after: nil)
      }
    }
    return verdicts
  }

  /// Nil where the paper prints no such number.
  func verdict(on column: Column, of measurement: Measurement) -> Verdict? {
    let entry = measurement.entry
    guard let published = grid.suite.published, let paper = entry.published?.number(column, n: published.n) else {
      return nil
    }
    if column == .imagesPerSecond && entry.method.label == grid.suite.baseline { return nil }
    let margin = grid.suite.equivalence[column]
    let ours = measurement.number(column)
    let difference = ours.flatMap { Estimate(of: $0, minus: paper) }
    let (outcome, reason) = judge(column, of: measurement, ours: ours, difference: difference, margin: margin)
    return Verdict(
      model: entry.model.label, dataset: entry.dataset.label, method: entry.method.label, column: column, paper: paper,
      ours: ours, difference: difference, margin: margin, outcome: outcome, reason: reason)
  }

  private func judge(
    _ column: Column, of measurement: Measurement, ours: Statistic?, difference: Estimate?, margin: Margin?
  ) -> (Outcome, String?) {
    if let missing = measurement.entry.missing { return (.notRun, "'\(missing)' is planned and cannot be run yet") }
    let absent = measurement.absent
    if !absent.isEmpty {
      let isPartial = absent.count < measurement.planned
      return (.notRun, isPartial ? "\(absent.seedList) missing: no verdict before all planned runs are in" : nil)
    }
    if column == .imagesPerSecond, !measurement.unpaired.isEmpty {
      let baseline = grid.suite.baseline ?? "the baseline"
      return (.notRun, "\(measurement.unpaired.seedList) missing of \(baseline)")
    }
    guard grid.profile.comparable.contains(column) else {
      return (.notComparable, "the \(grid.profile.name) profile is no evidence about it")
    }
    if column == .accuracy, let data = measurement.finished.first(where: { $0.summary.data.kind != .official }) {
      return (.notComparable, "trained on \(data.summary.data.kind.rawValue) data")
    }
    if column == .imagesPerSecond, measurement.entry.published?.mark != nil {
      return (.notComparable, "the paper quotes this speed from another paper and its machine")
    }
    if column == .samplingNumber, let standIn = measurement.entry.cells.first?.method.standIn {
      return (.notComparable, "the profile sets other rates: \(standIn)")
    }
    if !measurement.stopped.isEmpty {
      let stopped = measurement.stopped.map { "seed \($0.seed) \($0.reason)" }.joined(separator: "; ")
      return (.inconclusive, "\(stopped): what is left is not averaged into a verdict")
    }
    guard let ours else {
      let notes = column == .imagesPerSecond ? measurement.speedNotes : []
      return (.inconclusive, notes.isEmpty ? "nothing was measured" : notes.joined(separator: "; "))
    }
    guard let margin else { return (.inconclusive, "the suite names no margin for it") }
    guard let difference else { return (.inconclusive, "n = \(ours.n) cannot decide this: one run has no spread") }
    switch difference.judge(margin: margin.value) {
    case .within: return (.reproduced, remark(column, on: measurement))
    case .beyond: return (.differs, remark(column, on: measurement))
    case .undecided:
      guard difference.cannotShow(margin: margin.value) else { return (.inconclusive, remark(column, on: measurement)) }
      let enough = ours.runsNeeded(margin: margin.value).map { ", about \($0) could" } ?? ""
      return (.inconclusive, "n = \(ours.n) cannot decide this\(enough)")
    }
  }
}

extension TableReport {
  /// What a reader must know of a number that was judged all the same.
  private func remark(_ column: Column, on measurement: Measurement) -> String? {
    if measurement.entry.published?.mark != nil { return "the paper quotes its number from another paper" }
    if column == .imagesPerSecond, measurement.entry.cells.first?.method.standIn != nil {
      return
        "the profile changes this method's settings: its cost is measured, not that the paper's settings lead to it"
    }
    return nil
  }
}

extension Statistic {
  /// How many runs with this deviation could show equivalence if the means were equal; nil above a thousand.
  func runsNeeded(margin: Double) -> Int? {
    guard let deviation else { return nil }
    return (n + 1...1000).first { n in
      let error = deviation / Double(n).squareRoot()
      return !Estimate(value: 0, error: error, freedom: Double(n - 1)).cannotShow(margin: margin)
    }
  }
}

extension PublishedRow {
  /// The number of a column, in the unit it is judged in.
  func number(_ column: Column, n: Int) -> Statistic? {
    switch column {
    case .accuracy: accuracyMean.map { Statistic(mean: $0, deviation: n > 1 ? accuracyDeviation : nil, n: n) }
    case .samplingNumber:
      samplingNumber.map {
        Statistic(mean: 100 * Double($0) / Double(TableReport.paperIterations), deviation: nil, n: n)
      }
    case .imagesPerSecond: relativeSpeed.map { Statistic(mean: $0, deviation: nil, n: n) }
    }
  }
}

extension Measurement {
  func number(_ column: Column) -> Statistic? {
    switch column {
    case .accuracy: accuracyLast
    case .samplingNumber: sampledShare
    case .imagesPerSecond: relativeSpeed
    }
  }

  /// The seeds still to be trained.
  var absent: [UInt64] {
    entry.cells.map(\.seed).filter { seed in
      !finished.contains { $0.seed == seed } && !stopped.contains { $0.seed == seed }
    }
  }
}

extension [UInt64] {
  /// "seed 2 is", "seeds 2 and 3 are".
  fileprivate var seedList: String {
    let names = map(String.init)
    return count == 1
      ? "seed \(names[0]) is" : "seeds \(names.dropLast().joined(separator: ", ")) and \(names.last!) are"
  }
}

extension Column {
  /// What a verdict is about, in words.
  var quantity: String {
    switch self {
    case .accuracy: "accuracy, %"
    case .samplingNumber: "sampled, % of iterations"
    case .imagesPerSecond: "AIS, % of baseline"
    }
  }

  var decimals: Int {
    switch self {
    case .accuracy: 2
    case .samplingNumber: 1
    case .imagesPerSecond: 0
    }
  }
}
