import Configuration
import Core
import Datasets
import Kernels
import Methods
import Models
import Records
import Testing
import Training

@testable import Networks

/// Two stages small enough for a test: a network in floating point, and the same network quantized from its final
/// weights.
private struct TwoStages {
  var model = "mobilenet"
  var given: [String: Value] = ["width": 4]
  var method: any TrainingMethod.Type = SGD.self

  let dataset: Dataset

  init() throws {
    let source = try #require(DatasetCatalogue.named("cifar10"))
    dataset = try source.load(
      try Settings(source.settings, given: ["source": "generated", "training": 64, "test": 40], owner: "data"),
      folder: nil, policy: .standInAllowed)
  }

  func plainNode() throws -> Node {
    let model = try #require(ModelCatalogue.named(model))
    return model.node(
      try Settings(model.settings, given: given, owner: "model"), input: Shape(height: 32, width: 32, channels: 3),
      classes: 10)
  }

  func node() throws -> Node { LSQ.quantized(try plainNode(), try Settings(LSQ.settings, owner: "lsq")) }

  func train(quantizedFrom start: RunRecord? = nil, workers: Int = 1) throws -> RunRecord {
    try trainer(quantizedFrom: start, workers: workers).run { _ in .proceed }.record
  }

  func trainer(quantizedFrom start: RunRecord?, workers: Int = 1) throws -> Trainer {
    let job = TrainingJob(
      dataset: dataset, network: start == nil ? try plainNode() : try node(),
      start: start.map { StartingPoint(parameters: $0.parameters, buffers: $0.buffers) }, method: method,
      methodSettings: try Settings(method.settings, owner: "method"),
      recipe: try Settings(
        Recipe.settings, given: ["epochs": 1, "batch_size": 16, "learning_rate": 0.01], owner: "recipe"), seed: 3)
    return Trainer(job, pool: WorkerPool(workers: workers))
  }
}

@Suite("A quantized network")
struct QuantizedNetworkTests {
  @Test("continues from the given weights; its steps are initialized from them and from the first batch")
  func start() throws {
    var stages = try TwoStages()
    stages.given = ["width": 4]
    let plain = try stages.train()
    let network = Network(
      try stages.node(), input: Shape(height: 32, width: 32, channels: 3), batch: 16, pool: WorkerPool(workers: 1))
    let w = network.space.zeros()
    for entry in network.space.layout.entries where entry.role != .stepSize {
      entry.take(plain.parameters.first { $0.name == entry.name }!.values, into: w.elements)
    }
    let images = Workspace(count: 16 * 3072)
    network.calibrateSteps(of: w, images: images.values, count: 16)
    func step(_ name: String) -> Double {
      Double(w[network.space.layout.entries.first { $0.name == name }!.range.lowerBound])
    }
    func mean(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double(abs($1)) } / Double(values.count) }
    let stem = plain.parameters.first { $0.name == "conv1.weight" }!.values
    let inner = plain.parameters.first { $0.name == "layers.3.conv1.weight" }!.values
    #expect(abs(step("conv1.weight_step") - 2 * mean(stem) / 127.0.squareRoot()) < 1e-8)
    #expect(abs(step("layers.3.conv1.weight_step") - 2 * mean(inner) / 7.0.squareRoot()) < 1e-8)
    #expect(abs(step("conv1.input_step") - 2 * mean(images.array) / 127.0.squareRoot()) < 1e-7)
    #expect(network.space.layout.entries.filter { $0.role == .stepSize }.allSatisfy { w[$0.range.lowerBound] > 0 })
  }

  @Test("forward and the weight's gradients equal those of the plain network at rounded weights and images")
  func definition() throws {
    let shape = Shape(height: 8, width: 8, channels: 3)
    let layer = Node.convolution("c", kernel: 3, stride: 1, output: 5, initialization: .uniformFanIn)
    let head: [Node] = [.globalAveragePool, .linear("fc", output: 4, weight: .uniformFanIn, bias: .uniformFanIn)]
    let (weights, inputs) = (IntegerGrid.signed(bits: 4), IntegerGrid.signed(bits: 8))
    let pool = WorkerPool(workers: 2)
    let plain = Network(.sequence([layer] + head), input: shape, batch: 3, pool: pool)
    let network = Network(
      .sequence([.quantized(layer, weights: weights, inputs: inputs)] + head), input: shape, batch: 3, pool: pool)
    let (w, v) = (plain.space.zeros(), network.space.zeros())
    let none = Vector(count: 0, pool: pool)
    plain.initialize(w, statistics: none, seed: 5)
    for entry in plain.space.layout.entries {
      let own = network.space.layout.entries.first { $0.name == entry.name }!
      for (i, j) in zip(own.range, entry.range) { v[i] = w[j] }
    }
    func place(_ name: String) -> Int { network.space.layout.entries.first { $0.name == name }!.range.lowerBound }
    let (s, t): (Float, Float) = (0.03, 0.02)
    // A negative step is used as its magnitude, so that perturbed weights need no special case.
    (v[place("c.weight_step")], v[place("c.input_step")]) = (-s, t)
    let latent = plain.space.layout.entries[0].range.map { w[$0] }
    for (i, x) in zip(plain.space.layout.entries[0].range, latent) {
      w[i] = min(max(x / s, -8), 7).rounded(.toNearestOrEven) * s
    }
    let images = Workspace(count: 3 * shape.count)
    let rounded = Workspace(count: 3 * shape.count)
    for i in 0..<images.count {
      rounded.values[i] = min(max(images.values[i] / t, -128), 127).rounded(.toNearestOrEven) * t
    }
    func gradient(_ network: Network, _ w: Vector, _ images: Workspace) -> (Vector, [Float]) {
      let logits = network.forward(at: w, images: images.values, count: 3, mode: .batch(updating: nil))
      let scores = (0..<12).map { logits[$0] }
      crossEntropyBackward(logits, labels: [0, 1, 2], count: 3, classes: 4, into: network.logitsGradient)
      let g = network.space.zeros()
      g.assign(.nan)
      network.backward(at: w, count: 3, into: g)
      return (g, scores)
    }
    let (g, scores) = gradient(network, v, images)
    let (expected, expectedScores) = gradient(plain, w, rounded)
    #expect(scores == expectedScores)
    var ds = 0.0
    for (i, x) in latent.enumerated() {
      let y = x / s
      let isInside = y > -8 && y < 7
      let dvhat = expected[i]
      ds += Double(dvhat * (isInside ? y.rounded(.toNearestOrEven) - y : y <= -8 ? -8 : 7))
      #expect(g[i] == (isInside ? dvhat : 0))
    }
    let scaled = ds / (Double(latent.count) * 7).squareRoot()
    #expect(abs(Double(g[place("c.weight_step")]) - scaled) < 1e-6 * abs(scaled))
    #expect(g[place("c.input_step")] != 0)
    for name in ["fc.weight", "fc.bias"] {
      let entry = plain.space.layout.entries.first { $0.name == name }!
      #expect(entry.range.enumerated().allSatisfy { g[place(name) + $0.offset] == expected[$0.element] })
    }
  }

  @Test("entries that are not wanted are zero, the others unchanged")
  func wanted() throws {
    let stages = try TwoStages()
    let network = Network(
      try stages.node(), input: Shape(height: 32, width: 32, channels: 3), batch: 2, pool: WorkerPool(workers: 2))
    let w = network.space.zeros()
    let statistics = Vector(count: network.statisticsCount, pool: network.space.pool)
    network.initialize(w, statistics: statistics, seed: 1)
    let images = Workspace(count: 2 * 3072)
    network.calibrateSteps(of: w, images: images.values, count: 2)
    func gradient(_ wanted: [Bool]?) -> Vector {
      let logits = network.forward(at: w, images: images.values, count: 2, mode: .batch(updating: nil))
      crossEntropyBackward(logits, labels: [0, 1], count: 2, classes: 10, into: network.logitsGradient)
      let g = network.space.zeros()
      g.assign(.nan)
      network.backward(at: w, count: 2, wanted: wanted, into: g)
      return g
    }
    let all = gradient(nil)
    #expect((0..<all.count).allSatisfy { all[$0].isFinite })
    for phase in 0..<3 {
      let wanted = network.space.layout.entries.indices.map { $0 % 3 == phase }
      let some = gradient(wanted)
      for (entry, isWanted) in zip(network.space.layout.entries, wanted) {
        #expect(entry.range.allSatisfy { some[$0] == (isWanted ? all[$0] : 0) }, "\(entry.name)")
      }
    }
  }

  @Test(
    "every weight and every input is an integer of its grid, and the integers alone give the same predictions",
    arguments: [
      ("mobilenet", ["width": 4] as [String: Value]), ("resnet", ["depth": "10", "width": 8] as [String: Value]),
    ])
  func integers(_ model: String, _ given: [String: Value]) throws {
    var stages = try TwoStages()
    (stages.model, stages.given, stages.method) = (model, given, SAM.self)
    let outcome = try stages.train(quantizedFrom: try stages.train())
    #expect(outcome.result.status == .finished && outcome.quantized.count > 5)
    let network = Network(
      try stages.node(), input: Shape(height: 32, width: 32, channels: 3), batch: 16, pool: WorkerPool(workers: 1))
    let (w, statistics) = (
      network.space.zeros(), Vector(count: network.statisticsCount, pool: network.space.pool)
    )
    for entry in network.space.layout.entries {
      if let tensor = outcome.quantized.first(where: { $0.name == entry.name }) {
        let (low, high) = (Int8(tensor.lowest), Int8(tensor.highest))
        #expect(tensor.integers.allSatisfy { $0 >= low && $0 <= high })
        // From here on the latent weights are gone.
        entry.take(tensor.integers.map { Float($0) * tensor.step }, into: w.elements)
      } else {
        entry.take(outcome.parameters.first { $0.name == entry.name }!.values, into: w.elements)
      }
    }
    for (name, range) in network.statistics {
      for (i, value) in zip(range, outcome.buffers.first { $0.name == name }!.values) { statistics[i] = value }
    }
    let tests = EvaluationBatches(stages.dataset.test, batchSize: 16)
    var predictions: [UInt8] = []
    var unsigned4 = 0
    for b in 0..<tests.count {
      let batch = tests.batch(b)
      let logits = network.forward(
        at: w, images: batch.images.baseAddress!, count: batch.count, mode: .running(statistics.elements.baseAddress!))
      for k in 0..<batch.count {
        predictions.append(UInt8((0..<10).reduce(0) { logits[k * 10 + $1] > logits[k * 10 + $0] ? $1 : $0 }))
      }
      for input in network.inputIntegers(at: w, count: batch.count) {
        #expect(input.areIntegers, "\(input.name)")
        #expect(input.lowest >= Float(input.grid.lowest) && input.highest <= Float(input.grid.highest), "\(input.name)")
        if input.grid == .unsigned(bits: 4) { unsigned4 += 1 }
      }
    }
    #expect(unsigned4 > 0)
    #expect(predictions == outcome.predictions)
  }

  @Test("the bits do not depend on the number of workers", arguments: ["sgd", "vsam"])
  func workers(_ method: String) throws {
    var stages = try TwoStages()
    stages.method = try #require(MethodCatalogue.named(method))
    let plain = try TwoStages().train()
    let bits = try (1...3).map { workers in
      try stages.train(quantizedFrom: plain, workers: workers).parameters.flatMap { $0.values.map(\.bitPattern) }
    }
    let areEqual = bits[0] == bits[1] && bits[0] == bits[2]
    #expect(areEqual)
  }

  @Test(
    "resumes from a state with the bits of a run that never stopped, steps included", arguments: ["sgd", "sam", "vsam"])
  func continued(_ method: String) throws {
    var stages = try TwoStages()
    let plain = try stages.train()
    stages.method = try #require(MethodCatalogue.named(method))
    let whole = try stages.train(quantizedFrom: plain)
    for stop in 1...3 {
      let first = try stages.trainer(quantizedFrom: plain)
      let second = try stages.trainer(quantizedFrom: plain)
      let outcome = first.run { $0.iteration == stop ? .stop : .proceed }
      #expect(outcome.stoppedAfter == stop)
      try second.restore(first.state())
      let rest = second.run { _ in .proceed }.record
      let areEqual = zip(rest.parameters + rest.buffers, whole.parameters + whole.buffers).allSatisfy {
        $0.name == $1.name && $0.values.map(\.bitPattern) == $1.values.map(\.bitPattern)
      }
      #expect(
        areEqual && rest.predictions == whole.predictions && rest.quantized.map(\.step) == whole.quantized.map(\.step))
    }
  }
}

/// The range of the integers of one quantized input in a pass.
private struct InputIntegers {
  /// The layer whose input it is.
  let name: String
  let grid: IntegerGrid
  let lowest, highest: Float
  /// Whether every value is an integer times the step, to the last bit.
  let areIntegers: Bool
}

extension Network {
  /// The integers of every quantized input in the last forward pass, which was at `w` and for n images.
  fileprivate func inputIntegers(at w: Vector, count n: Int) -> [InputIntegers] {
    operations.compactMap { operation in
      guard let operation = operation as? QuantizeOperation else { return nil }
      let step = positiveStep(w[operation.step.entry.range.lowerBound])
      var (lowest, highest, areIntegers) = (Float.infinity, -Float.infinity, true)
      for i in 0..<n * operation.output.shape.count {
        let integer = (operation.output.values[i] / step).rounded(.toNearestOrEven)
        areIntegers = areIntegers && integer * step == operation.output.values[i]
        (lowest, highest) = (min(lowest, integer), max(highest, integer))
      }
      let suffix = ".input_step"
      return InputIntegers(
        name: String(operation.step.entry.name.dropLast(suffix.count)), grid: operation.step.grid, lowest: lowest,
        highest: highest, areIntegers: areIntegers)
    }
  }
}

/// Normal random numbers in memory with slack.
private final class Workspace {
  let values: MutableFloats
  let count: Int

  init(count: Int) {
    self.count = count
    values = .allocate(capacity: count + loadSlack)
    values.initialize(repeating: 0, count: count + loadSlack)
    var stream = RandomStream(seed: 9, purpose: .generation)
    for i in 0..<count { values[i] = Float(stream.normal()) }
  }

  deinit { values.deallocate() }

  var array: [Float] { (0..<count).map { values[$0] } }
}
