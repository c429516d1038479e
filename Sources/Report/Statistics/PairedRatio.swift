/// The ratio of the means of two quantities that are measured together, such as two differences of one seed.
package struct PairedRatio: Hashable, Sendable {
  private let numerator, denominator: [Double]

  /// - Returns: nil without pairs, or if the denominators sum to 0.
  package init?(_ pairs: [(numerator: Double, denominator: Double)]) {
    numerator = pairs.map(\.numerator)
    denominator = pairs.map(\.denominator)
    guard denominator.reduce(0, +) != 0 else { return nil }
  }

  package var count: Int { numerator.count }

  package var value: Double { numerator.reduce(0, +) / denominator.reduce(0, +) }

  /// All ratios that a paired t-test does not reject (Fieller 1954): the solutions theta of
  /// (a - theta b)^2 <= t^2 (s_aa - 2 theta s_ab + theta^2 s_bb) / n, with the means a and b and the variances and
  /// covariance s.
  ///
  /// - Returns: nil for a single pair, and if the mean denominator is not different from 0 at this confidence: no ratio
  ///   is excluded then, or only some between two unbounded parts.
  package func interval(confidence: Double = 0.95) -> Interval? {
    guard let a = Statistic(numerator), let b = Statistic(denominator), let bb = b.deviation?.squared, count > 1,
      let aa = a.deviation?.squared
    else { return nil }
    let products = zip(numerator, denominator).reduce(0) { $0 + ($1.0 - a.mean) * ($1.1 - b.mean) }
    let ab = products / Double(count - 1)
    let k = studentQuantile(0.5 + confidence / 2, freedom: Double(count - 1)).squared / Double(count)
    let leading = b.mean.squared - k * bb
    guard leading > 0 else { return nil }
    let middle = a.mean * b.mean - k * ab
    let discriminant = max(0, middle.squared - leading * (a.mean.squared - k * aa))
    let reach = discriminant.squareRoot()
    return Interval(low: (middle - reach) / leading, high: (middle + reach) / leading)
  }
}

extension Double {
  package var squared: Double { self * self }
}
