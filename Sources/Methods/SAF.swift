import Configuration
import Tensors

/// SAF: no perturbation. A sharp valley makes the loss drop suddenly, so today's outputs are held close to those of a
/// few epochs ago on the same example.
///
///     Ltra = lambda / n * sum over k of tau^2 * KL( softmax(y_k / tau) || softmax(f(w; x_k) / tau) )
///     d = grad of [ L + Ltra ],  y_k = logits of example k recorded `lag` epochs ago, in training mode
///
/// The store keeps `lag` epochs of logits for the whole training set. Slot e mod lag still holds epoch e - lag when it
/// is read, and is overwritten after: reading before writing saves the extra slot of the authors' code.
public final class SAF: TrainingMethod {
  public static let name = "saf"
  public static let summary = "SAF: holds each example's outputs close to those of a few epochs ago."
  public static let source = Citation("Du et al.", "Sharpness-Aware Training for Free", 2022)
  public static let revision = 1
  public static let settings: [Setting] =
    TrajectorySettings.declared(
      lambda: 0.3, readme: "AngusDujw/SAF README.md, run.sh; ImageNet, no CIFAR script exists")
    + [
      Setting(
        "lag", .integer(1...1000), default: 3, "epochs back to the outputs compared with, E~",
        from: .code("AngusDujw/SAF SAF_train.py default; its README says 2 or 3"))
    ]
  public static let traces = [TrajectorySettings.trace]

  public static func cost(_ settings: Settings, sampledShare: Double) -> Double { 1 }

  private let trajectory: TrajectorySettings
  private let lag, examples, classes: Int
  /// Logits `[lag, examples, classes]`, addressed by the index in the training set.
  private let store: Vector
  /// Logits `[batchSize, classes]` of this batch, `lag` epochs ago.
  private let past: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    trajectory = TrajectorySettings(settings)
    lag = settings.integer("lag")
    (examples, classes) = (run.trainingCount, run.classes)
    store = Vector(count: lag * examples * classes, pool: space.pool)
    past = Vector(count: run.batchSize * classes, pool: space.pool)
  }

  public func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord {
    // Paper silent: a lag beyond the start. There is nothing to read before epoch `lag`.
    let isActive = trajectory.isActive(in: step.epoch) && step.epoch >= lag
    if isActive { for (k, slot) in slots(of: batch, in: step.epoch) { copy(store, slot, to: past, k * classes) } }
    let objective = isActive ? trajectory.objective(target: past, count: batch.count * classes) : .crossEntropy
    let pass = oracle.gradient(at: w, on: batch, objective: objective, statistics: .update, into: d)
    for (k, slot) in slots(of: batch, in: step.epoch) {
      for c in 0..<classes { store[slot + c] = pass.logits[k * classes + c] }
    }
    traces.record("l2_objective", norm(d))
    return StepRecord(pass, isSampled: false)
  }

  /// Position in the batch, and where the store keeps that example in this epoch's slot.
  private func slots(of batch: Batch, in epoch: Int) -> some Sequence<(Int, Int)> {
    let first = epoch % lag * examples
    return batch.samples.enumerated().lazy.map { [classes] k, sample in (k, (first + Int(sample)) * classes) }
  }

  private func copy(_ source: Vector, _ i: Int, to target: Vector, _ j: Int) {
    for c in 0..<classes { target[j + c] = source[i + c] }
  }

  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("logits", store) }
}
