import Foundation
import Records
import Store

extension RunRecord {
  /// A small record with all the parts of a real one, including unusual values.
  static func sample(id: String = "vsam-0123abcd", iterations: Int = 40) -> RunRecord {
    let losses = (1...iterations).map { 2.3 / Float($0) }
    var record = RunRecord()
    (record.cellID, record.alias) = (id, "table3 ResNet-18 CIFAR-10 vSAM seed 1")
    (record.suite, record.profile, record.isEvidence) = ("table3", "quick", true)
    record.configJSON = #"{"method":{"name":"vsam"},"title":"Größe ≥ 1"}"#
    record.sourcesJSON = #"{"rho":"paper 4.1"}"#
    (record.data.name, record.data.kind, record.data.fingerprint) = ("cifar10", .subset, "feed")
    (record.data.trainingCount, record.data.testCount, record.data.classes) = (15_000, 7, 10)
    record.traces = [
      Series("loss", unit: "1", longName: "training loss", values: losses),
      Series("l2_psf", unit: "1", longName: "norm of PSF", values: losses.map { $0 > 1 ? $0 : .nan }),
      Series("loss_perturbed", unit: "nat", longName: "loss at wHat", values: losses, isAddedLater: true),
    ]
    record.windows = [
      Series("window_end", unit: "1", longName: "last iteration of the window", values: [10, 20]),
      Series("p", unit: "1", longName: "sampling rate", values: [0.02, 0.0213]),
    ]
    record.epochs = [
      Series("test_accuracy", unit: "%", longName: "test accuracy", values: [41.5, .nan, 57.142857]),
      Series("train_seconds", unit: "s", longName: "training", values: [1.5, 1.25, 1.75], isTiming: true),
    ]
    record.result.status = .finished
    (record.result.testAccuracyLast, record.result.testAccuracyBest) = (400.0 / 7, 400.0 / 7)
    (record.result.bestEpoch, record.result.iterations, record.result.images) = (3, iterations, 4000)
    (record.result.samplingNumber, record.result.samplingNumberAdaptive) = (12, 2)
    (record.result.gradientEvaluations, record.result.costPerIteration) = (52, 1.3)
    (record.result.forwardExamples, record.result.backwardExamples) = (5200, 5200)
    (record.result.timing.trainingSeconds, record.result.timing.imagesPerSecond) = (4.5, 888.9)
    (record.result.timing.threads, record.result.timing.machine) = (2, "Example CPU, Haswell")
    (record.predictions, record.testLabels) = ([0, 1, 2, 3, 9, 9, 9], [0, 1, 2, 3, 4, 5, 6])
    record.parameters = [
      NamedTensor(name: "conv1.weight", shape: [2, 3, 1, 1], values: [1, -2, 3, -4, 5, 1e-30]),
      NamedTensor(name: "bn1.weight", shape: [2], values: [1, 1]),
    ]
    record.buffers = [NamedTensor(name: "bn1.running_mean", shape: [2], values: [0.25, -0.5])]
    record.provenance = [
      ProvenanceEntry("program", "1.0"), ProvenanceEntry("compiler", ""), ProvenanceEntry("blas", "β 0.3"),
    ]
    return record
  }

  /// The record of a run that diverged at once: only the reason.
  static func diverged(id: String = "diverged-1") -> RunRecord {
    var record = sample(id: id)
    (record.traces, record.windows, record.epochs) = ([], [], [])
    (record.predictions, record.testLabels, record.parameters, record.buffers) = ([], [], [], [])
    record.result.status = .diverged(iteration: 1)
    (record.result.testAccuracyLast, record.result.testAccuracyBest, record.result.bestEpoch) = (nil, nil, nil)
    record.result.timing.imagesPerSecond = nil
    return record
  }
}

/// A temporary folder for one test, removed together with the value.
final class ScratchFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The relative paths of everything below the folder.
  var content: [String] { (FileManager.default.subpaths(atPath: path) ?? []).sorted() }

  func bytes(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) }

  func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
}
