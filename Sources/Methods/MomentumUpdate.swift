import Tensors

/// Stochastic gradient descent with momentum and coupled weight decay, shared by every method:
///
///     u = d + weightDecay * w        decay at the unperturbed weights, after the method chose d
///     m = momentum * m + u
///     w = w - learningRate * m
///
/// No Nesterov, no dampening; every parameter decays, batch norm's and biases included (dydjw9/Efficient_SAM train.py).
public final class MomentumUpdate {
  /// Share of the velocity kept.
  public let momentum: Float
  /// Coupled: added to the direction times `w`.
  public let weightDecay: Float
  /// m, shaped as `w`.
  public let velocity: Vector

  /// At rest.
  public init(momentum: Double, weightDecay: Double, space: ParameterSpace) {
    self.momentum = Float(momentum)
    self.weightDecay = Float(weightDecay)
    velocity = space.zeros()
  }

  /// One step along `d`: reads d, m and w once and writes m and w once.
  public func step(_ w: Vector, along d: Vector, learningRate: Double) {
    precondition(d.count == w.count && velocity.count == w.count, "MomentumUpdate: w, d and m must have one layout")
    let (x, u, m) = (w.elements.baseAddress!, d.elements.baseAddress!, velocity.elements.baseAddress!)
    let (mu, decay, eta) = (momentum, weightDecay, Float(learningRate))
    w.forEachBlock { range in
      for i in range {
        m[i] = mu * m[i] + (u[i] + decay * x[i])
        x[i] -= eta * m[i]
      }
    }
  }

  /// Shows the velocity.
  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("velocity", velocity) }
}
