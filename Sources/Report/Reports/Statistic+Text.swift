import Statistics

extension Statistic {
  /// "96.64 ± 0.12", or the mean alone without a deviation.
  package func text(decimals: Int) -> String {
    guard let deviation else { return mean.text(decimals: decimals) }
    return "\(mean.text(decimals: decimals)) ± \(deviation.text(decimals: decimals))"
  }
}

extension Interval {
  /// "[-0.12, +0.30]".
  func text(decimals: Int) -> String { "[\(low.signed(decimals: decimals)), \(high.signed(decimals: decimals))]" }
}

extension Estimate {
  /// "+0.09 [-0.12, +0.30]": the value and its 95 % interval.
  package func text(decimals: Int) -> String {
    "\(value.signed(decimals: decimals)) \(interval().text(decimals: decimals))"
  }
}

extension Double {
  /// With its sign, a true minus, and no sign if it rounds to 0.
  package func signed(decimals: Int) -> String {
    let digits = magnitude.text(decimals: decimals)
    guard digits.contains(where: { ("1"..."9").contains($0) }) else { return digits }
    return (self < 0 ? "−" : "+") + digits
  }
}
