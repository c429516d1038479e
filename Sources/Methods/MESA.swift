import Configuration
import Core

/// MESA is SAF without the store: it keeps outputs close to those of a running mean of the weights.
///
///     v <- b * v + (1 - b) * w                          after each step, parameters and running statistics alike
///     z_k = f(v; x_k)                                   with the mean's own running statistics, no gradient
///     d = grad of [ L + lambda / n * sum over k of tau^2 * KL( softmax(z_k / tau) || softmax(f(w; x_k) / tau) ) ]
///
/// The mean is updated at the start of the next step, because only then has the optimizer moved w.
///
/// Defaults: `{name: mesa, lambda: 0.8, temperature: 5, start: 5, decay: 0.9998}`
///
/// Reference: Du et al. 2022, arXiv 2205.14083.
public final class MESA: TrainingMethod {
  public static let name = "mesa"
  public static let summary = "MESA: keeps outputs close to those of a running mean of the weights."
  public static let source = SAF.source
  public static let revision = 1
  static let lambda = Trajectory.lambda(default: 0.8)
  static let decay = Setting(
    "decay", default: 0.9998, in: 0...1, "share of the running mean kept per step, b",
    from: .code("AngusDujw/SAF MESA_train.py default"))
  public static let settings: [any SettingKey] = [lambda, Trajectory.temperature, Trajectory.start, decay]
  public static let traces = [Trajectory.trace]

  public static func plannedShare(_ settings: Settings) -> Double { 0 }
  public static func plannedCost(_ settings: Settings, sampledShare: Double) -> Double { 4.0 / 3 }

  private let trajectory: Trajectory
  private let decay: Double
  /// v, and the same mean of the running statistics.
  private let mean, statistics: Vector
  /// Logits `[batchSize, classes]`, copied because the oracle overwrites its own buffer in the next pass.
  private let teacher: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    trajectory = Trajectory(settings, lambda: Self.lambda)
    decay = settings[Self.decay]
    (mean, statistics) = (space.zeros(), Vector(count: space.statisticsCount, pool: space.pool))
    teacher = Vector(count: run.batchSize * run.classes, pool: space.pool)
  }

  public func direction(_ step: Step, into d: Vector) {
    let b = step.i == 1 ? 0 : decay  // v starts at the first weights
    mean.assign(Float(b) * mean + Float(1 - b) * step.w)
    statistics.assign(Float(b) * statistics + Float(1 - b) * step.statistics)
    var objective = Objective.crossEntropy
    if trajectory.isActive(in: step.epoch) {
      let z = step.evaluate(at: mean, normalizing: .running(statistics)).logits
      teacher.write(z, at: 0)
      objective = trajectory.objective(target: teacher, count: z.count)
    }
    step.firstGradient(objective: objective, into: d)
    step.record(Trajectory.trace, norm(d))
  }

  public func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.vector("mean", mean)
    try visitor.vector("statisticsMean", statistics)
  }
}
