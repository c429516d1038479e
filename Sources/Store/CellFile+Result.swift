import CHDF5

/// `/result` and `/result/timing`: attributes only. A value that does not exist (the accuracy of a run that diverged) has
/// no attribute, so that nobody averages a filler.
extension CellFile {
  static func write(_ result: ResultRecord, in root: borrowing Identifier) throws(HDF5Failure) {
    let group = try HDF5.makeGroup("result", in: root)
    switch result.status {
    case .finished: try HDF5.writeAttribute("status", on: group, "finished")
    case .diverged(let iteration):
      try HDF5.writeAttribute("status", on: group, "diverged")
      try HDF5.writeAttribute("diverged_at_iteration", on: group, iteration)
    case .failed(let reason):
      try HDF5.writeAttribute("status", on: group, "failed")
      try HDF5.writeAttribute("failure", on: group, reason)
    }
    try write("test_accuracy_last", on: group, ifPresent: result.testAccuracyLast)
    try write("test_accuracy_best", on: group, ifPresent: result.testAccuracyBest)
    try write("best_epoch", on: group, ifPresent: result.bestEpoch)
    try write("test_accuracy_average_last", on: group, ifPresent: result.testAccuracyAverage)
    try HDF5.writeAttribute("iterations", on: group, result.iterations)
    try HDF5.writeAttribute("sampling_number", on: group, result.samplingNumber)
    try HDF5.writeAttribute("sampling_number_adaptive", on: group, result.samplingNumberAdaptive)
    try write("degenerate_iterations", on: group, ifPresent: result.degenerateIterations)
    try HDF5.writeAttribute("gradient_evaluations", on: group, result.gradientEvaluations)
    try HDF5.writeAttribute("forward_examples", on: group, result.forwardExamples)
    try HDF5.writeAttribute("backward_examples", on: group, result.backwardExamples)
    try write("skipped_weight_examples", on: group, ifPresent: result.skippedWeightExamples)
    try HDF5.writeAttribute("images", on: group, result.images)
    try HDF5.writeAttribute("cost_per_iteration", on: group, result.costPerIteration)
    try HDF5.writeAttribute("ais_limit_percent", on: group, result.aisLimitPercent)

    if let fit = result.trainingFit {
      try HDF5.writeAttribute("train_loss_last", on: group, fit.loss)
      try HDF5.writeAttribute("train_accuracy_last", on: group, fit.accuracy)
      try write("train_accuracy_clean", on: group, ifPresent: fit.clean)
      try write("train_accuracy_noisy", on: group, ifPresent: fit.noisy)
      try write("train_accuracy_corrected", on: group, ifPresent: fit.corrected)
      try write("train_test_gap", on: group, ifPresent: result.trainTestGap)
    }

    let timing = try HDF5.makeGroup("timing", in: group)
    try HDF5.writeAttribute("training_seconds", on: timing, result.timing.trainingSeconds)
    try write("images_per_second", on: timing, ifPresent: result.timing.imagesPerSecond)
    try HDF5.writeAttribute("is_valid", on: timing, UInt8(result.timing.isValid ? 1 : 0))
    try HDF5.writeAttribute("note", on: timing, result.timing.note)
    try HDF5.writeAttribute("threads", on: timing, result.timing.threads)
    try HDF5.writeAttribute("machine", on: timing, result.timing.machine)
  }

  /// Counts, seconds and speeds of a file are held within what arithmetic and texts can take: a file may say anything.
  static let counts = 0...1 << 53
  private static let amounts = 0.0...1e12

  static func result(in root: borrowing Identifier) throws(HDF5Failure) -> ResultRecord {
    let group = try HDF5.openGroup("result", in: root)
    var result = ResultRecord(
      status: try status(on: group),
      testAccuracyLast: try readIfPresent("test_accuracy_last", on: group, in: 0...100),
      testAccuracyBest: try readIfPresent("test_accuracy_best", on: group, in: 0...100),
      bestEpoch: try readIfPresent("best_epoch", on: group, in: counts),
      iterations: try HDF5.readAttribute("iterations", on: group, in: counts),
      samplingNumber: try HDF5.readAttribute("sampling_number", on: group, in: counts),
      samplingNumberAdaptive: try HDF5.readAttribute("sampling_number_adaptive", on: group, in: counts),
      gradientEvaluations: try HDF5.readAttribute("gradient_evaluations", on: group, in: counts),
      forwardExamples: try HDF5.readAttribute("forward_examples", on: group, in: counts),
      backwardExamples: try HDF5.readAttribute("backward_examples", on: group, in: counts),
      images: try HDF5.readAttribute("images", on: group, in: counts),
      costPerIteration: try HDF5.readAttribute("cost_per_iteration", on: group, in: 0.001...1e6),
      timing: try timing(in: group))
    result.degenerateIterations = try readIfPresent("degenerate_iterations", on: group, in: counts)
    result.trainingFit = try trainingFit(on: group)
    result.testAccuracyAverage = try readIfPresent("test_accuracy_average_last", on: group)
    result.skippedWeightExamples = try readIfPresent("skipped_weight_examples", on: group)
    return result
  }

  private static func trainingFit(on group: borrowing Identifier) throws(HDF5Failure) -> TrainingFitRecord? {
    guard let loss: Double = try readIfPresent("train_loss_last", on: group) else { return nil }
    return TrainingFitRecord(
      loss: loss, accuracy: try HDF5.readAttribute("train_accuracy_last", on: group),
      clean: try readIfPresent("train_accuracy_clean", on: group),
      noisy: try readIfPresent("train_accuracy_noisy", on: group),
      corrected: try readIfPresent("train_accuracy_corrected", on: group))
  }

  private static func timing(in result: borrowing Identifier) throws(HDF5Failure) -> TimingRecord {
    let group = try HDF5.openGroup("timing", in: result)
    return TimingRecord(
      trainingSeconds: try HDF5.readAttribute("training_seconds", on: group, in: amounts),
      imagesPerSecond: try readIfPresent("images_per_second", on: group, in: amounts),
      isValid: try flag("is_valid", on: group), note: try HDF5.readAttribute("note", on: group),
      threads: try HDF5.readAttribute("threads", on: group, in: counts),
      machine: try HDF5.readAttribute("machine", on: group))
  }

  private static func status(on group: borrowing Identifier) throws(HDF5Failure) -> ResultRecord.Status {
    let name: String = try HDF5.readAttribute("status", on: group)
    switch name {
    case "finished": return .finished
    case "diverged": return .diverged(iteration: try HDF5.readAttribute("diverged_at_iteration", on: group, in: counts))
    case "failed": return .failed(reason: try HDF5.readAttribute("failure", on: group))
    default: throw HDF5Failure(action: "read /result", trace: ["'\(name)' is no status"])
    }
  }

  private static func write<Element: Storable>(
    _ name: String, on object: borrowing Identifier, ifPresent value: Element?
  ) throws(HDF5Failure) {
    if let value { try HDF5.writeAttribute(name, on: object, value) }
  }

  /// A number that is shown and nothing else.
  private static func readIfPresent<Element: Storable>(
    _ name: String, on object: borrowing Identifier
  ) throws(HDF5Failure) -> Element? {
    guard try HDF5.hasAttribute(name, on: object) else { return nil }
    let value: Element = try HDF5.readAttribute(name, on: object)
    return value
  }

  static func readIfPresent<Element: Storable & Comparable>(
    _ name: String, on object: borrowing Identifier, in range: ClosedRange<Element>
  ) throws(HDF5Failure) -> Element? {
    guard try HDF5.hasAttribute(name, on: object) else { return nil }
    return try HDF5.readAttribute(name, on: object, in: range)
  }
}
