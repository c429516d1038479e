import Configuration
import Datasets
import Methods
import Networks
import Store
import Suites
import Training

/// What a result says about the circumstances of its run.
package struct Circumstances: Sendable {
  package var profile: Profile
  package var threads: Int
  /// Why the clock measured something else too, or nil.
  package var timingNote: String?
  package var machine: Machine
  /// What a checkpoint must agree with to be continued.
  package var bitwise: Bitwise
  package var provenance: [ProvenanceEntry]

  package init(
    profile: Profile, threads: Int, timingNote: String? = nil, machine: Machine = .current,
    bitwise: Bitwise = .current, provenance: [ProvenanceEntry]
  ) {
    self.profile = profile
    self.threads = threads
    self.timingNote = timingNote
    self.machine = machine
    self.bitwise = bitwise
    self.provenance = provenance
  }
}

extension CellRecord {
  /// The record of a run that came to an end of its own: finished or diverged.
  init(_ item: Agenda.Item, _ outcome: TrainingOutcome, status: ResultRecord.Status, _ circumstances: Circumstances) {
    let isFinished = status == .finished
    self.init(item, result: ResultRecord(item, outcome, status: status, circumstances), circumstances)
    traces = outcome.traces.filter { $0.declaration.group == .iteration }.map { TraceColumn($0) }
    windows = outcome.traces.filter { $0.declaration.group == .window }.map { TraceColumn($0) }
    epochs = TraceColumn.epochs(outcome.epochs)
    predictions = isFinished ? outcome.predictions : []
    testLabels = isFinished ? item.dataset.test.labels : []
    parameters = outcome.parameters.map { NamedTensor($0) }
    buffers = outcome.buffers.map { NamedTensor($0) }
    quantized = outcome.quantized.map { QuantizedTensor($0) }
    audit = outcome.audit.map { AuditRecord($0, on: item.dataset) }
  }

  /// The record of a run that could not be carried out.
  init(_ item: Agenda.Item, failure reason: String, _ circumstances: Circumstances) {
    self.init(item, result: ResultRecord(failure: reason, circumstances), circumstances)
  }

  private init(_ item: Agenda.Item, result: ResultRecord, _ circumstances: Circumstances) {
    let dataset = item.dataset
    self.init(
      cellID: item.id, alias: item.alias, suite: item.suites[0], profile: circumstances.profile.name,
      isEvidence: circumstances.profile.isEvidence,
      configJSON: item.cell.canonicalJSON(fingerprint: dataset.fingerprint),
      sourcesJSON: Value.object(item.cell.sources.mapValues { .text($0.description) }).canonicalJSON,
      data: DataRecord(
        name: dataset.name, kind: DataRecord.Kind(dataset.provenance), trainingCount: dataset.training.count,
        testCount: dataset.test.count, classes: dataset.classes, fingerprint: dataset.fingerprint),
      traces: [], windows: [], epochs: [], result: result, predictions: [], testLabels: [], parameters: [],
      buffers: [], provenance: circumstances.provenance)
    if dataset.labelNoise > 0 { (data.labelNoise, data.noisyCount) = (dataset.labelNoise, dataset.noisyCount) }
  }
}

extension DataRecord.Kind {
  init(_ provenance: Dataset.Provenance) {
    switch provenance {
    case .official: self = .official
    case .subset: self = .subset
    case .generated: self = .generated
    }
  }
}

extension ResultRecord {
  fileprivate init(
    _ item: Agenda.Item, _ outcome: TrainingOutcome, status: Status, _ circumstances: Circumstances
  ) {
    let isFinished = status == .finished
    let best = outcome.epochs.enumerated().filter { !$0.element.testAccuracy.isNaN }
      .max { ($0.element.testAccuracy, $1.offset) < ($1.element.testAccuracy, $0.offset) }
    let share = outcome.iterations == 0 ? 0 : Double(outcome.samplingNumber) / Double(outcome.iterations)
    let method = MethodCatalogue.named(item.cell.method.name)
    self.init(
      status: status, testAccuracyLast: isFinished ? outcome.lastTestAccuracy : nil,
      testAccuracyBest: isFinished ? best?.element.testAccuracy : nil,
      bestEpoch: isFinished ? best.map { $0.offset + 1 } : nil, iterations: outcome.iterations,
      samplingNumber: outcome.samplingNumber,
      samplingNumberAdaptive: outcome.sampled(after: item.cell.warmUp), gradientEvaluations: outcome.cost.gradients,
      forwardExamples: outcome.cost.forwardExamples, backwardExamples: outcome.cost.backwardExamples,
      images: outcome.images,
      costPerIteration: method?.plannedCost(item.cell.method.settings, sampledShare: share) ?? 1,
      timing: TimingRecord(
        trainingSeconds: outcome.trainingSeconds,
        imagesPerSecond: outcome.trainingSeconds > 0 ? outcome.imagesPerSecond : nil,
        isValid: circumstances.timingNote == nil, note: circumstances.timingNote ?? "",
        threads: circumstances.threads, machine: circumstances.machine.description))
    testAccuracyAverage = isFinished ? outcome.epochs.last?.averageTestAccuracy : nil
    trainingFit = outcome.trainingFit.map { TrainingFitRecord($0) }
    skippedWeightExamples = outcome.cost.skippedWeightExamples > 0 ? outcome.cost.skippedWeightExamples : nil
    degenerateIterations = outcome.degenerateNumber == 0 ? nil : outcome.degenerateNumber
  }

  fileprivate init(failure reason: String, _ circumstances: Circumstances) {
    self.init(
      status: .failed(reason: reason), testAccuracyLast: nil, testAccuracyBest: nil, bestEpoch: nil, iterations: 0,
      samplingNumber: 0, samplingNumberAdaptive: 0, gradientEvaluations: 0, forwardExamples: 0, backwardExamples: 0,
      images: 0, costPerIteration: 1,
      timing: TimingRecord(
        trainingSeconds: 0, imagesPerSecond: nil, isValid: false, note: "nothing was trained",
        threads: circumstances.threads, machine: circumstances.machine.description))
  }
}

extension TrainingFitRecord {
  fileprivate init(_ fit: TrainingFit) {
    func known(_ accuracy: Double?) -> Double? { accuracy.flatMap { $0.isNaN ? nil : $0 } }
    self.init(
      loss: fit.loss, accuracy: fit.accuracy, clean: known(fit.byLabel?.clean), noisy: known(fit.byLabel?.noisy),
      corrected: known(fit.byLabel?.corrected))
  }
}

extension Cell {
  /// Iterations at the start that are all sampled.
  fileprivate var warmUp: Int {
    MethodCatalogue.named(method.name)?.warmUp.map { method.settings[$0] } ?? 0
  }
}

extension TrainingOutcome {
  /// Sampled iterations after a warm-up.
  fileprivate func sampled(after warmUp: Int) -> Int {
    guard let column = traces.first(where: { $0.declaration.name == "sampled" }) else { return samplingNumber }
    return column.values.dropFirst(warmUp).count { $0 > 0 }
  }
}

extension NamedTensor {
  fileprivate init(_ tensor: ExportedTensor) {
    self.init(name: tensor.name, shape: tensor.shape, values: tensor.values)
  }
}

extension QuantizedTensor {
  fileprivate init(_ tensor: IntegerTensor) {
    self.init(
      name: tensor.name, shape: tensor.shape, integers: tensor.integers, step: tensor.step,
      lowest: tensor.grid.lowest, highest: tensor.grid.highest)
  }
}

extension TraceColumn {
  fileprivate init(_ trace: (declaration: Trace, values: [Float])) {
    self.init(
      trace.declaration.name, unit: trace.declaration.unit, longName: trace.declaration.longName,
      values: trace.values, isTiming: trace.declaration.isTiming, isAddedLater: trace.declaration.isAddedLater)
  }

  fileprivate static func epochs(_ records: [EpochRecord]) -> [TraceColumn] {
    func column(
      _ name: String, _ unit: String, _ longName: String, isTiming: Bool = false, _ value: (EpochRecord) -> Double
    ) -> TraceColumn {
      TraceColumn(name, unit: unit, longName: longName, values: records.map { Float(value($0)) }, isTiming: isTiming)
    }
    let byLabel =
      records.allSatisfy { $0.byLabel == nil }
      ? []
      : [
        column("train_accuracy_clean", "percent", "first pass: images with their true label given it") {
          $0.byLabel?.clean ?? .nan
        },
        column("train_accuracy_noisy", "percent", "first pass: images with a wrong label given it") {
          $0.byLabel?.noisy ?? .nan
        },
        column("train_accuracy_corrected", "percent", "first pass: images with a wrong label given their true class") {
          $0.byLabel?.corrected ?? .nan
        },
      ]
    let average =
      records.allSatisfy { $0.averageTestAccuracy == nil }
      ? []
      : [
        column("test_accuracy_average", "percent", "test accuracy of the running mean of the weights") {
          $0.averageTestAccuracy ?? .nan
        }
      ]
    return [
      column("train_loss", "nat", "mean training loss of the first pass", \.trainLoss),
      column("train_accuracy", "percent", "training images classified correctly in the first pass", \.trainAccuracy),
      column("test_loss", "nat", "mean loss on the test set", \.testLoss),
      column("test_accuracy", "percent", "test images classified correctly", \.testAccuracy),
      column("learning_rate", "1", "learning rate of the epoch", \.learningRate),
      column("train_seconds", "s", "wall time of optimisation and data loading", isTiming: true, \.trainSeconds),
      column("data_seconds", "s", "wall time spent waiting for data", isTiming: true, \.dataSeconds),
      column("eval_seconds", "s", "wall time of evaluation", isTiming: true, \.evaluationSeconds),
    ] + average + byLabel
  }
}
