import Configuration
import Core

/// Friendly SAM perturbs along what is particular to this batch: the gradient without its running mean, which stands
/// for the gradient of the whole training set.
///
///     m    = lambda * m + (1 - lambda) * g          running mean of the gradients, m = 0 at the start
///     wHat = w + rho * (g - sigma * m) / norm(g - sigma * m)
///     d    = grad L(wHat; B)
///
/// The authors' code subtracts m before it takes g in, and starts with m = g, so that its first step is SAM's (`form:
/// code`). With sigma 1 both forms perturb along g less the mean of the gradients before; only the starts of m differ.
///
/// Defaults: `{name: friendly-sam, rho: 0.05, sigma: 1, lambda: 0.95, form: paper}`
///
/// Reference: Li et al. 2024, CVPR, Algorithm 1.
public final class FriendlySAM: TrainingMethod {
  /// When m takes in g, and where it starts.
  enum Form: String, CaseIterable, SettingContent { case paper, code }

  public static let name = "friendly-sam"
  public static let summary = "Friendly SAM: perturbs along the gradient without its running mean."
  public static let source = Citation(
    "Li et al.", "Friendly Sharpness-Aware Minimization", 2024, equations: "Algorithm 1")
  public static let revision = 1
  static let sigma = Setting(
    "sigma", default: 1, in: 0...10.0, "share of the running mean taken out, sigma; 0 is SAM",
    from: .code("nblt/F-SAM run.sh"))
  static let lambda = Setting(
    "lambda", default: 0.95, in: 0..<1, "share of the running mean kept each step, lambda",
    from: .code("nblt/F-SAM run.sh: 0.95 for ResNet-18 on CIFAR-100; its public log of such a run has 0.6"))
  static let form = Setting(
    "form", default: Form.paper, "order and start of the running mean: those of the paper, or of the authors' code",
    from: .paper("Li et al., Algorithm 1; code is nblt/F-SAM utils.py"))
  public static let settings: [any SettingKey] = [rho, sigma, lambda, form]
  static let noiseNorm = Trace("l2_noise", unit: "1", "Euclidean norm of g - sigma * m, along which it perturbs")
  public static let traces = Trace.samNorms + [noiseNorm]

  private let rho, sigma, lambda: Double
  private let form: Form
  private let g, mean, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, sigma, lambda) = (settings[Self.rho], settings[Self.sigma], settings[Self.lambda])
    form = settings[Self.form]
    (g, mean, wHat) = (space.zeros(), space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    if form == .paper { take(g, keeping: lambda) }
    d.assign(g - Float(sigma) * mean)
    if form == .code { take(g, keeping: step.i == 1 ? 0 : lambda) }
    step.record(Self.noiseNorm, norm(d))
    step.perturb(along: d, by: rho, into: wHat)
    step.gradient(at: wHat, statistics: .freeze, into: d)
  }

  private func take(_ g: Vector, keeping share: Double) { mean.assign(Float(share) * mean + Float(1 - share) * g) }

  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("mean", mean) }
}
