import Core

/// Paired differences in blocks, such as a model with a data set, with equal weights for blocks.
package struct StratifiedPairs: Hashable, Sendable {
  package let blocks: [[Double]]

  /// Ignores blocks without pairs; nil if none is left.
  package init?(_ blocks: [[Double]]) {
    self.blocks = blocks.filter { !$0.isEmpty }
    if self.blocks.isEmpty { return nil }
  }

  package var count: Int { blocks.reduce(0) { $0 + $1.count } }

  package var mean: Double { weighted.reduce(0, +) }

  /// Each pair's part of the mean.
  private var weighted: [Double] {
    blocks.flatMap { block in block.map { $0 / Double(block.count * blocks.count) } }
  }

  /// The mean, with the pooled deviation within blocks; nil if no block has two pairs.
  package var estimate: Estimate? {
    let residuals = blocks.map { block in
      let mean = block.reduce(0, +) / Double(block.count)
      return block.map { $0 - mean }
    }
    guard let pooled = PooledDeviation(residuals) else { return nil }
    let variance = blocks.reduce(0) { $0 + 1 / Double($1.count) } / Double(blocks.count * blocks.count)
    return Estimate(value: mean, error: pooled.deviation * variance.squareRoot(), freedom: pooled.freedom)
  }

  /// Two-sided p of the sign-flip test that every pair is symmetric about 0, on the mean of the block means: over all
  /// sign patterns up to 18 pairs, over 100,000 random ones beyond.
  package var signFlipProbability: Double {
    let parts = weighted
    let observed = abs(mean)
    // Sums of the same numbers in a different order may differ in the last bits.
    let slack = 1e-12 * parts.reduce(0) { $0 + abs($1) }
    if parts.count <= 18 {
      var extreme = 0
      for pattern in 0..<(1 << parts.count) {
        var sum = 0.0
        for index in parts.indices { sum += pattern >> index & 1 == 0 ? parts[index] : -parts[index] }
        if abs(sum) >= observed - slack { extreme += 1 }
      }
      return Double(extreme) / Double(1 << parts.count)
    }
    var stream = RandomStream(seed: 0, purpose: .statistics, index: 1)
    let draws = 100_000
    var extreme = 0
    for _ in 0..<draws {
      var sum = 0.0
      var bits: UInt64 = 0
      for index in parts.indices {
        if index % 64 == 0 { bits = stream.next() }
        sum += bits & 1 == 0 ? parts[index] : -parts[index]
        bits >>= 1
      }
      if abs(sum) >= observed - slack { extreme += 1 }
    }
    // The observed pattern is one of all (Phipson & Smyth 2010).
    return Double(extreme + 1) / Double(draws + 1)
  }

  /// The smallest p of the test: all signs equal.
  package var smallestProbability: Double {
    count <= 18 ? 2 / Double(1 << count) : 1 / 100_001
  }
}
