import Configuration
import Foundation
import Records
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
    .init(name: "looksam", revision: 1, settings: []),
    .init(
      name: "vsam", revision: 1,
      settings: [
        Setting("start", default: 1000, in: 0...5000, "warm-up", from: .assumed("fits Table 1 | roundest")),
        Setting("window", default: 50, in: 1...100, "N", from: .paper("4.1")),
        Setting("cap", default: 0.8, in: 0...1, "largest rate", from: .paper("4.1")),
      ]),
  ],
  recipe: [Setting("epochs", default: 200, in: 1...200, "passes", from: .paper("4.1"))])

private let paperValues = """
  method,model,dataset,alpha,gamma,accuracy_mean,accuracy_std,sampling_number,ais,ais_percent,mark,emphasis
  SGD,ResNet-18,CIFAR-10,,,96.13,0.03,,3167,178,,
  SAM,ResNet-18,CIFAR-10,,,96.62,0.04,78200,1780,100,,
  LookSAM-5,ResNet-18,CIFAR-10,,,96.33,0.04,15640,2106,118,,
  ESAM,ResNet-18,CIFAR-10,,,96.56,0.08,,2409,140,1,
  vSAM,ResNet-18,CIFAR-10,,,96.64,0.12,23579,2492,140,,best
  """

/// The protocol: the size of the paper's runs.
let paperRuns = "paper: {iterations: 78200, epochs: 200, images: 50000}"

private let suiteText = """
  title: A small table
  table: 3
  protocol: protocol.yaml
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
  let suite = try Suite(yaml: change(suiteText), file: "suites/table3.yaml") { path in
    path == "protocol.yaml" ? paperRuns : paperValues
  }
  return try suite.grid(profile: profile, vocabulary: vocabulary)
}

extension RunRecord {
  /// A stored run of a cell: 200 iterations, 100 images per second at one gradient per iteration.
  static func run(
    of cell: Cell, kind: DataRecord.Kind = .subset, fingerprint: String = "00ff00ff00ff00ff00ff", accuracy: Double = 50,
    sampled: Int = 0, status: Outcome = .finished, iterations: Int = 200
  ) -> RunRecord {
    let cost = 1 + Double(sampled) / Double(iterations)
    let isFinished = status == .finished
    var run = RunRecord()
    (run.cellID, run.alias) = (cell.id(fingerprint: fingerprint), cell.title)
    (run.suite, run.profile) = ("table3", "quick")
    run.configJSON = cell.canonicalJSON(fingerprint: fingerprint)
    (run.data.name, run.data.kind, run.data.fingerprint) = (cell.dataset.name, kind, fingerprint)
    (run.data.trainingCount, run.data.testCount, run.data.classes) = (3000, 1000, 10)
    run.epochs = [
      Series("train_loss", unit: "nat", longName: "loss", values: [2.25, 2]),
      Series("test_accuracy", unit: "percent", longName: "accuracy", values: [Float(accuracy) - 8, Float(accuracy)]),
      Series(
        "train_seconds", unit: "s", longName: "time", values: [Float(15 * cost), Float(15 * cost)], isTiming: true),
      Series("eval_seconds", unit: "s", longName: "time", values: [1.5, 1.5], isTiming: true),
    ]
    (run.result.status, run.result.iterations, run.result.images) = (status, iterations, 6000)
    if isFinished {
      (run.result.testAccuracyLast, run.result.testAccuracyBest) = (accuracy, accuracy + 1)
      run.result.bestEpoch = 1
    }
    (run.result.samplingNumber, run.result.samplingNumberAdaptive) = (sampled, max(0, sampled - 20))
    run.result.gradientEvaluations = iterations + sampled
    (run.result.forwardExamples, run.result.backwardExamples) = (Int(6000 * cost), Int(6000 * cost))
    run.result.costPerIteration = cost
    run.result.timing.trainingSeconds = 30 * cost
    run.result.timing.imagesPerSecond = isFinished ? 200 / cost : nil
    (run.result.timing.threads, run.result.timing.machine) = (2, "Example CPU")
    run.storedDigest = ""
    return run
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
  func sampleResults() throws -> [RunRecord] {
    var runs: [RunRecord] = []
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
  func column(_ name: String, _ values: [Float]) -> Series {
    Series(name, unit: "1", longName: name, values: values)
  }
  let windows =
    id.contains("vsam")
    ? [column("window_end", [20, 40, 60]), column("p", [0.25, 0.5, 0.75]), column("taken", [20, 5, 8])] : []
  var run = RunRecord()
  (run.cellID, run.data.name) = (id, "cifar10")
  run.result.status = .finished
  run.traces = [column("l2_sgd", sgd), column("l2_psf", psf)]
  run.windows = windows
  return run
}
