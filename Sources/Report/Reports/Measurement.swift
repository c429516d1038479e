import Records
import Statistics
import Store
import Suites

/// The stored runs of one method on one model and data set. Means are over finished seeds and carry their number.
package struct Measurement: Sendable {
  package enum State: String, Sendable {
    case complete
    /// Some seeds are missing or stopped.
    case partial
    /// Every seed that was run diverged, failed or is damaged.
    case stopped
    case notRun = "not run"
  }

  package let entry: Grid.Entry
  let planned: Int
  package let finished: [(seed: UInt64, summary: RunRecord)]
  let stopped: [(seed: UInt64, reason: String)]
  /// Speed in percent of the baseline's, paired by seed, and the reasons if it is missing or rests on fewer seeds.
  package private(set) var relativeSpeed: Statistic?
  private(set) var speedNotes: [String] = []
  /// The relative speed if only the counted gradients took time.
  package private(set) var expectedSpeed: Double?
  /// The time scale of this model and data set, and the row's c on it; nil for SGD and SAM, which define the scale.
  private(set) var scale: TimeScaleReference?
  package private(set) var cost: MeasuredCost?
  /// c from wall time, if single steps were timed and `cost` is from processor time.
  private(set) var wallCost: MeasuredCost?
  /// Accuracy after the last epoch minus the baseline's of the same seed, seed by seed; empty for the baseline itself.
  package private(set) var accuracyDifferences: [Double] = []
  /// Seeds without a run of the baseline: the relative speed is incomplete without them.
  private(set) var unpaired: [UInt64] = []

  init(_ entry: Grid.Entry, in results: Results) {
    self.entry = entry
    let fingerprint = results.fingerprint(for: entry.cells)
    let runs = entry.cells.map { ($0.seed, results.run($0, on: fingerprint)) }
    planned = runs.count
    finished = runs.compactMap { seed, run in if case .finished(let summary) = run { (seed, summary) } else { nil } }
    stopped = runs.compactMap { seed, run in if case .stopped(let reason) = run { (seed, reason) } else { nil } }
  }

  package var state: State {
    if finished.isEmpty { return stopped.isEmpty ? .notRun : .stopped }
    return finished.count == planned ? .complete : .partial
  }

  private func statistic(_ value: (RunResult) -> Double?) -> Statistic? {
    Statistic(finished.compactMap { value($0.summary.result) })
  }

  package var accuracyLast: Statistic? { statistic(\.testAccuracyLast) }
  var accuracyBest: Statistic? { statistic(\.testAccuracyBest) }
  /// Training minus test accuracy of the final weights, in points; nil for cells that do not store it.
  var trainTestGap: Statistic? { statistic(\.trainTestGap) }
  package var samplingNumber: Statistic? { statistic { Double($0.samplingNumber) } }
  var samplingNumberAdaptive: Statistic? { statistic { Double($0.samplingNumberAdaptive) } }
  /// Percent of the iterations.
  var sampledShare: Statistic? { statistic { 100 * $0.sampledShare } }
  var iterations: Statistic? { statistic { Double($0.iterations) } }
  /// The cost that the method declares for a long run, in gradients per step: for planning.
  package var declaredCost: Double? { statistic(\.costPerIteration)?.mean }

  /// Gradients per step from forward and backward examples; weight gradients are half of a backward pass.
  package var countedCost: Statistic? { countedCost(forwardShare) }

  private func countedCost(_ share: ForwardShare) -> Statistic? { statistic { Measurement.countedCost(of: $0, share) } }

  func countedCost(of result: RunResult) -> Double? { Measurement.countedCost(of: result, forwardShare) }

  private static func countedCost(of result: RunResult, _ share: ForwardShare) -> Double? {
    guard result.images > 0 else { return nil }
    let backward = Double(result.backwardExamples) - (result.skippedWeightExamples ?? 0) / 2
    return (share.value * Double(result.forwardExamples) + (1 - share.value) * backward) / Double(result.images)
  }

  var forwardShare: ForwardShare { scale?.value.forwardShare ?? .assumed }

  /// Nil unless all valid times are from one machine and thread count.
  var imagesPerSecond: Statistic? {
    let valid = finished.map(\.summary.result.timing).filter(\.isValid)
    guard let first = valid.first, valid.allSatisfy({ $0.isComparable(with: first) }) else { return nil }
    return Statistic(valid.compactMap(\.imagesPerSecond))
  }
}

/// A reference to a time scale: a measurement holds its scale, which holds measurements.
final class TimeScaleReference: Sendable {
  let value: TimeScale
  init(_ value: TimeScale) { self.value = value }

  var printed: (one: Double, two: Double)? { value.printed }
}

extension Measurement {
  /// Computes speeds relative to the baseline's runs of the same seeds, machine and thread count. Their mean is
  /// geometric, so that twice as fast and half as fast cancel.
  mutating func compare(with baseline: Measurement?, on scale: TimeScale?) {
    self.scale = scale.map { TimeScaleReference($0) }
    measureCost()
    let counted = countedCost?.mean
    guard let baseline else {
      expectedSpeed = counted.map { 200 / $0 }
      return
    }
    // A different network: speeds do not compare.
    guard baseline.entry.method.quantization == entry.method.quantization else { return }
    expectedSpeed = counted.map { 100 * (baseline.countedCost(forwardShare)?.mean ?? 2) / $0 }
    let label = baseline.entry.method.label
    unpaired = baseline.absent
    if baseline.entry.method != entry.method {
      accuracyDifferences = differences(to: baseline)
    }
    var ratios: [Double] = []
    var reasons: [String] = []
    for (seed, summary) in finished {
      guard let other = baseline.finished.first(where: { $0.seed == seed })?.summary else {
        reasons.append("\(label) has no finished run with seed \(seed)")
        continue
      }
      switch summary.result.timing.ratio(to: other.result.timing, of: label) {
      case .ratio(let ratio): ratios.append(100 * ratio)
      case .none(let reason): reasons.append("seed \(seed): \(reason)")
      }
    }
    relativeSpeed = Statistic(geometric: ratios)
    guard !reasons.isEmpty else { return }
    let outcome = ratios.isEmpty ? "no relative speed" : "relative speed from \(ratios.count) of \(finished.count) runs"
    speedNotes = ["\(outcome): \(reasons.joined(separator: "; "))"]
  }

  /// Whether the row is SGD or SAM, whose steps cost 1 and 2 by definition.
  var makesScale: Bool {
    guard let scale = scale?.value else { return false }
    return entry.cells == scale.one.entry.cells || entry.cells == scale.two.entry.cells
  }

  /// c relative to SGD's and SAM's runs of the same seed, or to the same turns where single steps were timed.
  private mutating func measureCost() {
    guard !makesScale else { return }
    // Wall time includes other load on the machine; whole runs have no other time.
    cost = measuredCost(\.processor)
    if isTimedByTurns { wallCost = measuredCost(\.wall) }
  }

  var isTimedByTurns: Bool { finished.contains { $0.summary.trace("step_turn") != nil } }

  private func measuredCost(_ times: KeyPath<TurnTimes, [Int: Double]>) -> MeasuredCost? {
    guard let scale = scale?.value else { return nil }
    var runs: [(speed: Double, one: Double, two: Double)] = []
    for (seed, summary) in finished {
      let others = [scale.one, scale.two].map { row in row.finished.first { $0.seed == seed }?.summary }
      guard let one = others[0], let two = others[1],
        case .ratio(let first) = one.result.timing.ratio(to: two.result.timing, of: ""),
        case .ratio(let own) = summary.result.timing.ratio(to: two.result.timing, of: "")
      else { continue }
      if let mine = TurnTimes(summary), let one = TurnTimes(one), let two = TurnTimes(two) {
        runs += TurnTimes.together(mine, one, two, times)
      } else {
        runs.append((own, first, 1))
      }
    }
    return StepCost.measured(runs, trimming: isTimedByTurns ? 0.2 : 0).map {
      MeasuredCost(value: $0.value, deviations: $0.deviations)
    }
  }
}

extension Measurement {
  /// Last-epoch accuracies minus another row's for the same seeds, with the ids of both cells.
  package func pairs(with other: Measurement) -> [(cells: [String], difference: Double)] {
    finished.compactMap { seed, summary in
      guard let mine = summary.result.testAccuracyLast,
        let match = other.finished.first(where: { $0.seed == seed })?.summary,
        let theirs = match.result.testAccuracyLast
      else { return nil }
      return ([summary.cellID, match.cellID], mine - theirs)
    }
  }

  /// Last-epoch accuracies minus another row's for the same seeds.
  package func differences(to other: Measurement) -> [Double] { pairs(with: other).map(\.difference) }
}

extension Measurement {
  /// The part of a baseline's gain in last-epoch accuracy over plain training that this row keeps, over the seeds that
  /// all three share; nil if the baseline is no better than plain training, so that there is no gain to keep.
  package func keptGain(of baseline: Measurement, over plain: Measurement) -> PairedRatio? {
    let pairs = finished.compactMap { seed, summary -> (numerator: Double, denominator: Double)? in
      let others = [baseline, plain].map { row in
        row.finished.first { $0.seed == seed }?.summary.result.testAccuracyLast
      }
      guard let mine = summary.result.testAccuracyLast, let full = others[0], let none = others[1] else { return nil }
      return (mine - none, full - none)
    }
    return pairs.reduce(0) { $0 + $1.denominator } > 0 ? PairedRatio(pairs) : nil
  }
}

extension PairedRatio {
  /// "62 [20, 103]" in percent; "62" if the interval is unbounded or there is only one pair.
  package var percent: String {
    let value = (100 * value).signed(decimals: 0).trimmingPlus
    guard let interval = interval() else { return value }
    let ends = [interval.low, interval.high].map { (100 * $0).signed(decimals: 0).trimmingPlus }
    return "\(value) [\(ends[0]), \(ends[1])]"
  }
}

extension String {
  fileprivate var trimmingPlus: String { hasPrefix("+") ? String(dropFirst()) : self }
}

extension Timing {
  fileprivate enum Comparison {
    case ratio(Double)
    case none(String)
  }

  fileprivate func isComparable(with other: Timing) -> Bool {
    machine == other.machine && threads == other.threads
  }

  fileprivate func ratio(to other: Timing, of label: String) -> Comparison {
    for timing in [self, other] where !timing.isValid {
      return .none("invalid time" + (timing.note.isEmpty ? "" : " (\(timing.note))"))
    }
    guard isComparable(with: other) else {
      return .none("\(label) ran on another machine or with another thread count")
    }
    guard let mine = imagesPerSecond, let theirs = other.imagesPerSecond, theirs > 0 else {
      return .none("no time was measured")
    }
    return .ratio(mine / theirs)
  }
}
