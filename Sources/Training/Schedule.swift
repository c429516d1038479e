import Foundation

/// The learning rate of each epoch.
public enum Schedule: String, Sendable {
  /// eta_e = eta_0 / 2 * (1 + cos(pi * e / E)), stepped per epoch (Loshchilov & Hutter 2016; dydjw9/Efficient_SAM train.py).
  case cosine
  case constant

  /// - Parameter epoch: e, 0-based, of `epochs` = E.
  public func learningRate(_ initial: Double, epoch: Int, of epochs: Int) -> Double {
    switch self {
    case .cosine: 0.5 * initial * (1 + cos(.pi * Double(epoch) / Double(epochs)))
    case .constant: initial
    }
  }
}
