import Foundation
import Store

extension CellRecord {
  /// A small record with everything in it that a real one has, odd values included.
  static func sample(id: String = "vsam-0123abcd", iterations: Int = 40) -> CellRecord {
    let losses = (1...iterations).map { 2.3 / Float($0) }
    return CellRecord(
      cellID: id, alias: "table3 ResNet-18 CIFAR-10 vSAM seed 1", suite: "table3", profile: "quick", isEvidence: true,
      configJSON: #"{"method":{"name":"vsam"},"title":"Größe ≥ 1"}"#, sourcesJSON: #"{"rho":"paper 4.1"}"#,
      data: DataRecord(
        name: "cifar10", kind: .subset, trainingCount: 15_000, testCount: 7, classes: 10, fingerprint: "feed"),
      traces: [
        TraceColumn("loss", unit: "1", longName: "training loss", values: losses),
        TraceColumn("l2_psf", unit: "1", longName: "norm of PSF", values: losses.map { $0 > 1 ? $0 : .nan }),
        TraceColumn("loss_perturbed", unit: "nat", longName: "loss at wHat", values: losses, isAddedLater: true),
      ],
      windows: [
        TraceColumn("window_end", unit: "1", longName: "last iteration of the window", values: [10, 20]),
        TraceColumn("p", unit: "1", longName: "sampling rate", values: [0.02, 0.0213]),
      ],
      epochs: [
        TraceColumn("test_accuracy", unit: "%", longName: "test accuracy", values: [41.5, .nan, 57.142857]),
        TraceColumn("train_seconds", unit: "s", longName: "training", values: [1.5, 1.25, 1.75], isTiming: true),
      ],
      result: ResultRecord(
        status: .finished, testAccuracyLast: 400.0 / 7, testAccuracyBest: 400.0 / 7, bestEpoch: 3,
        iterations: iterations, samplingNumber: 12, samplingNumberAdaptive: 2, gradientEvaluations: 52,
        forwardExamples: 5200, backwardExamples: 5200, images: 4000, costPerIteration: 1.3,
        timing: TimingRecord(
          trainingSeconds: 4.5, imagesPerSecond: 888.9, isValid: true, threads: 2, machine: "Example CPU, Haswell")),
      predictions: [0, 1, 2, 3, 9, 9, 9], testLabels: [0, 1, 2, 3, 4, 5, 6],
      parameters: [
        NamedTensor(name: "conv1.weight", shape: [2, 3, 1, 1], values: [1, -2, 3, -4, 5, 1e-30]),
        NamedTensor(name: "bn1.weight", shape: [2], values: [1, 1]),
      ],
      buffers: [NamedTensor(name: "bn1.running_mean", shape: [2], values: [0.25, -0.5])],
      provenance: [
        ProvenanceEntry("program", "1.0"), ProvenanceEntry("compiler", ""), ProvenanceEntry("blas", "β 0.3"),
      ]
    )
  }

  /// The same cell as a run that diverged at once leaves it: nothing but the reason.
  static func diverged(id: String = "diverged-1") -> CellRecord {
    var record = sample(id: id)
    (record.traces, record.windows, record.epochs) = ([], [], [])
    (record.predictions, record.testLabels, record.parameters, record.buffers) = ([], [], [], [])
    record.result.status = .diverged(iteration: 1)
    (record.result.testAccuracyLast, record.result.testAccuracyBest, record.result.bestEpoch) = (nil, nil, nil)
    record.result.timing.imagesPerSecond = nil
    return record
  }
}

/// A folder of its own for one test, removed with the value.
final class ScratchFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/store-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Everything below the folder, as paths relative to it.
  var content: [String] { (FileManager.default.subpaths(atPath: path) ?? []).sorted() }

  func bytes(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: path))) }

  func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }
}
