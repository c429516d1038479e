import Core
import Methods

/// A running mean of the weights and of batch norm's statistics, evaluated in addition to the weights themselves.
///
///     v <- b * v + (1 - b) * w        after each step; v = w after the first
///
/// The authors' code of SAF and MESA reports the accuracy of such a mean, not that of the trained weights.
final class WeightAverage {
  let weights: Vector
  let statistics: Vector
  private let decay: Double
  private var isEmpty = true

  /// - Parameters:
  ///   - decay: b, the share kept per step, 0...1.
  ///   - w, statistics: the vectors to average; only their sizes are used here.
  init(decay: Double, of w: Vector, _ statistics: Vector) {
    self.decay = decay
    weights = Vector(count: w.count, pool: w.pool)
    self.statistics = Vector(count: statistics.count, pool: statistics.pool)
  }

  /// Adds the weights and statistics after a step.
  func follow(_ w: Vector, _ running: Vector) {
    guard !isEmpty else {
      isEmpty = false
      weights.assign(w)
      return statistics.assign(running)
    }
    let (b, rest) = (Float(decay), Float(1 - decay))
    weights.assign(b * weights + rest * w)
    statistics.assign(b * statistics + rest * running)
  }

  func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.value("average.isEmpty", &isEmpty)
    try visitor.vector("average.weights", weights)
    try visitor.vector("average.statistics", statistics)
  }
}
