import Configuration
import Core

/// MSAM perturbs along the optimizer's momentum, which takes no gradient of its own: an iteration costs what SGD's costs.
///
///     wHat = w - rho * m / norm(m)                  m is the momentum before this step; wHat = w while it is 0
///     d    = grad L(wHat; B)
///     m    = mu * m + d                             by the optimizer, which all methods share
///     w    = w - eta * m
///
/// The sign is the authors': wHat lies ahead of w, where the momentum is about to carry it. The only pass is taken at
/// wHat, so the run's training loss, its training accuracy and batch norm's running statistics are those at wHat. The
/// weights that are tested are w.
///
/// Unlike the authors' code, weight decay acts on w and not on wHat, as it does for every method here.
///
/// Defaults: `{name: msam, rho: 0.3}`
///
/// Reference: Becker et al. 2024, arXiv 2401.12033, Algorithm 1.
public final class MSAM: TrainingMethod {
  public static let name = "msam"
  public static let summary = "Momentum-SAM: perturbs along the optimizer's momentum, one gradient per iteration."
  public static let source = Citation(
    "Becker et al.", "Momentum-SAM: Sharpness Aware Minimization without Computational Overhead", 2024,
    equations: "Algorithm 1")
  public static let revision = 1
  static let rho = Setting(
    "rho", default: 0.3, in: 0...100, "radius of the perturbation; 0 is SGD",
    from: .code("MarlonBecker/MSAM optimizer/msam.py default; its README runs CIFAR-100 with 3, where SAM has 0.2"))
  public static let settings: [any SettingKey] = [rho]
  static let perturbedNorm = Trace("l2_perturbed", unit: "1", "Euclidean norm of the gradient at wHat")
  public static let traces = [perturbedNorm]

  public static func plannedShare(_ settings: Settings) -> Double { 0 }

  private let rho: Double
  private let wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, wHat) = (settings[Self.rho], space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    if step.i == 1 {
      wHat.assign(step.w)
    } else {
      step.perturb(along: step.velocity, by: -rho, into: wHat)
    }
    step.firstGradient(at: wHat, into: d)
    step.record(Self.perturbedNorm, norm(d))
  }
}
