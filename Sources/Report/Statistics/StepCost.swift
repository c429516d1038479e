import Foundation  // log

/// The cost of a step in gradients, c, from speeds alone: on a time scale with SGD's step at 1 and SAM's at 2.
///
///     c = 1 + (1/v - 1/v_SGD) / (1/v_SAM - 1/v_SGD)
///
/// Costs of a step other than its gradients (loading, launching) are in all three times and cancel, so c compares
/// across machines where ratios of speeds do not.
package struct StepCost: Hashable, Sendable {
  package let value: Double
  /// Derivatives of c with respect to the logarithm of the time per step: the method's, SGD's and SAM's.
  package let slopes: (own: Double, one: Double, two: Double)

  /// - Parameters:
  ///   - speed: the method's speed; only ratios of the three speeds matter.
  ///   - one: SGD's speed.
  ///   - two: SAM's speed.
  /// - Returns: nil unless all are positive and SAM is slower than SGD.
  package init?(speed: Double, one: Double, two: Double) {
    guard speed > 0, two > 0, one > two, speed.isFinite, one.isFinite else { return nil }
    let (time, first, second) = (1 / speed, 1 / one, 1 / two)
    let gradient = second - first
    value = 1 + (time - first) / gradient
    slopes = (
      own: time / gradient, one: first * (time - second) / (gradient * gradient),
      two: -second * (time - first) / (gradient * gradient)
    )
  }

  package static func == (a: StepCost, b: StepCost) -> Bool { a.value == b.value && a.slopes == b.slopes }

  package func hash(into hasher: inout Hasher) { hasher.combine(value) }

  /// c of a printed speed, given SGD's, both in percent of SAM's with the same known deviation in points.
  package static func printed(percent: Double, one: Double, deviation: Double, freedom: Double) -> Estimate? {
    guard let cost = StepCost(speed: percent, one: one, two: 100) else { return nil }
    let (own, unit) = (cost.slopes.own * deviation / percent, cost.slopes.one * deviation / one)
    return Estimate(value: cost.value, error: (own * own + unit * unit).squareRoot(), freedom: freedom)
  }

  /// The mean over printed speeds of c minus its expected value, with the same known deviation in points for each
  /// speed. Speeds relative to the same SGD share its error; their own errors are independent.
  ///
  /// - Parameters:
  ///   - printed: the speed and SGD's speed, both in percent of SAM's, the expected c, and the number of the SGD it
  ///     refers to.
  ///   - expected: the error of the mean of the expected values.
  package static func difference(
    _ printed: [(percent: Double, one: Double, expected: Double, group: Int)], deviation: Double, freedom: Double,
    expected: (error: Double, freedom: Double)
  ) -> Estimate? {
    let costs = printed.compactMap { StepCost(speed: $0.percent, one: $0.one, two: 100) }
    guard !printed.isEmpty, costs.count == printed.count else { return nil }
    let n = Double(costs.count)
    var variance = 0.0
    var shared: [Int: Double] = [:]
    for (cost, row) in zip(costs, printed) {
      let own = cost.slopes.own * deviation / row.percent / n
      variance += own * own
      shared[row.group, default: 0] += cost.slopes.one * deviation / row.one / n
    }
    variance += shared.values.reduce(0) { $0 + $1 * $1 }
    let value = zip(costs, printed).reduce(0) { $0 + $1.0.value - $1.1.expected } / n
    return Estimate(value: value, error: variance.squareRoot(), freedom: freedom)
      .minus(Estimate(value: 0, error: expected.error, freedom: expected.freedom))
  }

  /// c of measured speeds, paired by run, from the means of their logarithms, and each run's deviation from it to first
  /// order.
  ///
  /// - Parameter trimming: the share of runs cut at each end of the logarithms' differences, for disturbed runs;
  ///   deviations are then those of the winsorized values, as in Yuen's error of a trimmed mean.
  package static func measured(
    _ runs: [(speed: Double, one: Double, two: Double)], trimming: Double = 0
  ) -> (value: Double, deviations: [Double])? {
    guard !runs.isEmpty, runs.allSatisfy({ $0.speed > 0 && $0.one > 0 && $0.two > 0 }) else { return nil }
    // The pace of a run cancels in both: the time of a step over the geometric mean of SGD's and SAM's, and SAM's over
    // SGD's.
    let own = TrimmedMean(runs.map { log($0.one * $0.two) / 2 - log($0.speed) }, trimming: trimming)
    let unit = TrimmedMean(runs.map { log($0.one / $0.two) }, trimming: trimming)
    let half = unit.value / 2
    guard let cost = StepCost(speed: exp(-own.value), one: exp(half), two: exp(-half)) else { return nil }
    let slopes = cost.slopes
    return (
      cost.value,
      zip(own.deviations, unit.deviations).map { slopes.own * $0 + (slopes.two - slopes.one) / 2 * $1 }
    )
  }
}

/// The mean of values without the extremes.
struct TrimmedMean {
  let value: Double
  /// In the order of the values: the deviations of the winsorized values from the winsorized mean, scaled so that their
  /// variance is n times the squared error of the trimmed mean. With h of n values averaged, the squared error is their
  /// sum of squares over h (h - 1) (Yuen 1974).
  let deviations: [Double]

  /// - Parameter trimming: the share cut at each end, rounded down to whole values.
  init(_ values: [Double], trimming: Double) {
    let sorted = values.sorted()
    let cut = Int(trimming * Double(values.count))
    let middle = sorted[cut..<values.count - cut]
    value = middle.reduce(0, +) / Double(middle.count)
    let (low, high) = (middle.first!, middle.last!)
    let winsorized = values.map { min(max($0, low), high) }
    let mean = winsorized.reduce(0, +) / Double(values.count)
    let (n, h) = (Double(values.count), Double(middle.count))
    let scale = cut == 0 ? 1 : (n * (n - 1) / (h * max(1, h - 1))).squareRoot()
    deviations = winsorized.map { ($0 - mean) * scale }
  }
}

/// The pooled standard deviation of several groups of runs.
package struct PooledDeviation: Hashable, Sendable {
  package let deviation: Double
  /// Runs minus groups.
  package let freedom: Double

  package init(_ deviation: Double, freedom: Double) { (self.deviation, self.freedom) = (deviation, freedom) }

  /// - Parameter groups: distances from each group's own mean.
  /// - Returns: nil if no group has more than one run.
  package init?(_ groups: [[Double]]) {
    let freedom = groups.reduce(0) { $0 + max(0, $1.count - 1) }
    guard freedom > 0 else { return nil }
    let squares = groups.joined().reduce(0) { $0 + $1 * $1 }
    self.init((squares / Double(freedom)).squareRoot(), freedom: Double(freedom))
  }

  package func estimate(_ value: Double, n: Int) -> Estimate {
    Estimate(value: value, error: deviation / Double(n).squareRoot(), freedom: freedom)
  }
}

extension Estimate {
  /// The difference of two independent estimates (Welch 1947); an estimate without error counts as exact.
  package func minus(_ other: Estimate) -> Estimate {
    let (a, b) = (error * error, other.error * other.error)
    return Estimate(
      value: value - other.value, error: (a + b).squareRoot(),
      freedom: welchFreedom((a, freedom), (b, other.freedom)))
  }
}
