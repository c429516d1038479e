import Configuration
import Datasets
import Foundation
import Methods
import Records
import Store
import Suites
import Synchronization
import TestSupport

@testable import Running
@testable import Training

/// A trainer that computes nothing, counts its jobs, and behaves as requested.
final class CountingTrainer: CellTrainer {
  struct Refusal: Error, CustomStringConvertible {
    let description = "requested to fail"
  }

  enum Behaviour: Sendable {
    case finish, diverge, fail
  }

  private let asked = Mutex<[String]>([])
  private let behave: @Sendable (TrainingJob) -> Behaviour

  init(_ behave: @escaping @Sendable (TrainingJob) -> Behaviour = { _ in .finish }) { self.behave = behave }

  /// Methods and seeds of the jobs so far, in order.
  var jobs: [String] { asked.withLock { $0 } }
  var count: Int { jobs.count }

  func train(
    _ job: TrainingJob, threads: Int, from state: TrainingState?, keeping keep: (TrainingState) throws -> Void,
    observing observe: (TrainingProgress) -> Directive
  ) throws -> TrainingOutcome {
    asked.withLock { $0.append("\(job.method.name) \(job.seed)") }
    let behaviour = behave(job)
    if behaviour == .fail { throw Refusal() }
    let context = job.context
    let status: Outcome = behaviour == .diverge ? .diverged(iteration: 1) : .finished
    let iterations = behaviour == .diverge ? 1 : context.iterations
    for i in 1...iterations {
      let progress = TrainingProgress(
        iteration: i, iterations: context.iterations, epoch: 1, epochs: context.epochs, isEpochDone: false, loss: 1,
        trainingSeconds: 0.5, images: i * context.batchSize, testAccuracy: nil)
      switch observe(progress) {
      case .proceed: break
      case .save: try keep(TrainingState(iteration: i, bytes: []))
      case .stop where i < iterations:
        try keep(TrainingState(iteration: i, bytes: []))
        return TrainingOutcome(record(.finished, i, job), stoppedAfter: i)
      case .stop: break
      }
    }
    return TrainingOutcome(record(status, iterations, job))
  }

  private func record(_ status: Outcome, _ iterations: Int, _ job: TrainingJob) -> RunRecord {
    let epoch = EpochRecord(
      trainLoss: 1, trainAccuracy: 50, testLoss: 1, testAccuracy: 75, learningRate: 0.05, trainSeconds: 0.5,
      dataSeconds: 0.1, evaluationSeconds: 0.2)
    var record = RunRecord()
    record.data = DataRecord(job.dataset)
    record.traces = ["loss", "sampled"].map {
      Series($0, unit: "1", longName: $0, values: Array(repeating: 1, count: iterations))
    }
    record.windows = [Series("p", unit: "1", longName: "p", values: [0.5])]
    record.parameters = [NamedTensor(name: "fc.weight", shape: [1, 2], values: [1, 2])]
    record.result.status = status
    (record.result.iterations, record.result.samplingNumber) = (iterations, iterations)
    record.result.images = iterations * job.context.batchSize
    record.result.timing.trainingSeconds = 0.5
    record.result.timing.imagesPerSecond = Double(record.result.images) / 0.5
    guard status == .finished else { return record }
    record.epochs = EpochRecord.series(Array(repeating: epoch, count: job.context.epochs))
    (record.result.testAccuracyLast, record.result.testAccuracyBest, record.result.bestEpoch) = (75, 75, 1)
    record.predictions = Array(repeating: 0, count: job.dataset.test.count)
    record.testLabels = job.dataset.test.labels
    return record
  }
}

let suiteText = """
  title: A test
  axes:
    datasets: [{name: cifar10, label: CIFAR-10, source: assumed: small}]
    models: [{name: resnet, label: ResNet-18, depth: 10, width: 4}]
    methods: [{name: sgd, label: SGD}, {name: sam, label: SAM}, {name: vsam, label: vSAM}]
    seeds: [1, 2]
  rules: [{set: {dataset: {source: generated, training: 20, test: 10}, recipe: {epochs: 2, batch_size: 10}}}]
  profiles: {small: {evidence: false}}
  """.replacing(", source: assumed: small", with: "")

func grid(_ text: String = suiteText, named name: String = "test") throws -> Grid {
  try Suite(yaml: text, file: "suites/\(name).yaml").grid(profile: "small", vocabulary: .catalogues)
}

/// Makes a run plan of the grids and runs it.
@discardableResult
func run(
  _ grids: [Grid], in scratch: Scratch, _ trainer: CountingTrainer, selection: Selection = .all,
  options: Runner.Options = .init(), observer: any RunObserver = Observers(),
  reproducibility: ReproducibilityKey = .current, isStopRequested: @escaping @Sendable () -> Bool = { false }
) throws -> RunReport {
  let store = RunStore(folder: scratch.path)
  let runPlan = try RunPlan(grids, selection: selection, datasets: DatasetCache(folder: nil), store: store)
  let environment = RunEnvironment(
    profile: runPlan.profile, threads: options.threads, reproducibility: reproducibility,
    provenance: [ProvenanceEntry("program", "test")])
  return Runner(
    store: store, trainer: trainer, observer: observer, environment: environment, options: options,
    isStopRequested: isStopRequested
  ).run(runPlan)
}
