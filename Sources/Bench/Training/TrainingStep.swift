import Configuration
import Core
import Methods

/// One iteration of training: the method's direction, the optimizer's step along it, and the traces of both. Used by
/// the trainer and by the checks of methods.
public final class TrainingStep {
  /// The traces of every run, which precede those of its method.
  public static let traces = [loss, learningRate, sampled, gradients, forwardExamples, backwardExamples]
  private static let loss = Trace("loss", unit: "nat", "Training loss of the first pass, mean over the batch")
  private static let learningRate = Trace("learning_rate", unit: "1", "Learning rate of the step")
  static let sampled = Trace("sampled", unit: "1", "1 where a second gradient was computed, else 0")
  private static let gradients = Trace("gradients", unit: "1", "Gradient evaluations of the iteration")
  private static let forwardExamples = Trace(
    "forward_examples", unit: "1", "Examples passed forward in the iteration")
  private static let backwardExamples = Trace(
    "backward_examples", unit: "1", "Examples passed backward in the iteration")

  /// The weights, and the direction of the last step.
  public let w, d: Vector
  /// Momentum and weight decay.
  public let optimizer: MomentumUpdate
  /// Everything recorded so far.
  public let recorder: TraceRecorder
  /// Iterations done.
  public private(set) var iteration = 0

  /// Called with the first pass on each batch or micro-batch.
  public var onFirstPass: ((Batch, Evaluation) -> Void)? {
    get { step.onFirstPass }
    set { step.onFirstPass = newValue }
  }

  private let method: any TrainingMethod
  private let startingRate: Double
  private let oracle: any GradientOracle
  private let step: Step
  /// The number of examples per micro-batch, 0 for the whole batch; and the direction of one micro-batch.
  private let microBatch: Int
  private let partial: Vector?

  /// Allocates the memory of the method and of the optimizer.
  ///
  /// - Parameters:
  ///   - startingRate: the learning rate at the start of the schedule.
  ///   - isAudited: whether to record the method's decisions.
  ///   - timing: additional traces of times, which the caller records.
  public init(
    _ type: any TrainingMethod.Type, _ settings: Settings, at w: Vector, asking oracle: any GradientOracle,
    run: RunContext, startingRate: Double, momentum: Double, weightDecay: Double, isAudited: Bool = false,
    timing: [Trace] = []
  ) {
    (self.w, self.oracle, self.startingRate, d) = (w, oracle, startingRate, oracle.space.zeros())
    method = type.init(settings, space: oracle.space, run: run)
    optimizer = MomentumUpdate(momentum: momentum, weightDecay: weightDecay, space: oracle.space)
    recorder = TraceRecorder(
      TrainingStep.traces + type.traces + timing, iterations: run.iterations, isAudited: isAudited)
    step = Step(
      at: w, of: run, velocity: optimizer.velocity, momentum: momentum, asking: oracle, recording: recorder)
    microBatch = type.microBatch.map { settings[$0] } ?? 0
    partial = microBatch > 0 ? oracle.space.zeros() : nil
  }

  /// Takes the next step.
  ///
  /// - Parameter inspect: called after the direction is computed and before the weights are updated.
  @discardableResult
  public func take(
    _ batch: Batch, epoch: Int, learningRate: Double, inspecting inspect: (StepRecord) -> Void = { _ in }
  ) -> StepRecord {
    iteration += 1
    step.begin(iteration, epoch: epoch, rateShare: learningRate / startingRate)
    recorder.begin(iteration: iteration)
    let before = oracle.cost
    direction(batch)
    inspect(step.outcome)
    optimizer.step(w, along: d, learningRate: learningRate)
    let (record, cost) = (step.outcome, oracle.cost)
    recorder.record(TrainingStep.loss, record.loss)
    recorder.record(TrainingStep.learningRate, learningRate)
    recorder.record(TrainingStep.sampled, record.isSampled ? 1 : 0)
    recorder.record(TrainingStep.gradients, Double(cost.gradients - before.gradients))
    recorder.record(TrainingStep.forwardExamples, Double(cost.forwardExamples - before.forwardExamples))
    recorder.record(TrainingStep.backwardExamples, Double(cost.backwardExamples - before.backwardExamples))
    return record
  }

  /// Computes d on the whole batch, or as the mean of the micro-batches' directions, weighted by their examples.
  private func direction(_ batch: Batch) {
    guard let partial, microBatch < batch.count else {
      step.turn(to: 0..<batch.count, of: batch)
      return method.direction(step, into: d)
    }
    d.assign(0)
    for start in stride(from: 0, to: batch.count, by: microBatch) {
      let range = start..<min(start + microBatch, batch.count)
      step.turn(to: range, of: batch)
      method.direction(step, into: partial)
      d.assign(d + Float(range.count) / Float(batch.count) * partial)
    }
  }

  /// Visits every value that a checkpoint must contain, except the oracle's statistics.
  public func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.value("iteration", &iteration)
    try visitor.vector("w", w)
    try optimizer.visitState(&visitor)
    try recorder.visitState(&visitor)
    try method.visitState(&visitor)
  }
}
