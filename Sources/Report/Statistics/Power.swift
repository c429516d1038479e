import Foundation  // erfc, exp, lgamma, log

/// The probability that two one-sided tests at 5 % show equivalence when the true difference is 0.
///
/// The tests compare the mean of n runs with a number that has its own error. Given the runs' deviation s, they succeed
/// when the difference is smaller than margin - t * error, which has a normal probability; it is averaged over the
/// distribution of s by Simpson's rule. t is the quantile for the degrees of freedom (Welch's) at the true deviation.
///
/// - Parameters:
///   - deviation: the true standard deviation of a run.
///   - freedom: degrees of freedom of s.
///   - other: standard error and degrees of freedom of the number compared with; 0 where it is exact.
package func equivalencePower(
  deviation: Double, n: Int, freedom: Double, margin: Double, other: (error: Double, freedom: Double) = (0, 1)
) -> Double {
  precondition(deviation > 0 && n > 0 && freedom > 0 && margin > 0, "equivalencePower: outside the domain")
  let (a, b) = (deviation * deviation / Double(n), other.error * other.error)
  let t = studentQuantile(0.95, freedom: welchFreedom((a, freedom), (b, other.freedom)))
  // The largest s, relative to the true deviation, with which the tests can succeed.
  let largest = (margin / t) * (margin / t) - b
  guard largest > 0 else { return 0 }
  let high = min(1 + 12 / freedom.squareRoot(), (largest / a).squareRoot())
  // The density of s over the true deviation: chi divided by the root of its degrees of freedom.
  let scale = log(2.0) + freedom / 2 * log(freedom / 2) - lgamma(freedom / 2)
  func density(_ share: Double) -> Double {
    if share == 0 { return freedom == 1 ? exp(scale) : 0 }
    return exp(scale + (freedom - 1) * log(share) - freedom * share * share / 2)
  }
  let spread = (2 * (a + b)).squareRoot()
  let intervals = 1000
  let step = high / Double(intervals)
  var sum = 0.0
  for index in 0...intervals {
    let share = Double(index) * step
    let room = margin - t * (a * share * share + b).squareRoot()
    let weight = index == 0 || index == intervals ? 1.0 : index % 2 == 1 ? 4 : 2
    sum += weight * (1 - erfc(max(0, room) / spread)) * density(share)
  }
  return sum * step / 3
}

/// The smallest number of runs that would show equivalence with 80 % power if the means were equal.
///
/// - Parameter groups: the number of rows that share the deviation; each further run adds that many degrees of freedom.
/// - Returns: nil if 1,000 runs would not suffice, for example because the other number is too uncertain.
package func runsForEquivalence(
  deviation: Double, groups: Int = 1, margin: Double, other: (error: Double, freedom: Double) = (0, 1)
) -> Int? {
  guard deviation > 0 else { return 2 }
  func isEnough(_ n: Int) -> Bool {
    equivalencePower(
      deviation: deviation, n: n, freedom: Double(groups * (n - 1)), margin: margin, other: other) >= 0.8
  }
  var (low, high) = (1, 2)
  while !isEnough(high) {
    (low, high) = (high, 2 * high)
    if low >= 1000 { return nil }
  }
  while high - low > 1 {
    let middle = (low + high) / 2
    if isEnough(middle) { high = middle } else { low = middle }
  }
  return high
}
