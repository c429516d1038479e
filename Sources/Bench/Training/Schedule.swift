import Configuration
import Foundation

extension Schedule {
  /// The learning rate of an iteration. Cosine: eta_0 / 2 * (1 + cos(pi * x)) with x = e / E, stepped per epoch
  /// (Loshchilov & Hutter 2016; dydjw9/Efficient_SAM train.py), or x = (i - 1) / T, stepped per iteration (nblt/F-SAM
  /// train.py).
  ///
  /// - Parameters:
  ///   - iteration: i, 1-based over the whole run.
  ///   - iterationsPerEpoch: T / E, where E is `epochs`.
  package func learningRate(
    _ initial: Double, iteration: Int, iterationsPerEpoch: Int, epochs: Int
  ) -> Double {
    switch self {
    case .cosine: Schedule.cosine(initial, (iteration - 1) / iterationsPerEpoch, of: epochs)
    case .cosineIteration: Schedule.cosine(initial, iteration - 1, of: epochs * iterationsPerEpoch)
    case .constant: initial
    }
  }

  private static func cosine(_ initial: Double, _ step: Int, of steps: Int) -> Double {
    0.5 * initial * (1 + cos(.pi * Double(step) / Double(steps)))
  }
}
