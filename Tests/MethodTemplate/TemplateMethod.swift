import Configuration
import Core
import Methods

/// (1) One sentence: what the method does. Then its equations, with the symbols and numbers of the paper:
///
///     m    = decay * m + (1 - decay) * g        Eq. 1
///     wHat = w + rho * m / norm(m)              Eq. 2
///     d    = grad L(wHat; B)                    Eq. 3
///
/// As written, it perturbs the weights along the running mean of the gradients. Replace the numbered parts.
///
/// Defaults: `{name: template-method, rho: 0.05, decay: 0.9}`
///
/// Reference: Authors 2026.
public final class TemplateMethod: TrainingMethod {
  // (2) The text for listings and reports, and the publication.
  public static let name = "template-method"
  public static let summary = "Descends with the gradient at a point along the running mean of the gradients."
  public static let source = Citation("Authors", "Title of the paper", 2026)
  /// Raise it with every change that changes results: finished cells are then retrained.
  public static let revision = 1

  // (3) Hyperparameters: key, default, allowed values, meaning, source of the default. Suites, `--set`, listings and
  // error messages follow from these lines. `rho` is declared for all methods.
  static let decay = Setting(
    "decay", default: 0.9, in: 0..<1, "share of the running mean kept; 0 is SAM", from: .assumed("as momentum"))
  public static let settings: [any SettingKey] = [rho, decay]

  // (4) The traces recorded in every iteration besides loss, learning rate and gradients, with their units.
  static let meanNorm = Trace("l2_mean", unit: "1", "Euclidean norm of the running mean of the gradients")
  public static let traces = [meanNorm]

  private let rho, decay: Double
  private let mean, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, decay) = (settings[Self.rho], settings[Self.decay])
    // All memory is allocated here; `direction` allocates nothing.
    (mean, wHat) = (space.zeros(), space.zeros())
  }

  // (5) The equations. The first gradient, at w, is the only one that updates the running statistics of batch norm.
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
