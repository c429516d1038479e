import Configuration
import Core

/// VaSSO perturbs along a running mean of the gradients, which varies less from batch to batch than one gradient does.
///
///     m    = (1 - theta) * m + theta * g            m = g in the first iteration
///     wHat = w + rho * m / norm(m)
///     d    = grad L(wHat; B)
///
/// Defaults: `{name: vasso, rho: 0.05, theta: 0.9}`
///
/// Reference: Li and Giannakis 2023, arXiv 2309.15639, NeurIPS.
public final class VaSSO: TrainingMethod {
  public static let name = "vasso"
  public static let summary = "VaSSO: perturbs along a running mean of the gradients, for less variance."
  public static let source = Citation(
    "Li and Giannakis", "Enhancing Sharpness-Aware Optimization Through Variance Suppression", 2023)
  public static let revision = 1
  static let theta = Setting(
    "theta", default: 0.9, in: 0...1.0, "share of g in the running mean, theta; 1 is SAM",
    from: .code("BingcongLi/VaSSO configs/defaulf_cfg.py"))
  public static let settings: [any SettingKey] = [rho, theta]
  static let meanNorm = Trace("l2_mean", unit: "1", "Euclidean norm of the running mean m, along which it perturbs")
  public static let traces = Trace.samNorms + [meanNorm]

  private let rho, theta: Double
  private let g, mean, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, theta) = (settings[Self.rho], settings[Self.theta])
    (g, mean, wHat) = (space.zeros(), space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    let share = step.i == 1 ? 1 : theta
    mean.assign(Float(1 - share) * mean + Float(share) * g)
    step.perturb(along: mean, by: rho, into: wHat)
    step.gradient(at: wHat, statistics: .freeze, into: d)
    step.record(Self.meanNorm, norm(mean))
  }

  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("mean", mean) }
}
