import Configuration
import Core
import Datasets
import Methods
import Models
import Networks
import Records
import Testing

@testable import Training

/// A small but complete run: generated images, augmentation, a residual network.
struct SmallRun {
  var method: any TrainingMethod.Type = SGD.self
  var given: [String: Value] = [:]
  var recipe: [String: Value] = [:]
  var workers = 1
  var convolution = ConvolutionPath.automatic
  var seed: UInt64 = 3
  var width = 16
  var labelNoise = 0.0
  var isAudited = false

  func train(observing observe: (TrainingProgress) -> Directive = { _ in .proceed }) throws -> Trained {
    Trained(try trainer(), observing: observe)
  }

  func dataset() throws -> Dataset {
    let source = try #require(DatasetCatalogue.named("cifar10"))
    let given: [String: Value] = [
      "source": "generated", "training": 84, "test": 40, "label_noise": .number(labelNoise),
    ]
    return try source.load(
      try Settings(source.settings, given: given, owner: "data"), folder: nil, policy: .standInAllowed)
  }

  func trainer(stepsPerTurn: Int? = nil, buffers: SharedBuffers? = nil) throws -> Trainer {
    let dataset = try dataset()
    let model = try Settings(ResNet.settings, given: ["depth": "10", "width": .integer(width)], owner: "model")
    let settings = try Settings(method.settings, given: given, owner: "method \(method.name)")
    let image = Shape(height: 32, width: 32, channels: 3)
    let merged: [String: Value] = ["epochs": 2, "batch_size": 16]
    let job = TrainingJob(
      dataset: dataset, network: ResNet.node(model, input: image, classes: 10), method: method,
      methodSettings: settings,
      recipe: try Settings(Recipe.settings, given: merged.merging(recipe) { $1 }, owner: "recipe"), seed: seed)
    return Trainer(
      job, pool: WorkerPool(workers: workers), convolution: convolution, isAudited: isAudited,
      stepsPerTurn: stepsPerTurn, buffers: buffers)
  }
}

/// The outcome of a run, and values of its trainer that are not in the record.
@dynamicMemberLookup struct Trained {
  let stoppedAfter: Int?
  let record: RunRecord
  let epochs: [EpochRecord]
  let cost: Cost

  init(
    _ trainer: Trainer, keeping keep: (TrainingState) -> Void = { _ in },
    observing observe: (TrainingProgress) -> Directive = { _ in .proceed }
  ) {
    let outcome = trainer.run(keeping: keep, observing: observe)
    (stoppedAfter, record) = (outcome.stoppedAfter, outcome.record)
    (epochs, cost) = (trainer.epochs, trainer.oracle.cost)
  }

  subscript<Value>(dynamicMember path: KeyPath<RunRecord, Value>) -> Value { record[keyPath: path] }
  subscript<Value>(dynamicMember path: KeyPath<RunResult, Value>) -> Value { record.result[keyPath: path] }

  /// Everything that the run computed, as bits.
  var bits: [UInt32] {
    (record.parameters + record.buffers).flatMap { $0.values.map(\.bitPattern) }
      + epochs.map { Float($0.testLoss).bitPattern }
  }

  func trace(_ name: String) -> [Float] { record.trace(name) ?? [] }
}

@Suite struct TrainerTests {
  @Test("interleaved trainers with shared buffers give the same results as alone, and time every step")
  func sharedBuffers() throws {
    let runs = [
      SmallRun(method: SAM.self), SmallRun(method: SGD.self), SmallRun(method: MESA.self, given: ["start": 0]),
    ]
    let buffers = SharedBuffers()
    let trainers = try runs.map { try $0.trainer(stepsPerTurn: 2, buffers: buffers) }
    // The trainers alternate every two steps, each from its own state.
    var states = [TrainingState?](repeating: nil, count: runs.count)
    var outcomes = [Trained?](repeating: nil, count: runs.count)
    while outcomes.contains(where: { $0 == nil }) {
      for (index, trainer) in trainers.enumerated() where outcomes[index] == nil {
        let run = Trained(
          trainer, keeping: { states[index] = $0 }, observing: { $0.iteration % 2 == 0 ? .stop : .proceed })
        if run.stoppedAfter == nil { outcomes[index] = run }
      }
    }
    #expect(states.allSatisfy { $0 != nil })
    for (run, outcome) in zip(runs, outcomes) {
      let shared = try #require(outcome)
      #expect(try run.train().bits == shared.bits)
      #expect(shared.trace("step_turn") == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6])
      #expect(shared.trace("step_seconds").allSatisfy { $0 > 0 })
      #expect(shared.trace("step_processor_seconds").allSatisfy { $0 > 0 })
      #expect(shared.trace("step_stolen_seconds").allSatisfy { $0 >= 0 })
      #expect(try run.train().trace("step_seconds").isEmpty)
    }
  }

  @Test("Two epochs have twelve steps, keep the short last batch, and record one value per step and trace")
  func shape() throws {
    let outcome = try SmallRun(method: SAM.self, given: ["period": 5]).train()
    #expect(outcome.status == .finished)
    #expect(outcome.iterations == 12 && outcome.images == 168 && outcome.epochs.count == 2)
    #expect(outcome.samplingNumber == 3)
    #expect(outcome.trace("sampled") == [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0])
    #expect(outcome.trace("gradients").reduce(0, +) == 15 && outcome.cost.gradients == 15)
    // Each of the two epochs has five batches of 16 images and one of 4.
    let expected: [Float] = [32, 16, 16, 16, 16, 8, 16, 16, 16, 16, 32, 4]
    #expect(outcome.trace("backward_examples") == expected)
    // Passes on the test set are not part of the cost.
    #expect(Float(outcome.cost.forwardExamples) == outcome.trace("forward_examples").reduce(0, +))
    #expect(Float(outcome.cost.backwardExamples) == expected.reduce(0, +))
    #expect(outcome.trace("loss").allSatisfy(\.isFinite) && outcome.trace("loss").count == 12)
    #expect(outcome.predictions.count == 40 && outcome.predictions.allSatisfy { $0 < 10 })
    let correct = try #require(outcome.testAccuracyLast) / 100 * 40
    #expect(abs(correct - correct.rounded()) < 1e-9)
  }

  @Test("Results are bit-identical with one, two and three threads", arguments: ["sgd", "sam", "vsam", "esam"])
  func threads(_ name: String) throws {
    let method = try #require(MethodCatalogue.named(name))
    let bits = try (1...3).map { try SmallRun(method: method, workers: $0).train().bits }
    let areEqual = bits[0] == bits[1] && bits[0] == bits[2]
    #expect(areEqual)
  }

  @Test("Limiting cases of methods equal other methods, bit for bit, on a real network")
  func identities() throws {
    func bits(_ method: any TrainingMethod.Type, _ given: [String: Value]) throws -> [UInt32] {
      try SmallRun(method: method, given: given).train().bits
    }
    let sgd = try bits(SGD.self, [:])
    let sam = try bits(SAM.self, ["rho": 0.1])
    let isSGD = try bits(SAM.self, ["rho": 0]) == sgd
    #expect(isSGD, "rho 0 is SGD")
    let isSAM = try bits(VSAM.self, ["rho": 0.1, "start": 1000]) == sam
    #expect(isSAM, "vSAM that always samples is SAM")
    let rate: [String: Value] = ["rho": 0.1, "start": 2, "window": 4, "slices": 2]
    let withoutReuse = try bits(VSAM.self, rate.merging(["reuse": false]) { $1 })
    let withoutMemory = try bits(VSAM.self, rate.merging(["gamma": 0]) { $1 })
    let isSame = withoutReuse == withoutMemory
    #expect(isSame, "gamma 0 is vSAM-A")
    let differ = sgd != sam && withoutReuse != sam
    #expect(differ)
  }

  @Test("Winograd and the direct path give the same loss curve up to rounding")
  func convolution() throws {
    let fast = try SmallRun().train().trace("loss")
    let reference = try SmallRun(convolution: .direct).train().trace("loss")
    for (a, b) in zip(fast, reference).prefix(4) { #expect(abs(a - b) < 1e-3 * b) }
  }

  /// Rounding errors grow along a trajectory until two runs are unrelated, but they must learn equally well. The effect
  /// of another seed serves as the scale.
  @Test("Over 200 steps, the direct path changes the loss curve no more than another seed does")
  func longConvolution() throws {
    func curve(_ convolution: ConvolutionPath, seed: UInt64) throws -> [Double] {
      let losses = try SmallRun(
        recipe: ["epochs": 19, "batch_size": 8, "learning_rate": 0.05], convolution: convolution, seed: seed
      ).train().trace("loss")
      // Means over 20 steps, because single steps vary with their batch.
      return (0..<10).map { w in losses[w * 20..<(w + 1) * 20].reduce(0) { $0 + Double($1) } / 20 }
    }
    func distance(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) } / 10 }
    let fast = try curve(.automatic, seed: 3)
    let noise = distance(fast, try curve(.automatic, seed: 4))
    let difference = distance(fast, try curve(.direct, seed: 3))
    #expect(difference < noise, "paths differ by \(difference), seeds by \(noise)")
    #expect(fast[9] < 0.75 * fast[0], "the run learns: \(fast)")
  }

  @Test("Another seed gives another run")
  func seeds() throws {
    let differ = try SmallRun(seed: 3).train().bits != SmallRun(seed: 4).train().bits
    #expect(differ)
  }

  @Test("A loss that is not finite ends the run as diverged at its iteration")
  func divergence() throws {
    let outcome = try SmallRun(recipe: ["learning_rate": 100, "weight_decay": 1, "schedule": "constant", "epochs": 40])
      .train()
    guard case .diverged(let iteration) = outcome.status else {
      Issue.record("the run ended as \(outcome.status)")
      return
    }
    #expect(outcome.iterations == iteration && !outcome.trace("loss").last!.isFinite)
  }

  @Test("The record contains the method's declared cost and its samples after the warm-up")
  func sampled() throws {
    let run = SmallRun(method: VSAM.self, given: ["start": 2, "policy": "constant", "initial": 25, "window": 50])
    let outcome = try run.train()
    #expect(outcome.samplingNumber == Int(outcome.trace("sampled").reduce(0, +)))
    #expect(outcome.samplingNumberAdaptive == outcome.samplingNumber - 2 && outcome.samplingNumberAdaptive > 0)
    #expect(outcome.costPerIteration == 1 + Double(outcome.samplingNumber) / 12)
    #expect(try SmallRun(method: SAM.self).train().costPerIteration == 2)
  }

  @Test("An observer can end the run after any step")
  func stop() throws {
    let outcome = try SmallRun().train { $0.iteration == 4 ? .stop : .proceed }
    #expect(outcome.stoppedAfter == 4 && outcome.iterations == 4)
  }

  @Test("Degenerate iterations are counted, also across a stop")
  func degenerate() throws {
    let run = SmallRun(method: Flat.self)
    #expect(try run.train().degenerateIterations == 4)
    #expect(try SmallRun().train().degenerateIterations == nil)
    let first = try run.trainer()
    let second = try run.trainer()
    #expect(first.run { $0.iteration == 7 ? .stop : .proceed }.record.result.degenerateIterations == 2)
    try second.restore(first.state())
    #expect(second.run { _ in .proceed }.record.result.degenerateIterations == 4)
  }
}

/// Perturbs along a zero vector in every third step.
private final class Flat: TrainingMethod {
  static let name = "flat"
  static let summary = ""
  static let source = Citation("", "", 2000)
  static let revision = 1
  static let settings: [any SettingKey] = []
  private let zero, wHat: Vector

  init(_ settings: Settings, space: ParameterSpace, run: RunContext) { (zero, wHat) = (space.zeros(), space.zeros()) }

  func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: d)
    if step.i % 3 == 0 { step.perturb(along: zero, by: 0.05, into: wHat) }
  }
}
