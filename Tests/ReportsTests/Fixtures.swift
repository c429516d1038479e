import Configuration
import Foundation
import Store
import Suites

@testable import Reports

/// Catalogues with only the names of the suite below.
let vocabulary = Vocabulary(
  datasets: [
    .init(
      name: "cifar10", revision: 1,
      settings: [Setting("training", default: 0, in: 0...50_000, "images", from: .paper("4.1"))])
  ],
  models: [
    .init(
      name: "resnet", revision: 1,
      settings: [Setting("width", default: 64, in: 1...64, "channels", from: .paper("4.1"))])
  ],
  methods: [
    .init(name: "sgd", revision: 1, settings: []),
    .init(
      name: "sam", revision: 1,
      settings: [Setting("period", default: 1, in: 1...100, "iterations", from: .paper("4.1"))]),
    .init(
      name: "vsam", revision: 1,
      settings: [
        Setting("start", default: 1000, in: 0...5000, "warm-up", from: .assumed("fits Table 1 | roundest")),
        Setting("window", default: 50, in: 1...100, "N", from: .paper("4.1")),
        Setting("cap", default: 0.8, in: 0...1, "largest rate", from: .paper("4.1")),
      ]),
  ],
  recipe: [Setting("epochs", default: 200, in: 1...200, "passes", from: .paper("4.1"))], planned: ["looksam"])

private let paperValues = """
  method,model,dataset,alpha,gamma,accuracy_mean,accuracy_std,sampling_number,ais,ais_percent,mark,emphasis
  SGD,ResNet-18,CIFAR-10,,,96.13,0.03,,3167,178,,
  SAM,ResNet-18,CIFAR-10,,,96.62,0.04,78200,1780,100,,
  LookSAM-5,ResNet-18,CIFAR-10,,,96.33,0.04,15640,2106,118,,
  ESAM,ResNet-18,CIFAR-10,,,96.56,0.08,,2409,140,1,
  vSAM,ResNet-18,CIFAR-10,,,96.64,0.12,23579,2492,140,,best
  """

private let suiteText = """
  title: A small table
  table: 3
  baseline: SAM
  paper: {values: paper.csv, n: 3, spread: standard deviation over seeds}
  equivalence:
    accuracy: {margin: 0.3, source: "assumed: as the tests need it"}
    sampling_number: {margin: 3, source: "assumed: as the tests need it"}
    ais:
      margin: 0.1
      source: "assumed: as the tests need it"
      printed: {deviation: 2.5, pairs: 18, source: "derived: as the tests need it"}
  primary:
    - {method: vSAM, against: SAM}
  axes:
    datasets: [{name: cifar10, label: CIFAR-10}]
    models: [{name: resnet, label: ResNet-18}]
    methods:
      - {name: sgd, label: SGD}
      - {name: sam, label: SAM}
      - {name: looksam, label: LookSAM-5}
      - {name: vsam, label: vSAM}
    seeds: [1, 2, 3]
  quoted:
    - {label: ESAM (1), after: LookSAM-5, published: {method: ESAM, mark: 1}, note: reported by Du et al. 2022a}
  profiles:
    quick:
      evidence: false
      comparable: [sampling_number, ais]
      banner: Quick profile of the tests.
      rules: [{set: {model: {width: 8}, recipe: {epochs: 2}}}]
    paper: {evidence: true}
  """

func grid(profile: String = "quick", _ change: (String) -> String = { $0 }) throws -> Grid {
  let suite = try Suite(yaml: change(suiteText), file: "suites/table3.yaml") { _ in paperValues }
  return try suite.grid(profile: profile, vocabulary: vocabulary)
}

extension CellSummary {
  /// A stored run of a cell: 200 iterations, 100 images per second at one gradient per iteration.
  static func run(
    of cell: Cell, kind: DataRecord.Kind = .subset, fingerprint: String = "00ff00ff00ff00ff00ff", accuracy: Double = 50,
    sampled: Int = 0, status: ResultRecord.Status = .finished, iterations: Int = 200
  ) -> CellSummary {
    let cost = 1 + Double(sampled) / Double(iterations)
    let isFinished = status == .finished
    return CellSummary(
      cellID: cell.id(fingerprint: fingerprint), alias: cell.title, suite: "table3", profile: "quick",
      isEvidence: false, configJSON: cell.canonicalJSON(fingerprint: fingerprint), sourcesJSON: "{}",
      data: DataRecord(
        name: cell.dataset.name, kind: kind, trainingCount: 3000, testCount: 1000, classes: 10,
        fingerprint: fingerprint),
      epochs: [
        TraceColumn("train_loss", unit: "nat", longName: "loss", values: [2.25, 2]),
        TraceColumn(
          "test_accuracy", unit: "percent", longName: "accuracy", values: [Float(accuracy) - 8, Float(accuracy)]),
        TraceColumn(
          "train_seconds", unit: "s", longName: "time", values: [Float(15 * cost), Float(15 * cost)], isTiming: true),
        TraceColumn("eval_seconds", unit: "s", longName: "time", values: [1.5, 1.5], isTiming: true),
      ],
      result: ResultRecord(
        status: status, testAccuracyLast: isFinished ? accuracy : nil,
        testAccuracyBest: isFinished ? accuracy + 1 : nil, bestEpoch: isFinished ? 1 : nil, iterations: iterations,
        samplingNumber: sampled, samplingNumberAdaptive: max(0, sampled - 20),
        gradientEvaluations: iterations + sampled, forwardExamples: Int(6000 * cost),
        backwardExamples: Int(6000 * cost),
        images: 6000, costPerIteration: cost,
        timing: TimingRecord(
          trainingSeconds: 30 * cost, imagesPerSecond: isFinished ? 200 / cost : nil, isValid: true, threads: 2,
          machine: "Example CPU")),
      provenance: [], scienceDigest: "")
  }
}

extension Grid {
  /// The cell of one row and seed.
  func cell(_ method: String, seed: UInt64) throws -> Cell {
    guard let cell = entries.first(where: { $0.method.label == method })?.cells.first(where: { $0.seed == seed }) else {
      throw CocoaError(.keyValueValidation)
    }
    return cell
  }

  /// Results with gaps: vSAM's second seed diverged, its third was not run.
  func sampleResults() throws -> [CellSummary] {
    var runs: [CellSummary] = []
    for seed in UInt64(1)...3 {
      runs.append(.run(of: try cell("SGD", seed: seed), accuracy: 49 + Double(seed)))
      runs.append(.run(of: try cell("SAM", seed: seed), accuracy: 51.5 + Double(seed) / 4, sampled: 200))
    }
    runs.append(.run(of: try cell("vSAM", seed: 1), accuracy: 52.25, sampled: 60))
    runs.append(.run(of: try cell("vSAM", seed: 2), status: .diverged(iteration: 113)))
    return runs
  }
}

/// Traces of SAM's and vSAM's runs: norms that rise, and three rate windows.
let sampleTraces: TraceReader = { id in
  guard id.contains("sam-s1") else { return nil }
  let sgd = (0..<60).map { (index: Int) -> Float in 1 + Float(index % 4) / 8 }
  let psf = (0..<60).map { (index: Int) -> Float in Float((index % 3 + 1) * (index + 10)) / 256 }
  func column(_ name: String, _ values: [Float]) -> TraceColumn {
    TraceColumn(name, unit: "1", longName: name, values: values)
  }
  let windows =
    id.contains("vsam")
    ? [column("window_end", [20, 40, 60]), column("p", [0.25, 0.5, 0.75]), column("taken", [20, 5, 8])] : []
  let summary = CellSummary(
    cellID: id, alias: id, suite: "table3", profile: "quick", isEvidence: false, configJSON: "{}", sourcesJSON: "{}",
    data: DataRecord(
      name: "cifar10", kind: .subset, trainingCount: 1, testCount: 1, classes: 10, fingerprint: ""),
    epochs: [],
    result: ResultRecord(
      status: .finished, testAccuracyLast: 50, testAccuracyBest: 50, bestEpoch: 1, iterations: 60, samplingNumber: 0,
      samplingNumberAdaptive: 0, gradientEvaluations: 60, forwardExamples: 0, backwardExamples: 0, images: 0,
      costPerIteration: 1,
      timing: TimingRecord(trainingSeconds: 1, imagesPerSecond: 1, isValid: true, threads: 1, machine: "Example CPU")),
    provenance: [], scienceDigest: "")
  return CellTraces(summary: summary, traces: [column("l2_sgd", sgd), column("l2_psf", psf)], windows: windows)
}
