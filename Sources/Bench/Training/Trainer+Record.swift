import Core
import Datasets
import Methods
import Records

package struct TrainingOutcome: Sendable {
  /// The iteration after which the observer stopped the run; nil if the run ended.
  package var stoppedAfter: Int?
  /// The record without the names of the cell, the provenance and the machine, which the caller adds.
  package var record: RunRecord

  package init(_ record: RunRecord, stoppedAfter: Int? = nil) {
    (self.record, self.stoppedAfter) = (record, stoppedAfter)
  }
}

extension Trainer {
  func record(_ status: Outcome) -> RunRecord {
    let recorder = training.recorder
    func series(_ group: Trace.Group) -> [Series] {
      recorder.declared.filter { $0.group == group }.map { Series($0, recorder.values($0)) }
    }
    var record = RunRecord()
    record.data = DataRecord(job.dataset)
    record.traces = series(.iteration)
    record.windows = series(.window)
    record.epochs = EpochRecord.series(epochs)
    record.result = result(status)
    if status == .finished { (record.predictions, record.testLabels) = (predictions, job.dataset.test.labels) }
    let tensors = tensors
    (record.parameters, record.buffers) = (tensors.parameters, tensors.buffers)
    record.quantized = oracle.network.integerWeights(at: training.w)
    record.audit = audit?.record(of: oracle, job, recorder)
    return record
  }

  private func result(_ status: Outcome) -> RunResult {
    var result = RunResult()
    result.status = status
    if status == .finished {
      let best = epochs.enumerated().filter { !$0.element.testAccuracy.isNaN }
        .max { ($0.element.testAccuracy, $1.offset) < ($1.element.testAccuracy, $0.offset) }
      result.testAccuracyLast = epochs.last?.testAccuracy
      result.testAccuracyBest = best?.element.testAccuracy
      result.bestEpoch = best.map { $0.offset + 1 }
      result.testAccuracyAverage = epochs.last?.averageTestAccuracy
      result.trainingFit = trainingFit()
    }
    let warmUp = job.method.warmUp.map { job.methodSettings[$0] } ?? 0
    result.iterations = iteration
    result.samplingNumber = samplingNumber
    result.samplingNumberAdaptive = training.recorder.values(TrainingStep.sampled).dropFirst(warmUp).count { $0 > 0 }
    result.degenerateIterations = degenerateNumber == 0 ? nil : degenerateNumber
    result.gradientEvaluations = oracle.cost.gradients
    result.forwardExamples = oracle.cost.forwardExamples
    result.backwardExamples = oracle.cost.backwardExamples
    result.skippedWeightExamples = oracle.cost.skippedWeightExamples > 0 ? oracle.cost.skippedWeightExamples : nil
    result.images = images
    result.costPerIteration = job.method.plannedCost(job.methodSettings, sampledShare: result.sampledShare)
    result.timing.trainingSeconds = trainingSeconds
    result.timing.imagesPerSecond = trainingSeconds > 0 ? Double(images) / trainingSeconds : nil
    return result
  }
}

extension DataRecord {
  package init(_ dataset: Dataset) {
    self.init()
    (name, fingerprint, classes) = (dataset.name, dataset.fingerprint, dataset.classes)
    (trainingCount, testCount) = (dataset.training.count, dataset.test.count)
    switch dataset.provenance {
    case .official: kind = .official
    case .subset: kind = .subset
    case .generated: kind = .generated
    }
    if dataset.labelNoise > 0 { (labelNoise, noisyCount) = (dataset.labelNoise, dataset.noisyCount) }
    if dataset.validationCount > 0 { validationCount = dataset.validationCount }
  }
}

extension Series {
  package init(_ trace: Trace, _ values: [Float]) {
    self.init(
      trace.name, unit: trace.unit, longName: trace.longName, values: values, isTiming: trace.isTiming,
      isAddedLater: trace.isAddedLater)
  }
}

extension EpochRecord {
  /// The start of the names of probes by epoch.
  package static let probePrefix = "probe_"

  /// One series per quantity, without those that no epoch has.
  package static func series(_ epochs: [EpochRecord]) -> [Series] {
    func series(
      _ name: String, _ unit: String, _ longName: String, isTiming: Bool = false, _ value: (EpochRecord) -> Double
    ) -> Series {
      Series(name, unit: unit, longName: longName, values: epochs.map { Float(value($0)) }, isTiming: isTiming)
    }
    func ifPresent(_ name: String, _ longName: String, _ value: (EpochRecord) -> Double?) -> [Series] {
      epochs.allSatisfy { value($0) == nil } ? [] : [series(name, "percent", longName) { value($0) ?? .nan }]
    }
    /// A probe as a series, named like `probe_batch_lambda_max`.
    func probed(_ probe: ProbeValue) -> Series {
      let values = epochs.map { epoch in
        epoch.probes.first { $0.name == probe.name && $0.mode == probe.mode }?.values.first ?? .nan
      }
      let mode = probe.mode?.rawValue
      return Series(
        probePrefix + [mode, probe.name].compactMap(\.self).joined(separator: "_"), unit: probe.unit,
        longName: [probe.longName, mode.map { "\($0) mode" }].compactMap(\.self).joined(separator: ", "),
        values: values.map { Float($0) }, isAddedLater: true)
    }
    // A quantity without a number in one epoch, such as PSF without a gradient, may have one in others.
    let probes = epochs.flatMap(\.probes).reduce(into: [ProbeValue]()) { found, probe in
      if !found.contains(where: { $0.name == probe.name && $0.mode == probe.mode }) { found.append(probe) }
    }
    let probeTime =
      probes.isEmpty
      ? [] : [series("probe_seconds", "s", "wall time of probes", isTiming: true, \.probeSeconds)]
    return [
      series("train_loss", "nat", "mean training loss of the first pass", \.trainLoss),
      series("train_accuracy", "percent", "training images classified correctly in the first pass", \.trainAccuracy),
      series("test_loss", "nat", "mean loss on the test set", \.testLoss),
      series("test_accuracy", "percent", "test images classified correctly", \.testAccuracy),
      series("learning_rate", "1", "learning rate of the epoch", \.learningRate),
      series("train_seconds", "s", "wall time of optimization and data loading", isTiming: true, \.trainSeconds),
      series("data_seconds", "s", "wall time spent waiting for data", isTiming: true, \.dataSeconds),
      series("eval_seconds", "s", "wall time of evaluation", isTiming: true, \.evaluationSeconds),
    ]
      + ifPresent(
        "test_accuracy_average", "test accuracy of the running mean of the weights", \.averageTestAccuracy)
      + ifPresent("train_accuracy_clean", "first pass: images with a true label that were assigned it") {
        $0.byLabel?.clean
      }
      + ifPresent("train_accuracy_noisy", "first pass: images with a wrong label that were assigned it") {
        $0.byLabel?.noisy
      }
      + ifPresent("train_accuracy_corrected", "first pass: images with a wrong label assigned their true class") {
        $0.byLabel?.corrected
      } + probeTime + probes.map(probed)
  }
}
