import Configuration
import Methods
import Tensors

/// A whole run of one method in miniature: batches, direction, momentum step, traces. The trainer's loop without a
/// network.
package final class MethodRun {
  package let type: any TrainingMethod.Type
  package let settings: Settings
  package let context: RunContext
  package let method: any TrainingMethod
  package let oracle: any GradientOracle
  package let w, d: Vector
  package let momentum: MomentumUpdate
  package let traces: TraceRecorder
  package private(set) var i = 0
  package private(set) var records: [StepRecord] = []
  private let examples: ExampleSet
  private let learningRate: Double

  /// - Parameter start: initial weights; nil for small random ones.
  package init(
    _ type: any TrainingMethod.Type, _ given: [String: Value] = [:], on oracle: any GradientOracle,
    examples: ExampleSet, start: [Float]? = nil, batchSize: Int = 6, epochs: Int = 10, learningRate: Double = 0.1,
    momentum: Double = 0.9, weightDecay: Double = 0.001, seed: UInt64 = 7
  ) throws {
    self.type = type
    settings = try Settings(type.settings, given: given, owner: "method \(type.name)")
    try type.check(settings)
    context = RunContext(
      seed: seed, trainingCount: examples.count, classes: examples.classes, batchSize: batchSize, epochs: epochs)
    method = type.init(settings, space: oracle.space, run: context)
    (self.oracle, self.examples, self.learningRate) = (oracle, examples, learningRate)
    (w, d) = (oracle.space.zeros(), oracle.space.zeros())
    var stream = RandomStream(seed: seed, purpose: .initialization)
    for p in 0..<w.count { w[p] = start?[p] ?? Float(stream.normal()) }
    self.momentum = MomentumUpdate(momentum: momentum, weightDecay: weightDecay, space: oracle.space)
    traces = TraceRecorder(type.traces, iterations: context.iterations)
  }

  package var batch: Batch { examples.batch(at: i, size: context.batchSize, seed: context.seed) }

  /// One iteration; `between` runs after the direction is known and before the weights move.
  @discardableResult
  package func step(_ between: (StepRecord) -> Void = { _ in }) -> StepRecord {
    i += 1
    traces.begin(iteration: i)
    let iteration = Iteration(i: i, epoch: (i - 1) / context.iterationsPerEpoch, total: context.iterations)
    let record = method.direction(at: w, on: batch, at: iteration, asking: oracle, recording: traces, into: d)
    between(record)
    momentum.step(w, along: d, learningRate: learningRate)
    records.append(record)
    return record
  }

  /// Steps until iteration `last` is done, by default the run's last.
  @discardableResult
  package func run(to last: Int? = nil) -> MethodRun {
    while i < last ?? context.iterations { step() }
    return self
  }

  package var sampled: [Bool] { records.map(\.isSampled) }
  package var weightBits: [UInt32] { w.readOnly.map(\.bitPattern) }

  /// Everything a checkpoint holds.
  package func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.value("iteration", &i)
    try visitor.vector("w", w)
    try visitor.vector("statistics", oracle.statistics)
    try momentum.visitState(&visitor)
    try traces.visitState(&visitor)
    try method.visitState(&visitor)
  }
}
