import Configuration
import Core

/// GNP adds the norm of the gradient to the loss. In the derivative of that norm, a difference of two gradients stands
/// for the Hessian; the result is a mixture of SGD's gradient and SAM's.
///
///     L + lambda * norm(g)                          what is minimized; alpha = lambda / rho
///     wHat = w + rho * g / norm(g)
///     d    = (1 - alpha) * g + alpha * grad L(wHat; B)
///
/// By default the authors' code mixes gS with g / norm(g), which is not in their equations (`mixed: unit`). WSAM in its
/// coupled form is GNP with alpha = gamma / (1 - gamma).
///
/// Defaults: `{name: gnp, rho: 0.05, alpha: 0.8, mixed: gradient}`
///
/// Reference: Zhao et al. 2022, arXiv 2202.03599, ICML.
public final class GNP: TrainingMethod {
  /// What gS is mixed with.
  enum Mixed: String, CaseIterable, SettingContent { case gradient, unit }

  public static let name = "gnp"
  public static let summary = "GNP: penalizes the norm of the gradient, a mixture of SGD's gradient and SAM's."
  public static let source = Citation(
    "Zhao et al.", "Penalizing Gradient Norm for Efficiently Improving Generalization in Deep Learning", 2022)
  public static let revision = 1
  static let alpha = Setting(
    "alpha", default: 0.8, in: 0...1.0, "share of gS, alpha = lambda / rho; 0 is SGD, 1 is SAM",
    from: .code("zhaoyang-0204/gnp recipes/wideresnet-cifar.sh, with a radius of 0.1"))
  static let mixed = Setting(
    "mixed", default: Mixed.gradient, "what gS is mixed with: g, or g / norm(g)",
    from: .paper("Zhao et al.; unit is the default of zhaoyang-0204/gnp config/base_config.py"))
  public static let settings: [any SettingKey] = [rho, alpha, mixed]
  public static let traces = Trace.samNorms

  private let rho, alpha: Double
  private let mixed: Mixed
  private let g, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, alpha, mixed) = (settings[Self.rho], settings[Self.alpha], settings[Self.mixed])
    (g, wHat) = (space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    step.perturb(along: g, by: rho, into: wHat)
    step.gradient(at: wHat, statistics: .freeze, into: d)  // d = gS
    let share = mixed == .gradient ? 1 - alpha : (1 - alpha) / (norm(g) + 1e-12)
    d.assign(Float(share) * g + Float(alpha) * d)
  }
}
