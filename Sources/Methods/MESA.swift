import Configuration
import Tensors

/// MESA: SAF without the store. Outputs are held close to those of a running mean of the weights.
///
///     v <- b * v + (1 - b) * w                          after each step, parameters and running statistics alike
///     z_k = f(v; x_k)                                   with the mean's own running statistics, no gradient
///     d = grad of [ L + lambda / n * sum over k of tau^2 * KL( softmax(z_k / tau) || softmax(f(w; x_k) / tau) ) ]
///
/// The mean takes in a step when the next one begins: only then has the optimizer moved w.
public final class MESA: TrainingMethod {
  public static let name = "mesa"
  public static let summary = "MESA: holds outputs close to those of a running mean of the weights."
  public static let source = SAF.source
  public static let revision = 1
  public static let settings: [Setting] =
    TrajectorySettings.declared(
      lambda: 0.8, readme: "AngusDujw/SAF README.md, run.sh; ImageNet, no CIFAR script exists")
    + [
      Setting(
        "decay", .number(0...1), default: 0.9998, "share of the running mean kept per step, b",
        from: .code("AngusDujw/SAF MESA_train.py default"))
    ]
  public static let traces = [TrajectorySettings.trace]

  public static func cost(_ settings: Settings, sampledShare: Double) -> Double { 4.0 / 3 }

  private let trajectory: TrajectorySettings
  private let decay: Double
  private let classes: Int
  /// v; the statistics' mean is made at the first step, when the oracle tells their number.
  private let mean: Vector
  private var statisticsMean: Vector?
  /// Logits `[batchSize, classes]`: the oracle's own buffer is overwritten by its next answer.
  private let teacher: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    trajectory = TrajectorySettings(settings)
    decay = settings.number("decay")
    classes = run.classes
    mean = space.zeros()
    teacher = Vector(count: run.batchSize * classes, pool: space.pool)
  }

  public func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord {
    let statisticsMean = follow(w, oracle.statistics)
    var objective = Objective.crossEntropy
    if trajectory.isActive(in: step.epoch) {
      let z = oracle.evaluate(at: mean, on: batch, normalizing: .running(statisticsMean)).logits
      for k in z.indices { teacher[k] = z[k] }
      objective = trajectory.objective(target: teacher, count: z.count)
    }
    let pass = oracle.gradient(at: w, on: batch, objective: objective, statistics: .update, into: d)
    traces.record("l2_objective", norm(d))
    return StepRecord(pass, isSampled: false)
  }

  /// Takes in w and the running statistics as the last step left them; the first call starts the means there.
  private func follow(_ w: Vector, _ statistics: Vector) -> Vector {
    guard let statisticsMean else {
      let first = Vector(count: statistics.count, pool: statistics.pool)
      first.assign(statistics)
      mean.assign(w)
      statisticsMean = first
      return first
    }
    let (b, rest) = (Float(decay), Float(1 - decay))
    mean.assign(b * mean + rest * w)
    statisticsMean.assign(b * statisticsMean + rest * statistics)
    return statisticsMean
  }

  public func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.vector("mean", mean)
    // As a value, because a method that is about to be restored does not know yet how many statistics there are.
    var values = statisticsMean.map { Array($0.readOnly) }
    try visitor.value("statisticsMean", &values)
    guard let values else { return statisticsMean = nil }
    let restored = statisticsMean ?? Vector(count: values.count, pool: mean.pool)
    for i in values.indices { restored[i] = values[i] }
    statisticsMean = restored
  }
}
