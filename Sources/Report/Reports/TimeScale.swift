import Records
import Statistics
import Store
import Suites

/// The share of a forward pass in the time of a gradient.
struct ForwardShare: Hashable, Sendable {
  let value: Double
  /// Measured from evaluations and training steps, or assumed to be a third.
  let isMeasured: Bool

  /// A forward pass has one product for each layer, a backward pass two.
  static let assumed = ForwardShare(value: 1.0 / 3, isMeasured: false)

  /// The time per image in evaluation over the time per image in a step of SGD, over all runs.
  init(measuredIn runs: [RunRecord]) {
    var (evaluation, training) = (0.0, 0.0)
    for run in runs where run.result.timing.isValid {
      let seconds = (run.epochs.first { $0.name == "eval_seconds" }?.values ?? []).filter { $0.isFinite && $0 > 0 }
      guard !seconds.isEmpty, run.result.images > 0 else { continue }
      let total = seconds.reduce(0) { $0 + Double($1) }
      evaluation += total / Double(seconds.count * run.data.testCount)
      training += run.result.timing.trainingSeconds / Double(run.result.images)
    }
    let share = training > 0 ? evaluation / training : 0
    // Beyond these limits the time was not that of a forward pass.
    self = (0.1...0.6).contains(share) ? ForwardShare(value: share, isMeasured: true) : .assumed
  }

  private init(value: Double, isMeasured: Bool) { (self.value, self.isMeasured) = (value, isMeasured) }
}

/// The time scale of one model and data set: its runs of SGD, whose step is one gradient, and of SAM, whose step is
/// two.
struct TimeScale: Sendable {
  let one: Measurement
  let two: Measurement
  let forwardShare: ForwardShare

  /// The paper's speeds of the two, in images per second.
  var printed: (one: Double, two: Double)? {
    guard let one = one.entry.published?.imagesPerSecond, let two = two.entry.published?.imagesPerSecond else {
      return nil
    }
    return (one, two)
  }
}

/// The scales of all tables of a report: a table without SGD uses the scale of a table with it.
struct TimeScales: Sendable {
  private var scales: [Key: TimeScale] = [:]

  /// Runs that differ in one of these have different scales.
  private struct Key: Hashable {
    let model, dataset, quantization, batch: String

    init?(_ entry: Grid.Entry) {
      guard let cell = entry.cells.first else { return nil }
      model = cell.model.name + cell.model.settings.object.canonicalJSON
      dataset = entry.dataset.label
      quantization = cell.quantization.map { $0.name + $0.settings.object.canonicalJSON } ?? ""
      batch = cell.recipe.values["batch_size"]?.description ?? ""
    }
  }

  init(_ grids: [Grid], from results: Results) {
    for grid in grids {
      let entries = grid.entries + grid.hiddenBaseline
      for entry in entries where entry.method.name == "sgd" {
        guard let key = Key(entry), scales[key] == nil,
          let baseline = grid.baseline(model: entry.model.label, dataset: entry.dataset.label),
          baseline.method.name == "sam", Key(baseline) == key
        else { continue }
        let one = Measurement(entry, in: results)
        scales[key] = TimeScale(
          one: one, two: Measurement(baseline, in: results),
          forwardShare: ForwardShare(measuredIn: one.finished.map(\.summary)))
      }
    }
  }

  subscript(_ entry: Grid.Entry) -> TimeScale? { Key(entry).flatMap { scales[$0] } }
}

/// c of a method, from its runs.
package struct MeasuredCost: Hashable, Sendable {
  package let value: Double
  let deviations: [Double]

  package var n: Int { deviations.count }
}

extension TableReport {
  /// The standard deviation of c pooled over the rows of a model. SGD and SAM define the scale and have none.
  ///
  /// The deviation of a single turn grows with the cost of its steps; rows timed by turns therefore share it relative
  /// to c.
  package func pooledCost(_ measurement: Measurement) -> (pooled: PooledDeviation, groups: Int)? {
    let rows = measurements.filter { $0.entry.model == measurement.entry.model && $0.cost?.n ?? 0 > 1 }
    func unit(_ row: Measurement) -> Double { row.isTimedByTurns ? row.cost?.value ?? 1 : 1 }
    let groups = rows.compactMap { row in row.cost.map { $0.deviations.map { $0 / unit(row) } } }
    return PooledDeviation(groups).map {
      (PooledDeviation($0.deviation * unit(measurement), freedom: $0.freedom), groups.count)
    }
  }

  /// c of a row with the pooled error of its model's rows; nil with fewer than two runs.
  package func costEstimate(_ measurement: Measurement) -> Estimate? {
    guard let cost = measurement.cost, let pool = pooledCost(measurement) else { return nil }
    return pool.pooled.estimate(cost.value, n: cost.n)
  }

  /// c of the printed speed, with the suite's deviation of printed speeds.
  package func printedCost(_ measurement: Measurement) -> Estimate? {
    guard let percent = printedSpeed(measurement), measurement.entry.published?.mark == nil,
      let printed = measurement.scale?.printed
    else { return nil }
    let noise = grid.suite.equivalence[.imagesPerSecond]?.printed
    return StepCost.printed(
      percent: percent, one: 100 * printed.one / printed.two, deviation: noise?.deviation ?? 0,
      freedom: Double(noise?.freedom ?? 1))
  }

  /// The printed speed in percent of SAM's, computed from images per second if both are printed: the printed
  /// percentages are rounded, some incorrectly.
  func printedSpeed(_ measurement: Measurement) -> Double? {
    guard let published = measurement.entry.published else { return nil }
    if published.mark == nil, let speed = published.imagesPerSecond, let printed = measurement.scale?.printed {
      return 100 * speed / printed.two
    }
    return published.relativeSpeed
  }

  /// The cost implied by the printed sampling number.
  package func printedCount(_ measurement: Measurement) -> Double? {
    measurement.entry.published?.sampledShare.map { 1 + $0 }
  }
}
