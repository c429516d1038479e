import Foundation  // lgamma, exp, log, log1p

/// Regularized incomplete beta function I_x(a, b): the continued fraction of DiDonato & Morris 1992 (DLMF 8.17.22),
/// summed by Lentz's method. Accurate to about 1e-13 for the degrees of freedom used here.
///
/// - Precondition: 0 <= x <= 1, a > 0, b > 0.
func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
  precondition(x >= 0 && x <= 1 && a > 0 && b > 0, "incompleteBeta: outside the domain")
  if x == 0 || x == 1 { return x }
  // The fraction converges fast only on this side of the mean.
  if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
  let logarithm = logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x)
  let tiny = 1e-300
  var c = 1.0
  var d = 1 - (a + b) * x / (a + 1)
  d = 1 / (abs(d) < tiny ? tiny : d)
  var fraction = d
  for step in 1...500 {
    let m = Double(step)
    for coefficient in [
      m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
    ] {
      d = 1 + coefficient * d
      d = 1 / (abs(d) < tiny ? tiny : d)
      c = 1 + coefficient / c
      if abs(c) < tiny { c = tiny }
      fraction *= d * c
    }
    if abs(d * c - 1) < 1e-16 { break }
  }
  return exp(logarithm) * fraction / a
}

/// Probability that Student's t is at most `t`; the degrees of freedom need not be an integer.
package func studentCumulative(_ t: Double, freedom: Double) -> Double {
  precondition(freedom > 0, "studentCumulative: freedom must be positive")
  guard t.isFinite else { return t > 0 ? 1 : 0 }
  let tail = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
  return t > 0 ? 1 - tail : tail
}

/// The quantile of Student's t for the probability `p`.
///
/// - Precondition: 0 < p < 1.
package func studentQuantile(_ p: Double, freedom: Double) -> Double {
  precondition(p > 0 && p < 1, "studentQuantile: p must lie between 0 and 1")
  if p < 0.5 { return -studentQuantile(1 - p, freedom: freedom) }
  if p == 0.5 { return 0 }
  var (low, high) = (0.0, 1.0)
  while studentCumulative(high, freedom: freedom) < p { (low, high) = (high, 2 * high) }
  // The distribution function is strictly increasing: bisection ends at adjacent numbers.
  while true {
    let middle = low + (high - low) / 2
    guard middle > low && middle < high else { return middle }
    if studentCumulative(middle, freedom: freedom) < p { low = middle } else { high = middle }
  }
}

private func logGamma(_ x: Double) -> Double { lgamma(x) }
