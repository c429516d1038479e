import Configuration
import Core
import Datasets
import Methods
import Models
import Networks
import Records
import Testing

@testable import Training

/// A run of one method that goes through all its phases within twelve steps.
struct ResumableRun: Sendable, CustomTestStringConvertible {
  let method: any TrainingMethod.Type
  let given: [String: Value]

  var testDescription: String { method.name }

  /// Every method of the catalogue, with settings that make a short run reach all its phases.
  static let all = MethodCatalogue.all.map { method in
    var given: [String: Value] = ["period": 3]
    for setting in method.settings { given[setting.name] = setting.shortRunValue }
    return ResumableRun(method: method, given: given.filter { key, _ in method.settings.contains { $0.name == key } })
  }

  func trainer(training: Int = 84, workers: Int = 1, probes: ProbeSchedule? = nil) throws -> Trainer {
    let source = try #require(DatasetCatalogue.named("cifar10"))
    let dataset = try source.load(
      try Settings(
        source.settings, given: ["source": "generated", "training": .integer(training), "test": 40], owner: "data"),
      folder: nil, policy: .standInAllowed)
    let model = try Settings(ResNet.settings, given: ["depth": "10", "width": 4], owner: "model")
    let settings = try Settings(method.settings, given: given, owner: "method \(method.name)")
    try method.check(settings)
    let image = Shape(height: 32, width: 32, channels: 3)
    var job = TrainingJob(
      dataset: dataset, network: ResNet.node(model, input: image, classes: 10), method: method,
      methodSettings: settings,
      recipe: try Settings(Recipe.settings, given: ["epochs": 2, "batch_size": 16], owner: "recipe"), seed: 3)
    job.probes = probes
    return Trainer(job, pool: WorkerPool(workers: workers))
  }
}

extension RunRecord {
  /// Everything except times.
  fileprivate var science: [[UInt32]] {
    (traces + windows + epochs.filter { !$0.isTiming }).map { $0.values.map(\.bitPattern) }
      + (parameters + buffers).map { $0.values.map(\.bitPattern) } + [
        predictions.map(UInt32.init),
        [
          result.gradientEvaluations, result.forwardExamples, result.backwardExamples, result.samplingNumber,
          result.iterations, result.images,
        ].map(UInt32.init),
      ]
  }
}

@Suite("A training state") struct TrainingStateTests {
  @Test(
    "resumes every method to the bits of an uninterrupted run, from any iteration and with any number of threads",
    arguments: ResumableRun.all)
  func continuation(_ run: ResumableRun) throws {
    let whole = try run.trainer().run { _ in .proceed }.record
    #expect(whole.result.status == .finished && whole.result.iterations == 12)
    // Every iteration: within an epoch, at its end, before the last.
    var states: [TrainingState] = []
    _ = try run.trainer().run(keeping: { states.append($0) }, observing: { _ in .save })
    #expect(states.map(\.iteration) == Array(1...12))
    for state in states {
      let trainer = try run.trainer(workers: 2)
      try trainer.restore(state)
      let isSame = trainer.run { _ in .proceed }.record.science == whole.science
      #expect(isSame, "stopped after iteration \(state.iteration)")
    }
  }

  @Test("probes by epoch are resumed, and change nothing else")
  func probes() throws {
    let run = try #require(ResumableRun.all.first { $0.method.name == SAM.name })
    func trainer() throws -> Trainer {
      let trainer = try run.trainer(probes: ProbeSchedule(every: 1))
      trainer.probe = { tensors in
        let sum = tensors.parameters[0].values.reduce(0) { $0 + Double($1) }
        return [
          ProbeValue("sum", .batch, unit: "1", "sum of weights", sum), ProbeValue("none", unit: "1", "none", .nan),
        ]
      }
      return trainer
    }
    var states: [TrainingState] = []
    let whole = try trainer().run(keeping: { states.append($0) }, observing: { _ in .save }).record
    let plain = try run.trainer().run { _ in .proceed }.record
    #expect(whole.epochs.map(\.name).suffix(3) == ["probe_seconds", "probe_batch_sum", "probe_none"])
    let sums = try #require(whole.epochs.first { $0.name == "probe_batch_sum" })
    #expect(sums.values[1] == Float(whole.parameters[0].values.reduce(0) { $0 + Double($1) }))
    #expect(sums.values[0] != sums.values[1] && sums.isAddedLater && sums.longName == "sum of weights, batch mode")
    var stripped = whole
    stripped.epochs.removeAll { $0.name.hasPrefix(EpochRecord.probePrefix) }
    #expect(stripped.science == plain.science)
    for state in states {
      let trainer = try trainer()
      try trainer.restore(state)
      #expect(trainer.run { _ in .proceed }.record.science == whole.science, "stopped after \(state.iteration)")
    }
    let schedule = ProbeSchedule(every: 3)
    #expect((1...7).filter { schedule.includes(epoch: $0, of: 7) } == [3, 6, 7])
  }

  @Test("a run stopped after every single step has the bits of an uninterrupted one")
  func manyStops() throws {
    let run = try #require(ResumableRun.all.first { $0.method.name == VSAM.name })
    let whole = try run.trainer().run { _ in .proceed }.record
    var state: TrainingState?
    for _ in 1...12 {
      let trainer = try run.trainer()
      if let state { try trainer.restore(state) }
      let outcome = trainer.run(keeping: { state = $0 }, observing: { _ in .stop })
      guard outcome.stoppedAfter == nil else { continue }
      let isSame = outcome.record.science == whole.science
      #expect(isSame)
      return
    }
    Issue.record("it never finished")
  }

  @Test("training seconds continue from the state instead of starting at zero")
  func seconds() throws {
    let run = ResumableRun.all[0]
    let first = try run.trainer()
    for _ in 1...5 { _ = first.advance() }
    let second = try run.trainer()
    try second.restore(first.state())
    #expect(second.trainingSeconds == first.trainingSeconds && second.trainingSeconds > 0)
    _ = second.advance()
    #expect(second.trainingSeconds > first.trainingSeconds)
  }

  @Test("of another method or size, truncated anywhere, or with extra content is refused")
  func refusal() throws {
    let sgd = try #require(ResumableRun.all.first { $0.method.name == SGD.name })
    let vsam = try #require(ResumableRun.all.first { $0.method.name == VSAM.name })
    let trainer = try sgd.trainer()
    _ = trainer.advance()
    let state = trainer.state()
    #expect(throws: TrainingStateError.self) { try vsam.trainer().restore(state) }
    for length in stride(from: 0, to: state.bytes.count, by: max(1, state.bytes.count / 97)) {
      let cut = TrainingState(iteration: 1, bytes: Array(state.bytes.prefix(length)))
      #expect(throws: TrainingStateError.self, "\(length) bytes") { try sgd.trainer().restore(cut) }
    }
    #expect(throws: TrainingStateError("it contains more values than this run has")) {
      try sgd.trainer().restore(TrainingState(iteration: 1, bytes: state.bytes + [0]))
    }
    #expect(throws: TrainingStateError("it is at iteration 1, not 2")) {
      try sgd.trainer().restore(TrainingState(iteration: 2, bytes: state.bytes))
    }
    try sgd.trainer().restore(state)
  }
}
