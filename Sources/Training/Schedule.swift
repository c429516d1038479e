import Foundation

/// The learning rate of each iteration.
public enum Schedule: String, Sendable, CaseIterable {
  /// eta_e = eta_0 / 2 * (1 + cos(pi * e / E)), stepped per epoch (Loshchilov & Hutter 2016; dydjw9/Efficient_SAM train.py).
  case cosine
  /// eta_i = eta_0 / 2 * (1 + cos(pi * (i - 1) / T)), stepped per iteration (nblt/F-SAM train.py). A run of few epochs
  /// anneals nearly to 0 by it, where steps per epoch end at eta_0 * sin(pi / 2E)^2.
  case cosineIteration = "cosine-iteration"
  case constant

  /// - Parameters:
  ///   - iteration: i, 1-based over the whole run.
  ///   - iterationsPerEpoch: with `epochs` = E they make T.
  public func learningRate(
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
