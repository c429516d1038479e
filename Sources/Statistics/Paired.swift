import Tensors

/// Interval for a mean by resampling the values with replacement: the percentile bootstrap (Efron 1979).
///
/// Up to six values all n^n resamples are taken, so that nothing is left to chance; more are drawn 20,000 times from a
/// counter-based stream, the same in every run. With few values it is too narrow: show it beside Student's interval.
///
/// - Returns: nil for fewer than two values.
package func bootstrapInterval(_ values: [Double], confidence: Double = 0.95) -> Interval? {
  let n = values.count
  guard n > 1 else { return nil }
  var means: [Double] = []
  if n <= 6 {
    let count = (0..<n).reduce(1) { product, _ in product * n }
    means.reserveCapacity(count)
    for resample in 0..<count {
      var (rest, sum) = (resample, 0.0)
      for _ in 0..<n {
        sum += values[rest % n]
        rest /= n
      }
      means.append(sum / Double(n))
    }
  } else {
    var stream = RandomStream(seed: 0, purpose: .statistics)
    for _ in 0..<20_000 {
      var sum = 0.0
      for _ in 0..<n { sum += values[stream.integer(below: n)] }
      means.append(sum / Double(n))
    }
  }
  means.sort()
  return Interval(low: percentile(0.5 - confidence / 2, of: means), high: percentile(0.5 + confidence / 2, of: means))
}

/// Between the two neighbours in proportion.
private func percentile(_ share: Double, of sorted: [Double]) -> Double {
  let place = share * Double(sorted.count - 1)
  let index = min(Int(place), sorted.count - 2)
  return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
}

/// Two-sided p of the exact sign-flip test that paired differences are symmetric about 0: the share of all 2^n sign
/// patterns whose mean is at least as far from 0.
///
/// - Returns: nil for no values, and for more than 20, whose patterns are too many to go through.
package func signFlipProbability(_ differences: [Double]) -> Double? {
  let n = differences.count
  guard (1...20).contains(n) else { return nil }
  let observed = abs(differences.reduce(0, +))
  // Sums of the same numbers in another order may differ in the last bits.
  let slack = 1e-12 * differences.reduce(0) { $0 + abs($1) }
  var extreme = 0
  for pattern in 0..<(1 << n) {
    var sum = 0.0
    for index in 0..<n { sum += pattern >> index & 1 == 0 ? differences[index] : -differences[index] }
    if abs(sum) >= observed - slack { extreme += 1 }
  }
  return Double(extreme) / Double(1 << n)
}

/// The smallest p that the sign-flip test can give with n pairs: n = 3 never goes below 0.25, n = 6 reaches 0.03.
package func smallestSignFlipProbability(_ n: Int) -> Double { n < 1 ? 1 : 2 / Double(1 << min(n, 60)) }

/// p-values raised so that the chance of any false one among them stays at the level (Holm 1979), in the given order.
package func holmAdjusted(_ probabilities: [Double]) -> [Double] {
  let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
  var adjusted = probabilities
  var largest = 0.0
  for (rank, index) in order.enumerated() {
    largest = max(largest, min(1, Double(order.count - rank) * probabilities[index]))
    adjusted[index] = largest
  }
  return adjusted
}
