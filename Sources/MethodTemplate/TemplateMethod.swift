import Configuration
import Methods
import Tensors

/// (1) One sentence: what the method does. Then its equations, in the paper's symbols and with its numbers:
///
///     m    = decay * m + (1 - decay) * g        Eq. 1
///     wHat = w + rho * m / norm(m)              Eq. 2
///     d    = grad L(wHat; B)                    Eq. 3
///
/// As it stands, it looks for the worst point along the running mean of the gradients. Replace what the numbers mark.
///
/// Defaults: `{name: template-method, rho: 0.05, decay: 0.9}`
///
/// Reference: Authors 2026.
public final class TemplateMethod: TrainingMethod {
  // (2) What listings and reports say, and where it was published.
  public static let name = "template-method"
  public static let summary = "Descends with the gradient at a point along the running mean of the gradients."
  public static let source = Citation("Authors", "Title of the paper", 2026)
  /// Raise it with every change that changes results: finished cells are then trained anew.
  public static let revision = 1

  // (3) Hyperparameters: key, default, allowed values, meaning, where the default is from. Suites, `--set`, listings and
  // error messages follow from these lines. `rho` is declared for all methods.
  static let decay = Setting(
    "decay", default: 0.9, in: 0..<1, "share of the running mean kept; 0 is SAM", from: .assumed("as momentum"))
  public static let settings: [any SettingKey] = [rho, decay]

  // (4) What it records every iteration beside loss, learning rate and gradients, with the unit.
  static let meanNorm = Trace("l2_mean", unit: "1", "Euclidean norm of the running mean of the gradients")
  public static let traces = [meanNorm]

  private let rho, decay: Double
  private let mean, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, decay) = (settings[Self.rho], settings[Self.decay])
    // All memory is taken here; `direction` allocates nothing.
    (mean, wHat) = (space.zeros(), space.zeros())
  }

  // (5) The equations. The first gradient, at w, is the only one that moves batch norm's statistics.
  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: d)  // d = g
    mean.assign(Float(decay) * mean + Float(1 - decay) * d)  // Eq. 1
    step.perturb(along: mean, by: rho, into: wHat)  // Eq. 2
    step.gradient(at: wHat, statistics: .freeze, into: d)  // Eq. 3
    step.record(Self.meanNorm, norm(mean))
  }

  // (6) Everything that outlives a step, so that a stopped run continues as if it had never stopped.
  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("mean", mean) }
}
