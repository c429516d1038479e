import Statistics
import Store
import Suites

package enum VerdictOutcome: String, Hashable, Sendable, CaseIterable {
  /// Shown to lie within the suite's margin of the printed number.
  case reproduced
  /// Shown to lie beyond it.
  case differs
  /// These runs show neither.
  case inconclusive
  /// Printed numbers agree with each other within the margin; no measurement is involved.
  case consistent
  /// No run could give another number: SAM takes every second gradient, SGD's step is one gradient.
  case byDefinition = "by definition"
  /// The runs measure something else: smaller networks, fewer images, other settings.
  case notComparable = "not comparable"
  /// A number of another paper, which is never run.
  case quoted
  /// Some planned run is missing.
  case notRun = "not run"

  /// The mark after a number in the paper's layout; empty for outcomes that are not judged.
  var mark: String {
    switch self {
    case .reproduced: "✓"
    case .differs: "✗"
    case .inconclusive: "?"
    case .consistent: "="
    case .byDefinition, .notComparable, .quoted, .notRun: ""
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
  /// For a speed, the judged quantity c in gradients per step: the paper's, and ours at the paper's sampling number.
  package let costs: Costs?
  /// Ours minus the paper's, for a speed in c; nil with fewer than two runs.
  package let difference: Estimate?
  package let margin: Margin?
  package let outcome: VerdictOutcome
  /// The reason for the outcome, unless the numbers are the reason.
  package let reason: String?

  package struct Costs: Hashable, Sendable {
    package let paper: Estimate?
    package let ours: Estimate?
  }
}

extension TableReport {
  /// A verdict on every number that the paper prints for this table, in row order, except the baseline's own speed,
  /// which is 100 by definition.
  package var verdicts: [Verdict] {
    guard let published = grid.suite.published else { return [] }
    return grid.blocks.flatMap { model, dataset in
      func quoted(after label: String?) -> [Verdict] {
        grid.suite.quoted.filter { $0.after == label }.flatMap { line -> [Verdict] in
          guard let row = published.row(line.published, model: model.label, dataset: dataset.label) else { return [] }
          return Column.allCases.compactMap { column in
            row.number(column, n: published.n).map {
              Verdict(
                model: model.label, dataset: dataset.label, method: line.label, column: column, paper: $0, ours: nil,
                costs: nil, difference: nil, margin: nil, outcome: .quoted, reason: line.note)
            }
          }
        }
      }
      return block(model, dataset).flatMap { measurement in
        Column.allCases.compactMap { verdict(on: $0, of: measurement) } + quoted(after: measurement.entry.method.label)
      } + quoted(after: nil)
    }
  }

  /// Nil where the paper prints no such number.
  package func verdict(on column: Column, of measurement: Measurement) -> Verdict? {
    let entry = measurement.entry
    guard let paper = printed(column, of: measurement) else { return nil }
    if column == .imagesPerSecond && entry.method.label == grid.suite.baseline { return nil }
    let margin = grid.suite.equivalence[column]
    let ours = measurement.number(column)
    let costs = column == .imagesPerSecond ? costs(measurement) : nil
    let difference =
      column == .imagesPerSecond
      ? costDifference(measurement)?.difference
      : ours.flatMap { Estimate(of: $0, minus: paper) }
    let (outcome, reason) =
      open(column, of: measurement)
      ?? (column == .imagesPerSecond
        ? judgeSpeed(measurement, costs, difference, margin) : judge(column, measurement, ours, difference, margin))
    return Verdict(
      model: entry.model.label, dataset: entry.dataset.label, method: entry.method.label, column: column, paper: paper,
      ours: ours, costs: costs, difference: difference, margin: margin, outcome: outcome, reason: reason)
  }

  private func printed(_ column: Column, of measurement: Measurement) -> Statistic? {
    guard let published = grid.suite.published, let row = measurement.entry.published else { return nil }
    if column == .imagesPerSecond {
      return printedSpeed(measurement).map { Statistic(mean: $0, deviation: nil, n: published.n) }
    }
    return row.number(column, n: published.n)
  }

  /// An outcome that excludes a judgement, if any.
  private func open(_ column: Column, of measurement: Measurement) -> (VerdictOutcome, String?)? {
    let absent = measurement.absent
    if !absent.isEmpty {
      let isPartial = absent.count < measurement.planned
      return (.notRun, isPartial ? "\(absent.seedList) missing: no verdict until all planned runs have finished" : nil)
    }
    if column == .samplingNumber, measurement.countIsFixed, agrees(column, measurement) { return (.byDefinition, nil) }
    if column == .imagesPerSecond, measurement.makesScale {
      return (.byDefinition, "defines the scale of c")
    }
    if column == .imagesPerSecond, !measurement.unpaired.isEmpty {
      let baseline = grid.suite.baseline ?? "the baseline"
      return (.notRun, "\(baseline): \(measurement.unpaired.seedList) missing")
    }
    guard grid.profile.comparable.contains(column) else { return (.notComparable, unfit(column)) }
    if column == .accuracy, let data = measurement.finished.first(where: { $0.summary.data.kind != .official }) {
      return (.notComparable, "trained on \(data.summary.data.kind.rawValue) data")
    }
    if column == .imagesPerSecond, measurement.entry.published?.mark != nil {
      return (.notComparable, "quoted by the paper from another paper and machine")
    }
    if let standIn = measurement.entry.cells.first?.method.standIn {
      if column != .imagesPerSecond { return (.notComparable, "other settings: \(standIn)") }
      // A cost that does not depend on the settings, or that a printed count corrects, still compares.
      guard measurement.costIsFixed || printedCount(measurement) != nil else {
        return (.notComparable, "no count is printed, and ours depends on other settings: \(standIn)")
      }
    }
    guard !measurement.stopped.isEmpty else { return nil }
    let stopped = measurement.stopped.map { "seed \($0.seed) \($0.reason)" }.joined(separator: "; ")
    return (.inconclusive, "\(stopped): the other seeds are not averaged")
  }

  /// Whether a number fixed by definition equals the paper's: a different definition would be a difference.
  private func agrees(_ column: Column, _ measurement: Measurement) -> Bool {
    guard let paper = printed(column, of: measurement), let ours = measurement.number(column) else { return false }
    return abs(ours.mean - paper.mean) <= grid.suite.equivalence[column]?.value ?? 0
  }

  /// Why this profile's numbers of a column are not compared with the paper's.
  func unfit(_ column: Column) -> String { "outside the scope of the \(grid.profile.name) profile" }

  private func judge(
    _ column: Column, _ measurement: Measurement, _ ours: Statistic?, _ difference: Estimate?, _ margin: Margin?
  ) -> (VerdictOutcome, String?) {
    guard let ours else { return (.inconclusive, "nothing was measured") }
    guard let margin else { return (.inconclusive, "the suite defines no margin for it") }
    guard let difference else { return (.inconclusive, "n = \(ours.n): a single run has no spread") }
    let remark =
      measurement.entry.published?.mark == nil ? nil : "quoted by the paper from another paper"
    switch difference.judge(margin: margin.value) {
    case .within: return (.reproduced, remark)
    case .beyond: return (.differs, remark)
    case .undecided:
      let other = printed(column, of: measurement).flatMap { Estimate($0) }
      let enough = ours.deviation.flatMap {
        runsForEquivalence(deviation: $0, margin: margin.value, other: (other?.error ?? 0, other?.freedom ?? 1))
      }
      return (.inconclusive, power(ours.n, enough))
    }
  }

  private func judgeSpeed(
    _ measurement: Measurement, _ costs: Verdict.Costs?, _ difference: Estimate?, _ margin: Margin?
  ) -> (VerdictOutcome, String?) {
    guard measurement.cost != nil else {
      let notes = measurement.speedNotes
      return (
        .inconclusive,
        notes.isEmpty ? "c needs runs of SGD and SAM on this model and data set" : notes.joined(separator: "; ")
      )
    }
    guard let paper = costs?.paper else {
      return (.notComparable, "the paper prints no speeds of SGD and SAM for it")
    }
    guard let margin else { return (.inconclusive, "the suite defines no margin for it") }
    guard let difference, let pool = pooledCost(measurement) else {
      return (.inconclusive, "n = \(measurement.cost?.n ?? 0): too few runs for a spread")
    }
    let remark = printedCount(measurement).flatMap { count in
      measurement.shift(to: count).map { "at the paper's sampling number: \($0.signed(decimals: 2)) in c" }
    }
    switch difference.judge(margin: margin.value) {
    case .within: return (.reproduced, remark)
    case .beyond: return (.differs, remark)
    case .undecided:
      let together = costDifference(measurement)
      let enough = runsForEquivalence(
        deviation: pool.pooled.deviation / Double(together?.rows ?? 1).squareRoot(), groups: pool.groups,
        margin: margin.value, other: (together?.paper ?? paper.error, paper.freedom))
      return (.inconclusive, power(measurement.cost?.n ?? 0, enough))
    }
  }

  private func power(_ n: Int, _ enough: Int?) -> String {
    guard let enough else { return "no number of seeds would decide: the paper's own number is too uncertain" }
    return enough > n ? "n = \(n); \(enough) seeds would give 80 % power" : "n = \(n): near the edge of the margin"
  }

  /// Ours minus the paper's, averaged over the data sets of the row's model: they train the same network and so measure
  /// one cost. Also the paper's error alone and the number of rows.
  private func costDifference(_ measurement: Measurement) -> (difference: Estimate, paper: Double, rows: Int)? {
    guard let noise = grid.suite.equivalence[.imagesPerSecond]?.printed else {
      let costs = costs(measurement)
      return costs.paper.flatMap { paper in costs.ours.map { ($0.minus(paper), paper.error, 1) } }
    }
    let rows = measurements.filter {
      $0.entry.method == measurement.entry.method && $0.entry.model == measurement.entry.model
        && $0.entry.published?.mark == nil && $0.state == .complete
    }
    let known = rows.enumerated().compactMap { index, row -> ((Double, Double, Double, Int), Estimate)? in
      guard let percent = printedSpeed(row), let printed = row.scale?.printed, let ours = costs(row).ours else {
        return nil
      }
      return ((percent, 100 * printed.one / printed.two, ours.value, index), ours)
    }
    guard let first = known.first?.1 else { return nil }
    let error = known.reduce(0) { $0 + $1.1.error * $1.1.error }.squareRoot() / Double(known.count)
    func difference(_ error: Double) -> Estimate? {
      StepCost.difference(
        known.map { (percent: $0.0.0, one: $0.0.1, expected: $0.0.2, group: $0.0.3) }, deviation: noise.deviation,
        freedom: Double(noise.freedom), expected: (error, first.freedom))
    }
    guard let all = difference(error), let paper = difference(0) else { return nil }
    return (Estimate(value: -all.value, error: all.error, freedom: all.freedom), paper.error, known.count)
  }

  /// c of the printed speed and of ours, the latter at the printed sampling number if there is one.
  private func costs(_ measurement: Measurement) -> Verdict.Costs {
    let ours = costEstimate(measurement).map { estimate in
      let shift = printedCount(measurement).flatMap { measurement.shift(to: $0) } ?? 0
      return Estimate(value: estimate.value + shift, error: estimate.error, freedom: estimate.freedom)
    }
    return Verdict.Costs(paper: printedCost(measurement), ours: ours)
  }
}

extension Measurement {
  /// The change of c with another count of second gradients; nil for the count that was run.
  func shift(to count: Double) -> Double? {
    guard let share = sampledShare?.mean else { return nil }
    let shift = count - 1 - share / 100
    return abs(shift) < 0.005 ? nil : shift
  }

  /// Whether the sampling number is fixed by definition: every iteration, or every k-th.
  var countIsFixed: Bool {
    guard let cell = entry.cells.first, !finished.isEmpty else { return false }
    var period: Int?
    if case .integer(let value)? = cell.method.settings.values["period"] { period = value }
    return finished.allSatisfy { _, summary in
      let result = summary.result
      return result.iterations > 0
        && (result.samplingNumber == result.iterations
          || period.map { result.samplingNumber == (result.iterations + $0 - 1) / $0 } ?? false)
    }
  }

  /// Whether no setting changes the method's cost: the count equals the declared cost, and nothing was sampled.
  var costIsFixed: Bool {
    guard let counted = countedCost?.mean, let declared = declaredCost else { return false }
    return sampledShare?.mean == 0 && abs(counted - declared) < 0.005
  }
}

extension PublishedRow {
  /// The number of a column, in the unit of its verdict.
  package func number(_ column: Column, n: Int) -> Statistic? {
    switch column {
    case .accuracy: accuracyMean.map { Statistic(mean: $0, deviation: n > 1 ? accuracyDeviation : nil, n: n) }
    case .samplingNumber: sampledPercent.map { Statistic(mean: $0, deviation: nil, n: n) }
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
  /// The judged quantity: accuracies in percent, sampled iterations in percent, speeds as c.
  var quantity: String {
    switch self {
    case .accuracy: "accuracy, %"
    case .samplingNumber: "sampled, %"
    case .imagesPerSecond: "speed, c"
    }
  }

  var decimals: Int {
    switch self {
    case .accuracy: 2
    case .samplingNumber: 1
    case .imagesPerSecond: 0
    }
  }

  /// Of a difference: for speeds, of c.
  var differenceDecimals: Int { self == .imagesPerSecond ? 2 : decimals }
}
