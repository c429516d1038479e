import Statistics
import Store
import Suites

/// What the stored runs of one method on one model and data set say. Means are over the seeds that finished, and each
/// knows how many they were.
struct Measurement: Sendable {
  enum State: String, Sendable {
    case complete
    /// Some seeds are still to be run, or stopped.
    case partial
    /// Every seed that was run diverged, failed or is damaged.
    case stopped
    case notRun = "not run"
  }

  let entry: Grid.Entry
  let planned: Int
  /// The finished runs by seed.
  let finished: [(seed: UInt64, summary: CellSummary)]
  /// What went wrong, by seed.
  let stopped: [(seed: UInt64, reason: String)]
  /// The share of the baseline's speed, paired by seed, and why it is missing or rests on fewer seeds.
  private(set) var relativeSpeed: Statistic?
  private(set) var speedNotes: [String] = []
  /// The highest relative speed the method's cost allows.
  private(set) var speedLimit: Double?
  /// Accuracy after the last epoch minus the baseline's of the same seed, seed by seed; empty for the baseline itself.
  private(set) var accuracyDifferences: [Double] = []
  /// The seeds for which the baseline is still to be trained: without them a relative speed is not all there.
  private(set) var unpaired: [UInt64] = []

  init(_ entry: Grid.Entry, in results: Results) {
    self.entry = entry
    let fingerprint = results.fingerprint(for: entry.cells)
    let runs = entry.cells.map { ($0.seed, results.run($0, on: fingerprint)) }
    planned = runs.count
    finished = runs.compactMap { seed, run in if case .finished(let summary) = run { (seed, summary) } else { nil } }
    stopped = runs.compactMap { seed, run in if case .stopped(let reason) = run { (seed, reason) } else { nil } }
  }

  var state: State {
    if finished.isEmpty { return stopped.isEmpty ? .notRun : .stopped }
    return finished.count == planned ? .complete : .partial
  }

  private func statistic(_ value: (ResultRecord) -> Double?) -> Statistic? {
    Statistic(finished.compactMap { value($0.summary.result) })
  }

  var accuracyLast: Statistic? { statistic(\.testAccuracyLast) }
  var accuracyBest: Statistic? { statistic(\.testAccuracyBest) }
  var samplingNumber: Statistic? { statistic { Double($0.samplingNumber) } }
  var samplingNumberAdaptive: Statistic? { statistic { Double($0.samplingNumberAdaptive) } }
  /// Percent of the iterations.
  var sampledShare: Statistic? { statistic { 100 * $0.sampledShare } }
  var iterations: Statistic? { statistic { Double($0.iterations) } }
  var gradientsPerIteration: Statistic? {
    statistic { $0.iterations == 0 ? nil : Double($0.gradientEvaluations) / Double($0.iterations) }
  }
  private var cost: Statistic? { statistic(\.costPerIteration) }

  /// Images a second, only over valid times of one machine and thread count.
  var imagesPerSecond: Statistic? {
    let valid = finished.map(\.summary.result.timing).filter(\.isValid)
    guard let first = valid.first, valid.allSatisfy({ $0.isComparable(with: first) }) else { return nil }
    return Statistic(valid.compactMap(\.imagesPerSecond))
  }
}

extension Measurement {
  /// Takes the ratios to the baseline's runs of the same seeds; a run compares only with one of the same machine and
  /// thread count.
  mutating func compare(with baseline: Measurement?) {
    guard let cost = cost?.mean else { return }
    guard let baseline else { return speedLimit = 200 / cost }
    // Another network: its speed says nothing about the method's.
    guard baseline.entry.method.quantization == entry.method.quantization else { return }
    speedLimit = 100 * (baseline.cost?.mean ?? 2) / cost
    let label = baseline.entry.method.label
    unpaired = baseline.absent
    if baseline.entry.method != entry.method {
      accuracyDifferences = differences(to: baseline)
    }
    var ratios: [Double] = []
    var reasons: [String] = []
    for (seed, summary) in finished {
      guard let other = baseline.finished.first(where: { $0.seed == seed })?.summary else {
        reasons.append("\(label) has not finished with seed \(seed)")
        continue
      }
      switch summary.result.timing.ratio(to: other.result.timing, of: label) {
      case .ratio(let ratio): ratios.append(100 * ratio)
      case .none(let reason): reasons.append("seed \(seed): \(reason)")
      }
    }
    relativeSpeed = Statistic(ratios)
    guard !reasons.isEmpty else { return }
    let outcome = ratios.isEmpty ? "no relative speed" : "relative speed from \(ratios.count) of \(finished.count) runs"
    speedNotes = ["\(outcome): \(reasons.joined(separator: "; "))"]
  }
}

extension TimingRecord {
  fileprivate enum Comparison {
    case ratio(Double)
    case none(String)
  }

  fileprivate func isComparable(with other: TimingRecord) -> Bool {
    machine == other.machine && threads == other.threads
  }

  fileprivate func ratio(to other: TimingRecord, of label: String) -> Comparison {
    for timing in [self, other] where !timing.isValid {
      return .none("time not valid" + (timing.note.isEmpty ? "" : " (\(timing.note))"))
    }
    guard isComparable(with: other) else {
      return .none("\(label) ran on another machine or with another number of threads")
    }
    guard let mine = imagesPerSecond, let theirs = other.imagesPerSecond, theirs > 0 else {
      return .none("no time was measured")
    }
    return .ratio(mine / theirs)
  }
}
