/// Mean and sample standard deviation of a few runs. It always knows n.
package struct Statistic: Hashable, Sendable {
  package let mean: Double
  /// Divided by n - 1; nil for a single value, about whose spread nothing is known.
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

  /// "96.64 ± 0.12", or the mean alone where there is no deviation.
  package func text(decimals: Int) -> String {
    guard let deviation else { return mean.text(decimals: decimals) }
    return "\(mean.text(decimals: decimals)) ± \(deviation.text(decimals: decimals))"
  }
}
