import Configuration
import Core

/// SAF perturbs nothing: a sharp valley makes the loss drop suddenly, so today's outputs are held close to those of a
/// few epochs ago on the same example.
///
///     Ltra = lambda / n * sum over k of tau^2 * KL( softmax(y_k / tau) || softmax(f(w; x_k) / tau) )
///     d = grad of [ L + Ltra ],  y_k = logits of example k recorded `lag` epochs ago, in training mode
///
/// The store keeps `lag` epochs of logits for the whole training set. Slot e mod lag still holds epoch e - lag when it
/// is read, and is overwritten after: reading before writing saves the extra slot of the authors' code.
///
/// Defaults: `{name: saf, lambda: 0.3, temperature: 5, start: 5, lag: 3}`
///
/// Reference: Du et al. 2022, arXiv 2205.14083.
public final class SAF: TrainingMethod {
  public static let name = "saf"
  public static let summary = "SAF: keeps each example's outputs close to those of a few epochs ago."
  public static let source = Citation("Du et al.", "Sharpness-Aware Training for Free", 2022)
  public static let revision = 1
  static let lambda = Trajectory.lambda(default: 0.3)
  static let lag = Setting(
    "lag", default: 3, in: 1...1000, "epochs between the outputs that are compared, E~",
    from: .code("AngusDujw/SAF SAF_train.py default; its README recommends 2 or 3"))
  public static let settings: [any SettingKey] = [lambda, Trajectory.temperature, Trajectory.start, lag]
  public static let traces = [Trajectory.trace]

  public static func plannedShare(_ settings: Settings) -> Double { 0 }

  private let trajectory: Trajectory
  private let lag, examples, classes: Int
  /// Logits `[lag, examples, classes]`, addressed by the index in the training set.
  private let store: Vector
  /// Logits `[batchSize, classes]` of this batch, `lag` epochs ago.
  private let past: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    trajectory = Trajectory(settings, lambda: Self.lambda)
    lag = settings[Self.lag]
    (examples, classes) = (run.trainingCount, run.classes)
    store = Vector(count: lag * examples * classes, pool: space.pool)
    past = Vector(count: run.batchSize * classes, pool: space.pool)
  }

  public func direction(_ step: Step, into d: Vector) {
    var objective = Objective.crossEntropy
    // Paper silent: a lag beyond the start. There is nothing to read before epoch `lag`.
    if trajectory.isActive(in: step.epoch) && step.epoch >= lag {
      for (k, sample) in step.batch.samples.enumerated() {
        past.write(store[slot(of: sample, in: step.epoch)], at: k * classes)
      }
      objective = trajectory.objective(target: past, count: step.batch.count * classes)
    }
    let pass = step.firstGradient(objective: objective, into: d)
    for (k, sample) in step.batch.samples.enumerated() {
      let logits = UnsafeBufferPointer(rebasing: pass.logits[k * classes..<(k + 1) * classes])
      store.write(logits, at: slot(of: sample, in: step.epoch).lowerBound)
    }
    step.record(Trajectory.trace, norm(d))
  }

  /// The range of an example's logits of this epoch in the store; until they are written, it holds those of `lag`
  /// epochs ago.
  private func slot(of sample: Int32, in epoch: Int) -> Range<Int> {
    let start = (epoch % lag * examples + Int(sample)) * classes
    return start..<start + classes
  }

  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("logits", store) }
}

/// The trajectory term of SAF and MESA: its weight and temperature, and the epoch after which it is active.
struct Trajectory {
  let lambda, temperature: Double
  let start: Int

  init(_ settings: Settings, lambda: Setting<Double>) {
    (self.lambda, temperature, start) = (settings[lambda], settings[Self.temperature], settings[Self.start])
  }

  /// Active after the 0-based epoch `start`, as the authors' code compares (strictly greater).
  func isActive(in epoch: Int) -> Bool { lambda > 0 && epoch > start }

  /// Cross-entropy and the pull toward the first `count` values of `target`, which must outlive the gradient call.
  func objective(target: Vector, count: Int) -> Objective {
    Objective(trajectory: Objective.Trajectory(target: target[0..<count], temperature: temperature, weight: lambda))
  }

  private static let readme = Origin.code("AngusDujw/SAF README.md, run.sh; for ImageNet, no CIFAR script exists")

  static func lambda(default standard: Double) -> Setting<Double> {
    Setting("lambda", default: standard, in: 0...100, "weight of the trajectory term", from: readme)
  }

  static let temperature = Setting(
    "temperature", default: 5, positiveUpTo: 1000, "temperature tau of both softmaxes", from: readme)
  static let start = Setting(
    "start", default: 5, in: 0...100_000, "last 0-based epoch without the trajectory term, E_start", from: readme
  ).inShortRuns(0)

  static let trace = Trace(
    "l2_objective", unit: "1", "Euclidean norm of the gradient of loss and trajectory term over all parameters")
}
