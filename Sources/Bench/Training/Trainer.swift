import Configuration
import Core
import Datasets
import Foundation
import Kernels
import Methods
import Networks
import Records

/// The one training loop: draw a batch, ask the method for a direction, step along it, evaluate after each epoch.
public final class Trainer {
  let job: TrainingJob
  let oracle: NetworkOracle
  let training: TrainingStep
  let audit: AuditRecorder?
  /// Nil unless the times of single steps are stored.
  private var clock: StepClock?
  /// Nil unless the recipe enables it.
  private let average: WeightAverage?
  /// Measures weights and batch-norm statistics; called after the epochs that the job names.
  package var probe: ((StartingPoint) -> [ProbeValue])?
  private(set) var epochs: [EpochRecord] = []
  private(set) var predictions: [UInt8] = []
  private(set) var samplingNumber = 0
  private(set) var degenerateNumber = 0
  private(set) var images = 0
  private(set) var trainingSeconds = 0.0
  private var meter = EpochMeter()
  private var batches: TrainingBatches?
  /// Why the tensors from which the job starts do not match its network, or nil. A job with such a problem must not
  /// run.
  public let startProblem: String?

  /// A lower bound on the memory of a job in bytes, without its images; allocates nothing.
  public static func leastBytes(of job: TrainingJob) -> Int {
    // The traces of all iterations are allocated at the start.
    let traces = (TrainingStep.traces + job.method.traces).count { $0.group == .iteration }
    return Network.leastBytes(of: job.network, input: .image, batch: batchSize(of: job))
      + job.context.iterations * traces * MemoryLayout<Float>.stride
  }

  private static func batchSize(of job: TrainingJob) -> Int {
    min(job.recipe[Recipe.batchSize], max(job.dataset.training.count, 1))
  }

  /// Plans the network and draws the initial weights.
  ///
  /// - Parameters:
  ///   - convolution: the convolution kernels allowed; `.direct` is the reference.
  ///   - isAudited: whether to record the data that another program needs to recompute the run; changes no result.
  public convenience init(
    _ job: TrainingJob, pool: WorkerPool, convolution: ConvolutionPath = .automatic, isAudited: Bool = false
  ) {
    self.init(job, pool: pool, convolution: convolution, isAudited: isAudited, stepsPerTurn: nil, buffers: nil)
  }

  /// Creates a trainer that runs interleaved with others.
  ///
  /// - Parameters:
  ///   - stepsPerTurn: the length of a turn, for an interleaved run that stores the time of each step.
  ///   - buffers: shared with other trainers, of which at most one at a time is in a step; changes no result.
  package init(
    _ job: TrainingJob, pool: WorkerPool, convolution: ConvolutionPath = .automatic, isAudited: Bool = false,
    stepsPerTurn: Int?, buffers: SharedBuffers?
  ) {
    let context = job.context
    let batch = Trainer.batchSize(of: job)
    let network = Network(
      job.network, input: .image, batch: batch, pool: pool, convolution: convolution, buffers: buffers)
    precondition(
      network.classes == job.dataset.classes, "Trainer: \(network.classes) outputs for \(job.dataset.classes) classes")
    self.job = job
    oracle = NetworkOracle(network)
    let w = network.space.zeros()
    network.initialize(w, statistics: oracle.statistics, seed: job.seed)
    startProblem = job.start?.load(into: w, statistics: oracle.statistics, of: network)
    training = TrainingStep(
      job.method, job.methodSettings, at: w, asking: oracle, run: context,
      startingRate: job.recipe[Recipe.learningRate], momentum: job.recipe[Recipe.momentum],
      weightDecay: job.recipe[Recipe.weightDecay], isAudited: isAudited,
      timing: stepsPerTurn == nil ? [] : StepClock.traces)
    clock = stepsPerTurn.map { StepClock(stepsPerTurn: $0) }
    let decay = job.recipe[Recipe.weightAverage]
    average = decay > 0 ? WeightAverage(decay: decay, of: w, oracle.statistics) : nil
    audit =
      isAudited ? AuditRecorder(w, oracle.statistics, batchSize: batch, iterations: context.iterations) : nil
    if let trueLabels = job.dataset.trueLabels {
      training.onFirstPass = { [unowned self] batch, evaluation in
        meter.add(batch, evaluation, classes: job.dataset.classes, trueLabels: trueLabels)
      }
    }
  }

  var iteration: Int { training.iteration }
  private var w: Vector { training.w }

  /// Trains to the last iteration, from the first or from a restored state, and evaluates on the test set.
  package func run(observing observe: (TrainingProgress) -> Directive) -> TrainingOutcome {
    run(keeping: { _ in }, observing: observe)
  }

  /// Trains as above and writes checkpoints.
  ///
  /// - Parameter keep: receives the state when a directive requests it; an error that it throws ends the run.
  package func run(
    keeping keep: (TrainingState) throws -> Void, observing observe: (TrainingProgress) -> Directive
  ) rethrows -> TrainingOutcome {
    let context = job.context
    let tests = EvaluationBatches(job.dataset.test, batchSize: oracle.network.batch)
    while iteration < context.iterations {
      let record = advance()
      guard record.loss.isFinite else { return TrainingOutcome(self.record(.diverged(iteration: iteration))) }
      let isEpochDone = iteration % context.iterationsPerEpoch == 0
      if isEpochDone { finishEpoch(tests) }
      let progress = TrainingProgress(
        iteration: iteration, iterations: context.iterations, epoch: (iteration - 1) / context.iterationsPerEpoch + 1,
        epochs: context.epochs, isEpochDone: isEpochDone, loss: record.loss, trainingSeconds: trainingSeconds,
        images: images, testAccuracy: epochs.last { !$0.testAccuracy.isNaN }?.testAccuracy,
        record: isEpochDone ? epochs.last : nil)
      switch observe(progress) {
      case .proceed: break
      case .save: try keep(state())
      case .stop where iteration < context.iterations:
        try keep(state())
        return TrainingOutcome(self.record(.failed(reason: "stopped")), stoppedAfter: iteration)
      case .stop: break
      }
    }
    return TrainingOutcome(record(.finished))
  }

  /// Runs one iteration. Its time, including waiting for data, counts as training time.
  func advance() -> StepRecord {
    let context = job.context
    let batches =
      self.batches
      ?? TrainingBatches(
        job.dataset.training, augmentation: Augmentation(job.recipe), batchSize: context.batchSize, seed: job.seed,
        startingAt: iteration + 1)
    self.batches = batches
    clock?.start()
    let start = ContinuousClock.now
    let prepared = batches.next()
    // Quantizer steps are calibrated with the initial weights and the first batch. From then on they are ordinary
    // weights, so a run that resumes after iteration 1 restores them.
    audit?.watch(oracle.network, iteration: iteration + 1)
    if iteration == 0 {
      oracle.network.calibrateSteps(
        of: w, images: prepared.batch.images.baseAddress!, count: prepared.batch.count)
      audit?.begin(at: w, oracle.statistics)
    }
    let record = training.take(
      prepared.batch, epoch: prepared.epoch, learningRate: learningRate(iteration: iteration + 1))
    if record.isSampled { samplingNumber += 1 }
    if record.isDegenerate { degenerateNumber += 1 }
    let seconds = start.duration(to: .now) / .seconds(1)
    trainingSeconds += seconds
    images += prepared.batch.count
    clock?.record(iteration: iteration, seconds: seconds, in: training.recorder)
    // Outside the measured time, which counts only the method.
    average?.follow(w, oracle.statistics)
    oracle.network.observer = nil
    audit?.record(prepared, weights: w, statistics: oracle.statistics)
    meter.add(record, count: prepared.batch.count, seconds: seconds, waited: prepared.waited)
    return record
  }

  /// Visits every value that a checkpoint must contain; everything else is derived from the seed again.
  func visitState(_ visitor: inout some StateVisitor) throws {
    try training.visitState(&visitor)
    try oracle.visitState(&visitor)
    try audit?.visitState(&visitor)
    try average?.visitState(&visitor)
    try visitor.value("epochs", &epochs)
    try visitor.value("meter", &meter)
    try visitor.numbers("predictions", &predictions)
    try visitor.value("samplingNumber", &samplingNumber)
    try visitor.value("degenerateNumber", &degenerateNumber)
    try visitor.value("images", &images)
    try visitor.value("trainingSeconds", &trainingSeconds)
  }

  private func learningRate(iteration: Int) -> Double {
    let context = job.context
    return job.recipe[Recipe.schedule].learningRate(
      job.recipe[Recipe.learningRate], iteration: iteration, iterationsPerEpoch: context.iterationsPerEpoch,
      epochs: context.epochs)
  }

  private func finishEpoch(_ tests: EvaluationBatches) {
    let epoch = epochs.count
    var line = meter.record(learningRate: learningRate(iteration: epoch * job.context.iterationsPerEpoch + 1))
    meter = EpochMeter()
    let isLast = epoch + 1 == job.context.epochs
    if isLast || (epoch + 1) % job.recipe[Recipe.evaluateEvery] == 0 { evaluate(tests, into: &line) }
    if let probe, job.probes?.includes(epoch: epoch + 1, of: job.context.epochs) == true {
      let start = ContinuousClock.now
      line.probes = probe(tensors)
      line.probeSeconds = start.duration(to: .now) / .seconds(1)
    }
    epochs.append(line)
  }

  /// The current weights and batch-norm statistics.
  var tensors: StartingPoint {
    StartingPoint(
      parameters: oracle.space.layout.entries.map {
        NamedTensor(name: $0.name, shape: $0.exportShape, values: $0.exported(from: w.readOnly))
      },
      buffers: oracle.network.statistics.map {
        NamedTensor(name: $0.name, shape: [$0.range.count], values: Array(oracle.statistics.elements[$0.range]))
      })
  }

  /// Computes top-1 accuracy and mean loss over the test set, in evaluation mode at the current weights.
  private func evaluate(_ tests: EvaluationBatches, into line: inout EpochRecord) {
    let start = ContinuousClock.now
    predictions.removeAll(keepingCapacity: true)
    (line.testLoss, line.testAccuracy) = oracle.evaluate(at: w, on: tests, statistics: oracle.statistics) {
      for k in 0..<$0.count {
        predictions.append(UInt8(highest($1.logits, row: k, classes: job.dataset.classes)))
      }
    }
    line.averageTestAccuracy = average.map { average in
      oracle.evaluate(at: average.weights, on: tests, statistics: average.statistics) { _, _ in }.accuracy
    }
    line.evaluationSeconds = start.duration(to: .now) / .seconds(1)
  }

  /// Loss and accuracies over the training images, in evaluation mode at the current weights. Not part of the training
  /// time.
  func trainingFit() -> TrainingFit {
    let images = EvaluationBatches(job.dataset.training, batchSize: oracle.network.batch)
    var count = LabelCount()
    let (loss, accuracy) = oracle.evaluate(at: w, on: images, statistics: oracle.statistics) {
      guard let trueLabels = job.dataset.trueLabels else { return }
      count.add($0, logits: $1.logits, classes: job.dataset.classes, trueLabels: trueLabels)
    }
    let fit = job.dataset.trueLabels == nil ? nil : count.fit
    func known(_ accuracy: Double?) -> Double? { accuracy.flatMap { $0.isNaN ? nil : $0 } }
    return TrainingFit(
      loss: loss, accuracy: accuracy, clean: known(fit?.clean), noisy: known(fit?.noisy),
      corrected: known(fit?.corrected))
  }
}

/// Accumulates the sums of one epoch.
private struct EpochMeter: Codable {
  private var loss = 0.0
  private var correct = 0
  private var count = 0
  private var seconds = 0.0
  private var waited = 0.0
  /// Nil without label noise.
  private var byLabel: LabelCount?

  /// Adds a step's first pass on a data set with label noise.
  mutating func add(_ batch: Batch, _ pass: Evaluation, classes: Int, trueLabels: [UInt8]) {
    byLabel = byLabel ?? LabelCount()
    byLabel?.add(batch, logits: pass.logits, classes: classes, trueLabels: trueLabels)
  }

  mutating func add(_ record: StepRecord, count: Int, seconds: Double, waited: Double) {
    // Weighted by examples, because the last batch may be shorter.
    loss += record.loss * Double(count)
    correct += record.correct
    self.count += count
    self.seconds += seconds
    self.waited += waited
  }

  func record(learningRate: Double) -> EpochRecord {
    EpochRecord(
      trainLoss: loss / Double(count), trainAccuracy: 100 * Double(correct) / Double(count), testLoss: .nan,
      testAccuracy: .nan, learningRate: learningRate, trainSeconds: seconds, dataSeconds: waited, evaluationSeconds: 0,
      byLabel: byLabel?.fit)
  }
}
