import Configuration
import Tensors

/// Plain stochastic gradient descent: d = g. One gradient an iteration fixes the top of the speed scale.
public final class SGD: TrainingMethod {
  public static let name = "sgd"
  public static let summary = "Stochastic gradient descent: d = g."
  public static let source = Citation("Robbins and Monro", "A Stochastic Approximation Method", 1951)
  public static let revision = 1
  public static let settings: [Setting] = []
  public static let traces: [TraceDeclaration] = [.sgdNorm]

  public static func cost(_ settings: Settings, sampledShare: Double) -> Double { 1 }

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {}

  public func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord {
    let pass = oracle.gradient(at: w, on: batch, statistics: .update, into: d)
    traces.record("l2_sgd", norm(d))
    return StepRecord(pass, isSampled: false)
  }
}
