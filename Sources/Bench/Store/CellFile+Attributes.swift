import CHDF5
import Configuration
import Records

/// The attributes of `/`, `/data`, `/result` and `/result/timing`.
extension CellFile {
  private static let counts = 0...1 << 53
  private static let seconds = 0.0...1e12
  private static let percent = 0.0...100.0

  static func attributes(
    of record: inout RunRecord, on root: borrowing Identifier, _ access: AttributeAccess
  ) throws(HDF5Failure) {
    try access.text("cell_id", on: root, &record.cellID)
    try access.text("alias", on: root, &record.alias)
    try access.text("suite", on: root, &record.suite)
    try access.text("profile", on: root, &record.profile)
    try access.flag("is_evidence", on: root, &record.isEvidence)
  }

  static func data(
    _ data: inout DataRecord, in root: borrowing Identifier, _ access: AttributeAccess
  ) throws(HDF5Failure) {
    let group = try access.group("data", in: root)
    try access.text("name", on: group, &data.name)
    var kind = data.kind.rawValue
    try access.text("kind", on: group, &kind)
    guard let known = DataRecord.Kind(rawValue: kind) else {
      throw HDF5Failure(action: "read /data", trace: ["unknown kind of data '\(kind)'"])
    }
    data.kind = known
    try access.number("training_count", on: group, &data.trainingCount, in: counts)
    try access.number("test_count", on: group, &data.testCount, in: counts)
    try access.number("classes", on: group, &data.classes, in: counts)
    try access.text("fingerprint", on: group, &data.fingerprint)
    try access.number("label_noise", on: group, &data.labelNoise, in: 0...1)
    try access.number("noisy_count", on: group, &data.noisyCount, in: counts)
    try access.number("validation_count", on: group, &data.validationCount, in: counts)
  }

  static func result(
    _ result: inout RunResult, in root: borrowing Identifier, _ access: AttributeAccess
  ) throws(HDF5Failure) {
    let group = try access.group("result", in: root)
    try status(&result.status, on: group, access)
    try access.number("test_accuracy_last", on: group, &result.testAccuracyLast, in: percent)
    try access.number("test_accuracy_best", on: group, &result.testAccuracyBest, in: percent)
    try access.number("best_epoch", on: group, &result.bestEpoch, in: counts)
    try access.number("test_accuracy_average_last", on: group, &result.testAccuracyAverage)
    try access.number("iterations", on: group, &result.iterations, in: counts)
    try access.number("sampling_number", on: group, &result.samplingNumber, in: counts)
    try access.number("sampling_number_adaptive", on: group, &result.samplingNumberAdaptive, in: counts)
    try access.number("degenerate_iterations", on: group, &result.degenerateIterations, in: counts)
    try access.number("gradient_evaluations", on: group, &result.gradientEvaluations, in: counts)
    try access.number("forward_examples", on: group, &result.forwardExamples, in: counts)
    try access.number("backward_examples", on: group, &result.backwardExamples, in: counts)
    try access.number("skipped_weight_examples", on: group, &result.skippedWeightExamples)
    try access.number("images", on: group, &result.images, in: counts)
    try access.number("cost_per_iteration", on: group, &result.costPerIteration, in: 0.001...1e6)
    try access.derived("ais_limit_percent", on: group, result.aisLimitPercent)

    var (loss, accuracy) = (result.trainingFit?.loss, result.trainingFit?.accuracy)
    try access.number("train_loss_last", on: group, &loss)
    try access.number("train_accuracy_last", on: group, &accuracy)
    if let loss, let accuracy {
      var fit = result.trainingFit ?? TrainingFit(loss: loss, accuracy: accuracy)
      try access.number("train_accuracy_clean", on: group, &fit.clean)
      try access.number("train_accuracy_noisy", on: group, &fit.noisy)
      try access.number("train_accuracy_corrected", on: group, &fit.corrected)
      result.trainingFit = fit
      try access.derived("train_test_gap", on: group, result.trainTestGap)
    }
    try timing(&result.timing, in: group, access)
  }

  private static func timing(
    _ timing: inout Timing, in result: borrowing Identifier, _ access: AttributeAccess
  ) throws(HDF5Failure) {
    let group = try access.group("timing", in: result)
    try access.number("training_seconds", on: group, &timing.trainingSeconds, in: seconds)
    try access.number("images_per_second", on: group, &timing.imagesPerSecond, in: seconds)
    try access.flag("is_valid", on: group, &timing.isValid)
    try access.text("note", on: group, &timing.note)
    try access.number("threads", on: group, &timing.threads, in: counts)
    try access.text("machine", on: group, &timing.machine)
  }

  private static func status(
    _ status: inout Outcome, on group: borrowing Identifier, _ access: AttributeAccess
  ) throws(HDF5Failure) {
    var (word, iteration, reason) = (status.word, 0, "")
    if case .diverged(let at) = status { iteration = at }
    if case .failed(let why) = status { reason = why }
    try access.text("status", on: group, &word)
    switch word {
    case "finished": status = .finished
    case "diverged":
      try access.number("diverged_at_iteration", on: group, &iteration, in: counts)
      status = .diverged(iteration: iteration)
    case "failed":
      try access.text("failure", on: group, &reason)
      status = .failed(reason: reason)
    default: throw HDF5Failure(action: "read /result", trace: ["unknown status '\(word)'"])
    }
  }
}
