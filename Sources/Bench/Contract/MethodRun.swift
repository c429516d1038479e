import Configuration
import Core
import Methods
import Training

/// A complete run of one method in miniature: batches of a small set, and the training step that every run uses.
package final class MethodRun {
  package let settings: Settings
  package let context: RunContext
  package let oracle: any GradientOracle
  package private(set) var records: [StepRecord] = []
  private let training: TrainingStep
  private let examples: ExampleSet
  private let learningRate: Double

  /// - Parameter start: initial weights; nil for small random ones.
  package init(
    _ type: any TrainingMethod.Type, _ given: [String: Value] = [:], on oracle: any GradientOracle,
    examples: ExampleSet, start: [Float]? = nil, batchSize: Int = 6, epochs: Int = 10, learningRate: Double = 0.1,
    momentum: Double = 0.9, weightDecay: Double = 0.001, seed: UInt64 = 7
  ) throws {
    settings = try Settings(type.settings, given: given, owner: "method \(type.name)")
    try type.check(settings)
    context = RunContext(
      seed: seed, trainingCount: examples.count, classes: examples.classes, batchSize: batchSize, epochs: epochs)
    (self.oracle, self.examples, self.learningRate) = (oracle, examples, learningRate)
    let w = oracle.space.zeros()
    var stream = RandomStream(seed: seed, purpose: .initialization)
    for p in 0..<w.count { w[p] = start?[p] ?? Float(stream.normal()) }
    training = TrainingStep(
      type, settings, at: w, asking: oracle, run: context, startingRate: learningRate, momentum: momentum,
      weightDecay: weightDecay)
  }

  package var i: Int { training.iteration }
  package var w: Vector { training.w }
  package var d: Vector { training.d }
  package var momentum: MomentumUpdate { training.optimizer }
  package var traces: TraceRecorder { training.recorder }
  package var batch: Batch { examples.batch(at: i, size: context.batchSize, seed: context.seed) }
  package var sampled: [Bool] { records.map(\.isSampled) }
  package var weightBits: [UInt32] { w.readOnly.map(\.bitPattern) }

  /// One iteration; `inspect` runs when the direction is known and before the weights move.
  @discardableResult
  package func step(_ inspect: (StepRecord) -> Void = { _ in }) -> StepRecord {
    let batch = examples.batch(at: i + 1, size: context.batchSize, seed: context.seed)
    let record = training.take(
      batch, epoch: i / context.iterationsPerEpoch, learningRate: learningRate, inspecting: inspect)
    records.append(record)
    return record
  }

  /// Runs up to and including iteration `last`, by default the last of the run.
  @discardableResult
  package func run(to last: Int? = nil) -> MethodRun {
    while i < last ?? context.iterations { step() }
    return self
  }

  /// The contents of a checkpoint, written as the trainer writes them.
  package func state() throws -> [UInt8] {
    var writer = StateWriter()
    try visitState(&writer)
    return writer.bytes
  }

  /// Continues from the iteration in which `state` was taken, reading it as the trainer does.
  package func restore(_ state: [UInt8]) throws {
    var reader = StateReader(state)
    try visitState(&reader)
    try reader.finish()
  }

  private func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.vector("statistics", oracle.statistics)
    try training.visitState(&visitor)
  }
}
