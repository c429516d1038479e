import Foundation  // log

/// What a step costs in gradients, c, from speeds alone: on a scale of time where SGD's step is 1 and SAM's is 2.
///
///     c = 1 + (1/v - 1/v_SGD) / (1/v_SAM - 1/v_SGD)
///
/// Whatever a step costs beside its gradients (loading, launching) is in all three times and falls out, so c of two
/// machines compares where ratios of speeds do not.
package struct StepCost: Hashable, Sendable {
  package let value: Double
  /// Change of c when the logarithm of the time of a step changes: the method's own, SGD's and SAM's.
  package let slopes: (own: Double, one: Double, two: Double)

  /// - Parameters:
  ///   - speed: of the method; only ratios of the three matter.
  ///   - one: SGD's speed.
  ///   - two: SAM's speed.
  /// - Returns: nil unless all are positive and SAM is the slower of the two that make the scale.
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

  /// c of a printed speed and SGD's, both in percent of SAM's, each with the same known deviation in points.
  package static func printed(percent: Double, one: Double, deviation: Double, freedom: Double) -> Estimate? {
    guard let cost = StepCost(speed: percent, one: one, two: 100) else { return nil }
    let (own, unit) = (cost.slopes.own * deviation / percent, cost.slopes.one * deviation / one)
    return Estimate(value: cost.value, error: (own * own + unit * unit).squareRoot(), freedom: freedom)
  }

  /// c of measured speeds that belong together run by run, from the means of their logarithms, and how far each run lies
  /// from it to first order; the deviations add up to 0.
  package static func measured(
    _ runs: [(speed: Double, one: Double, two: Double)]
  ) -> (value: Double, deviations: [Double])? {
    guard !runs.isEmpty, runs.allSatisfy({ $0.speed > 0 && $0.one > 0 && $0.two > 0 }) else { return nil }
    let logarithms = runs.map { (own: -log($0.speed), one: -log($0.one), two: -log($0.two)) }
    let n = Double(runs.count)
    let own = logarithms.reduce(0) { $0 + $1.own } / n
    let one = logarithms.reduce(0) { $0 + $1.one } / n
    let two = logarithms.reduce(0) { $0 + $1.two } / n
    guard let cost = StepCost(speed: exp(-own), one: exp(-one), two: exp(-two)) else { return nil }
    let slopes = cost.slopes
    return (
      cost.value,
      logarithms.map { slopes.own * ($0.own - own) + slopes.one * ($0.one - one) + slopes.two * ($0.two - two) }
    )
  }
}

/// The deviation that several groups of runs share: the root of all squared distances from the groups' means over their
/// degrees of freedom.
package struct PooledDeviation: Hashable, Sendable {
  package let deviation: Double
  /// Runs minus groups.
  package let freedom: Double

  package init(_ deviation: Double, freedom: Double) { (self.deviation, self.freedom) = (deviation, freedom) }

  /// - Parameter groups: distances from each group's own mean.
  /// - Returns: nil when no group has more than one run.
  package init?(_ groups: [[Double]]) {
    let freedom = groups.reduce(0) { $0 + max(0, $1.count - 1) }
    guard freedom > 0 else { return nil }
    let squares = groups.joined().reduce(0) { $0 + $1 * $1 }
    self.init((squares / Double(freedom)).squareRoot(), freedom: Double(freedom))
  }

  /// The mean of n runs with this deviation.
  package func estimate(_ value: Double, n: Int) -> Estimate {
    Estimate(value: value, error: deviation / Double(n).squareRoot(), freedom: freedom)
  }
}

extension Estimate {
  /// The difference of two independent estimates (Welch 1947); a side without error counts as exact.
  package func minus(_ other: Estimate) -> Estimate {
    let (a, b) = (error * error, other.error * other.error)
    let freedom =
      a + b > 0 ? (a + b) * (a + b) / (a * a / self.freedom + b * b / other.freedom) : min(self.freedom, other.freedom)
    return Estimate(value: value - other.value, error: (a + b).squareRoot(), freedom: freedom)
  }
}
