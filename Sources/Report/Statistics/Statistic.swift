import Foundation  // exp, log

/// Mean, sample standard deviation and number of runs.
package struct Statistic: Hashable, Sendable {
  package let mean: Double
  /// With n - 1 in the denominator; nil for a single value.
  package let deviation: Double?
  package let n: Int

  /// Nil for no values at all.
  package init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    n = values.count
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
  }

  /// The geometric mean of positive values, with the deviation of their logarithms times the mean; nil for no values.
  package init?(geometric values: [Double]) {
    guard values.allSatisfy({ $0 > 0 }), let logarithms = Statistic(values.map { log($0) }) else { return nil }
    let mean = exp(logarithms.mean)
    self.init(mean: mean, deviation: logarithms.deviation.map { $0 * mean }, n: logarithms.n)
  }

  /// Numbers that a publication prints for n runs.
  ///
  /// - Precondition: n >= 1.
  package init(mean: Double, deviation: Double?, n: Int) {
    precondition(n >= 1, "Statistic: n must be at least 1")
    (self.mean, self.deviation, self.n) = (mean, deviation, n)
  }

  /// Standard error of the mean; nil for a single value.
  package var error: Double? { deviation.map { $0 / Double(n).squareRoot() } }

  /// Student's interval for the population mean; nil for a single value.
  package func interval(confidence: Double = 0.95) -> Interval? { Estimate(self)?.interval(confidence: confidence) }
}

package struct Interval: Hashable, Sendable {
  package let low: Double
  package let high: Double

  package init(low: Double, high: Double) { (self.low, self.high) = (low, high) }

  package func contains(_ value: Double) -> Bool { low <= value && value <= high }

  /// Whether every value in it is more than `margin` away from 0.
  package func isBeyond(_ margin: Double) -> Bool { low > margin || high < -margin }
}
