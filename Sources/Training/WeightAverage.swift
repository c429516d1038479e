import Methods
import Tensors

/// A running mean of the weights and of batch norm's statistics, tested beside the weights themselves.
///
///     v <- b * v + (1 - b) * w        after each step; v = w after the first
///
/// The authors' code of SAF and MESA reports the accuracy of such a mean, not of the weights it steps with.
final class WeightAverage {
  let weights: Vector
  let statistics: Vector
  private let decay: Double
  private var isEmpty = true

  /// - Parameters:
  ///   - decay: b, the share kept a step, 0...1.
  ///   - w, statistics: whose means it keeps; only their sizes are taken here.
  init(decay: Double, of w: Vector, _ statistics: Vector) {
    self.decay = decay
    weights = Vector(count: w.count, pool: w.pool)
    self.statistics = Vector(count: statistics.count, pool: statistics.pool)
  }

  /// Takes in the weights and statistics that a step left.
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
