/// A value with a normal error: its standard error and the degrees of freedom of that error.
package struct Estimate: Hashable, Sendable {
  package let value: Double
  /// Standard error; 0 if all values were equal.
  package let error: Double
  package let freedom: Double

  package init(value: Double, error: Double, freedom: Double) {
    (self.value, self.error, self.freedom) = (value, error, freedom)
  }

  /// The mean of several runs; nil for a single run.
  package init?(_ statistic: Statistic) {
    guard let error = statistic.error else { return nil }
    self.init(value: statistic.mean, error: error, freedom: Double(statistic.n - 1))
  }

  /// The difference of two independent means with unequal variances (Welch 1947).
  ///
  /// - Parameter other: without a deviation, as in publications that print none, its mean counts as exact.
  /// - Returns: nil if `statistic` is a single value.
  package init?(of statistic: Statistic, minus other: Statistic) {
    guard let mine = statistic.error else { return nil }
    let value = statistic.mean - other.mean
    guard let theirs = other.error, theirs > 0 else {
      self.init(value: value, error: mine, freedom: Double(statistic.n - 1))
      return
    }
    let (a, b) = (mine * mine, theirs * theirs)
    let freedom = welchFreedom((a, Double(statistic.n - 1)), (b, Double(other.n - 1)))
    self.init(value: value, error: (a + b).squareRoot(), freedom: freedom)
  }

  package func interval(confidence: Double = 0.95) -> Interval {
    guard error > 0 else { return Interval(low: value, high: value) }
    let reach = error * studentQuantile(0.5 + confidence / 2, freedom: freedom)
    return Interval(low: value - reach, high: value + reach)
  }

  /// p of the two one-sided tests that the true value lies within ±margin: the larger of the two (Schuirmann 1987).
  package func equivalence(margin: Double) -> Double {
    guard error > 0 else { return abs(value) <= margin ? 0 : 1 }
    let below = studentCumulative((value - margin) / error, freedom: freedom)
    let above = 1 - studentCumulative((value + margin) / error, freedom: freedom)
    return max(below, above)
  }
}

/// The degrees of freedom of a difference, from the squared standard errors of both sides and their degrees of freedom
/// (Welch 1947).
func welchFreedom(_ one: (square: Double, freedom: Double), _ other: (square: Double, freedom: Double)) -> Double {
  func joint(_ a: Double, _ b: Double) -> Double {
    (a + b) * (a + b) / (a * a / one.freedom + b * b / other.freedom)
  }
  let freedom = joint(one.square, other.square)
  if freedom.isFinite && freedom > 0 { return freedom }
  // The squares overflow or underflow; as fractions of the larger one they do not.
  let larger = max(one.square, other.square)
  guard larger > 0 && larger.isFinite else { return min(one.freedom, other.freedom) }
  return joint(one.square / larger, other.square / larger)
}

/// The position of an estimate relative to a margin.
package enum Judgement: Hashable, Sendable {
  /// Closer to 0 than the margin: both one-sided tests reject at 5 %, so the 90 % interval lies within it.
  case within
  /// Farther from 0 than the margin: the 95 % interval lies beyond it.
  case beyond
  case undecided
}

extension Estimate {
  package func judge(margin: Double) -> Judgement {
    if interval().isBeyond(margin) { return .beyond }
    return equivalence(margin: margin) < 0.05 ? .within : .undecided
  }
}
