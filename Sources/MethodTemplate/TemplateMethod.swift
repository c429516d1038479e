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
public final class TemplateMethod: TrainingMethod {
  // (2) What listings and reports say, and where it was published.
  public static let name = "template-method"
  public static let summary = "Descends with the gradient at a point along the running mean of the gradients."
  public static let source = Citation("Authors", "Title of the paper", 2026)
  /// Raise it with every change that changes results: finished cells are then trained anew.
  public static let revision = 1

  // (3) Hyperparameters: key, allowed values, default, meaning, where the default is from. Suites, `--set`, listings and
  // error messages follow from these lines.
  public static let settings: [Setting] = [
    .rho,
    Setting(
      "decay", .number(0...1, openAbove: true), default: 0.9, "share of the running mean kept; 0 is SAM",
      from: .assumed("as momentum")),
  ]

  // (4) What it records every iteration beside loss, learning rate and gradients, with the unit.
  public static let traces = [
    TraceDeclaration("l2_mean", unit: "1", "Euclidean norm of the running mean of the gradients")
  ]

  // (5) Gradients an iteration, given the share of iterations with a second one. SGD is 1, SAM is 2.
  public static func cost(_ settings: Settings, sampledShare: Double) -> Double { 1 + sampledShare }

  private let rho, decay: Double
  private let mean, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    rho = settings.number("rho")
    decay = settings.number("decay")
    // All memory is taken here; `direction` allocates nothing.
    (mean, wHat) = (space.zeros(), space.zeros())
  }

  public func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord {
    // The first gradient of a step: at w, and the only one that moves batch norm's statistics.
    let pass = oracle.gradient(at: w, on: batch, statistics: .update, into: d)  // d = g
    var record = StepRecord(pass, isSampled: true)

    // (6) The equations.
    mean.assign(Float(decay) * mean + Float(1 - decay) * d)  // Eq. 1
    let meanNorm = norm(mean)
    record.isDegenerate = !perturb(w, by: rho, along: mean, norm: meanNorm, into: wHat)  // Eq. 2
    _ = oracle.gradient(at: wHat, on: batch, statistics: .freeze, into: d)  // Eq. 3

    traces.record("l2_mean", meanNorm)
    return record
  }

  // (7) Everything that outlives a step, so that a stopped run continues as if it had never stopped.
  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("mean", mean) }
}
