import Core

/// Stochastic gradient descent with momentum and coupled weight decay, shared by every method:
///
///     u = d + weightDecay * w        decay at the unperturbed weights, after the method chose d
///     m = momentum * m + u
///     w = w - learningRate * m
///
/// No Nesterov, no dampening; every parameter decays, including batch norm's and biases (dydjw9/Efficient_SAM
/// train.py). The step of a quantizer is the exception: it does not decay, and it stays positive: s = max(|s|, 1e-8)
/// after each step.
public final class MomentumUpdate {
  /// The share of the velocity that is kept, 0...1.
  public let momentum: Float
  /// Coupled: added to the direction times `w`.
  public let weightDecay: Float
  /// m, of the same shape as `w`.
  public let velocity: Vector
  /// The indices of the quantizers' steps.
  private let steps: [Int]

  /// Starts with zero velocity.
  public init(momentum: Double, weightDecay: Double, space: ParameterSpace) {
    self.momentum = Float(momentum)
    self.weightDecay = Float(weightDecay)
    velocity = space.zeros()
    steps = space.layout.entries.filter { $0.role == .stepSize }.flatMap(\.range)
  }

  /// One step along `d`: reads d, m and w once and writes m and w once.
  public func step(_ w: Vector, along d: Vector, learningRate: Double) {
    precondition(d.count == w.count && velocity.count == w.count, "MomentumUpdate: w, d and m must have one layout")
    let (x, u, m) = (w.elements.baseAddress!, d.elements.baseAddress!, velocity.elements.baseAddress!)
    let (mu, decay, eta) = (momentum, weightDecay, Float(learningRate))
    let stepsBefore = steps.map { (m: m[$0], x: x[$0]) }
    w.forEachBlock { range in
      for i in range {
        m[i] = mu * m[i] + (u[i] + decay * x[i])
        x[i] -= eta * m[i]
      }
    }
    // The few quantizer steps are recomputed without decay, which keeps the loop over everything else simple.
    for (i, before) in zip(steps, stepsBefore) {
      m[i] = mu * before.m + u[i]
      x[i] = max(abs(before.x - eta * m[i]), 1e-8)
    }
  }

  /// Visits the velocity.
  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("velocity", velocity) }
}
