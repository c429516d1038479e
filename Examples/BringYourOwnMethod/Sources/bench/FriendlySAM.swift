import SAMBench

/// Friendly SAM perturbs along the batch-specific part of the gradient: the gradient minus its running mean.
///
///     m    = lambda * m + (1 - lambda) * g           running mean of the gradients, m = 0 at the start
///     wHat = w + rho * (g - sigma * m) / norm(g - sigma * m)
///     d    = grad L(wHat; B)
///
/// nblt/F-SAM subtracts m before updating it with g, and starts with m = g. With sigma 1 both give g - m the same
/// direction; only the initial values of m differ.
///
/// Defaults: `{name: friendly-sam, rho: 0.05, sigma: 1, lambda: 0.95}`
///
/// Reference: Li et al. 2024, CVPR, Algorithm 1.
public final class FriendlySAM: TrainingMethod {
  public static let name = "friendly-sam"
  public static let summary = "Friendly SAM: perturbs along the gradient minus its running mean."
  public static let source = Citation("Li et al.", "Friendly Sharpness-Aware Minimization", 2024)
  public static let revision = 1
  static let sigma = Setting(
    "sigma", default: 1.0, in: 0...10, "factor of the subtracted running mean, sigma; 0 gives SAM",
    from: .code("nblt/F-SAM run.sh"))
  static let lambda = Setting(
    "lambda", default: 0.95, in: 0..<1, "decay of the running mean, lambda",
    from: .code("nblt/F-SAM run.sh: 0.95 for ResNet-18 on CIFAR-100"))
  public static let settings: [any SettingKey] = [rho, sigma, lambda]
  static let noiseNorm = Trace(
    "l2_noise", unit: "1", "Euclidean norm of g - sigma * m, the direction of the perturbation")
  public static let traces = [Trace.sgdNorm, noiseNorm]

  private let rho, sigma, lambda: Double
  private let mean, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, sigma, lambda) = (settings[Self.rho], settings[Self.sigma], settings[Self.lambda])
    (mean, wHat) = (space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: d)  // d = g
    mean.assign(Float(lambda) * mean + Float(1 - lambda) * d)
    d.assign(d - Float(sigma) * mean)
    step.record(Self.noiseNorm, norm(d))
    step.perturb(along: d, by: rho, into: wHat)
    step.gradient(at: wHat, statistics: .freeze, into: d)
  }

  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("mean", mean) }
}
