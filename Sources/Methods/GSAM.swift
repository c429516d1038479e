import Configuration
import Core

/// GSAM descends on the perturbed loss and, at the same time, on the surrogate gap between that loss and the plain one.
///
///     rhoI = rho * (floor + (1 - floor) * eta / eta_0)     eta: learning rate, from eta_0 on
///     wHat = w + rhoI * g / norm(g)
///     gS   = grad L(wHat; B)
///     gP   = g - <g, gS> / norm(gS)^2 * gS          the part of g orthogonal to gS
///     d    = gS - alpha * gP                        Algorithm 1
///
/// A step against d is also a step along gP. That hardly changes the perturbed loss and raises the plain one, so the gap
/// closes. big_vision's code has a second form and calls it more stable: g plus alpha times the part of gS orthogonal
/// to g (`descent: plain`).
///
/// In the paper the radius falls with the learning rate, from rho_max to rho_min: rho and `floor` * rho. In the authors'
/// example for CIFAR-10 both are equal, so the radius is constant by default.
///
/// Defaults: `{name: gsam, rho: 0.05, floor: 1, alpha: 0.2, descent: perturbed}`
///
/// Reference: Zhuang et al. 2022, ICLR, Algorithm 1.
public final class GSAM: TrainingMethod {
  /// The loss that is minimized beside the gap.
  enum Descent: String, CaseIterable, SettingContent { case perturbed, plain }

  public static let name = "gsam"
  public static let summary = "GSAM: SAM that also closes the gap between the perturbed loss and the plain one."
  public static let source = Citation(
    "Zhuang et al.", "Surrogate Gap Minimization Improves Sharpness-Aware Training", 2022, equations: "Algorithm 1")
  public static let revision = 1
  static let floor = Setting(
    "floor", default: 1, in: 0...1.0, "radius at learning rate 0 as a share of rho, rho_min / rho_max",
    from: .code("juntang-zhuang/GSAM example/train.py, for CIFAR-10"))
  static let alpha = Setting(
    "alpha", default: 0.2, in: 0...10, "weight of the orthogonal part, alpha of Algorithm 1; 0 is SAM",
    from: .code("juntang-zhuang/GSAM example/train.py, for CIFAR-10"))
  static let descent = Setting(
    "descent", default: Descent.perturbed, "the loss that is minimized beside the gap",
    from: .code("juntang-zhuang/GSAM gsam/gsam.py; plain is google-research/big_vision gsam.py with minimize_fp=False"))
  public static let settings: [any SettingKey] = [rho, floor, alpha, descent]
  public static let traces = Trace.samNorms + [gapNorm]
  static let gapNorm = Trace(
    "l2_gap", unit: "1", "Euclidean norm of the part that closes the gap, before its weight alpha")

  private let rho, floor, alpha: Double
  private let descent: Descent
  private let g, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, floor) = (settings[Self.rho], settings[Self.floor])
    (alpha, descent) = (settings[Self.alpha], settings[Self.descent])
    (g, wHat) = (space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    step.perturb(along: g, by: rho * (floor + (1 - floor) * step.rateShare), into: wHat)
    step.gradient(at: wHat, statistics: .freeze, into: d)  // d = gS
    let kept = descent == .perturbed ? d : g
    let square = kept.dot(kept)
    guard square > 0, square.isFinite else { return }  // no direction to be orthogonal to
    let k = g.dot(d) / square
    if descent == .perturbed {
      step.record(Self.gapNorm, norm(g - Float(k) * d))
      d.assign(Float(1 + alpha * k) * d + Float(-alpha) * g)  // gS - alpha * (g - k * gS)
    } else {
      step.record(Self.gapNorm, norm(d - Float(k) * g))
      d.assign(Float(1 - alpha * k) * g + Float(alpha) * d)  // g + alpha * (gS - k * g)
    }
  }
}
