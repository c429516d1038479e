import SAMBench

/// Friendly SAM: perturbs along what is particular to this batch, the gradient without its running mean.
///
///     m    = lambda * m + (1 - lambda) * g           running mean of the gradients, m = 0 at the start
///     wHat = w + rho * (g - sigma * m) / norm(g - sigma * m)
///     d    = grad L(wHat; B)
///
/// Li, Zhou, He, Cheng and Huang, CVPR 2024, Algorithm 1. nblt/F-SAM subtracts m before it takes g in and starts with
/// m = g; with sigma 1 both give g - m the same direction, and only the starts of m differ.
public final class FriendlySAM: TrainingMethod {
  public static let name = "friendly-sam"
  public static let summary = "Friendly SAM: perturbs along the gradient without its running mean."
  public static let source = Citation("Li et al.", "Friendly Sharpness-Aware Minimization", 2024)
  public static let revision = 1
  public static let settings: [Setting] = [
    .rho,
    Setting(
      "sigma", .number(0...10), default: 1, "share of the running mean taken out, sigma; 0 is SAM",
      from: .code("nblt/F-SAM run.sh")),
    Setting(
      "lambda", .number(0...1, openAbove: true), default: 0.95, "share of the running mean kept each step, lambda",
      from: .code("nblt/F-SAM run.sh: 0.95 for ResNet-18 on CIFAR-100")),
  ]
  public static let traces: [TraceDeclaration] = [
    .sgdNorm, TraceDeclaration("l2_noise", unit: "1", "Euclidean norm of g - sigma * m, along which it perturbs"),
  ]

  public static func cost(_ settings: Settings, sampledShare: Double) -> Double { 1 + sampledShare }

  private let rho, sigma, lambda: Double
  private let mean, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    rho = settings.number("rho")
    sigma = settings.number("sigma")
    lambda = settings.number("lambda")
    (mean, wHat) = (space.zeros(), space.zeros())
  }

  public func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord {
    let pass = oracle.gradient(at: w, on: batch, statistics: .update, into: d)  // d = g
    var record = StepRecord(pass, isSampled: true)
    traces.record("l2_sgd", norm(d))

    mean.assign(Float(lambda) * mean + Float(1 - lambda) * d)
    d.assign(d - Float(sigma) * mean)
    let noiseNorm = norm(d)
    traces.record("l2_noise", noiseNorm)
    record.isDegenerate = !perturb(w, by: rho, along: d, norm: noiseNorm, into: wHat)
    _ = oracle.gradient(at: wHat, on: batch, statistics: .freeze, into: d)
    return record
  }

  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("mean", mean) }
}
