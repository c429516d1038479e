import Configuration
import Core
import Kernels
import Models
import Networks
import Testing

private let image = Shape(height: 32, width: 32, channels: 3)

private func quantized(_ name: String, _ given: [String: Value] = [:], scheme: [String: Value] = [:]) throws -> Node {
  let model = try #require(ModelCatalogue.named(name))
  let settings = try Settings(model.settings, given: given, owner: name)
  return LSQ.quantized(
    model.node(settings, input: image, classes: 10), try Settings(LSQ.settings, given: scheme, owner: "lsq"))
}

private struct Grids: Hashable {
  let weights: IntegerGrid
  let inputs: IntegerGrid
}

extension Node {
  /// The grids of all quantized layers, in order, and the names of layers that are not quantized.
  fileprivate func collect(_ grids: inout [Grids], _ plain: inout [String]) {
    switch self {
    case .quantized(_, let weights, let inputs): grids.append(Grids(weights: weights, inputs: inputs))
    case .convolution(let name, _, _, _, _), .depthwise(let name, _, _), .linear(let name, _, _, _):
      plain.append(name)
    case .sequence(let nodes): for node in nodes { node.collect(&grids, &plain) }
    case .sum(let main, let shortcut):
      main.collect(&grids, &plain)
      shortcut.collect(&grids, &plain)
    case .batchNorm, .relu, .averagePool, .globalAveragePool: break
    }
  }
}

@Suite("The rewrite of a model")
struct RewriteTests {
  @Test(
    "quantizes every convolution and the classifier, and nothing else", arguments: ModelCatalogue.all.map { $0.name })
  func everything(_ name: String) throws {
    var grids: [Grids] = []
    var plain: [String] = []
    try quantized(name).collect(&grids, &plain)
    #expect(plain == [])
    #expect(
      grids.first! == Grids(weights: .signed(bits: 8), inputs: .signed(bits: 8)), "the image can be negative")
    #expect(grids.last!.weights == .signed(bits: 8))
    #expect(grids.dropFirst().dropLast().allSatisfy { $0.weights == .signed(bits: 4) })
  }

  @Test("inputs after a ReLU are unsigned, all others signed")
  func signs() throws {
    func inputs(_ name: String) throws -> [IntegerGrid] {
      var grids: [Grids] = []
      var plain: [String] = []
      try quantized(name).collect(&grids, &plain)
      return grids.map(\.inputs)
    }
    for name in ["resnet", "mobilenet"] {
      #expect(try inputs(name).dropFirst().dropLast().allSatisfy { $0 == .unsigned(bits: 4) })
      #expect(try inputs(name).last! == .unsigned(bits: 8))
    }
    // The outputs of linear bottlenecks are inputs of the expanding convolutions: 16 of 17 blocks, and the head.
    #expect(try inputs("mobilenet-v2").count { $0 == .signed(bits: 4) } == 16 + 1 + 3)
  }

  @Test("a sum is unsigned only when both of its sides are")
  func sums() throws {
    let scheme = try Settings(LSQ.settings, owner: "lsq")
    func inputs(_ main: Node, _ shortcut: Node) -> IntegerGrid {
      let convolution = Node.convolution("c", kernel: 1, stride: 1, output: 4, initialization: .zero)
      var grids: [Grids] = []
      var plain: [String] = []
      LSQ.quantized(.sequence([convolution, .sum(main, shortcut: shortcut), convolution]), scheme)
        .collect(&grids, &plain)
      return grids[1].inputs
    }
    #expect(inputs(.relu, .relu) == .unsigned(bits: 4))
    #expect(inputs(.relu, .batchNorm("b")) == .signed(bits: 4))
    #expect(inputs(.batchNorm("b"), .relu) == .signed(bits: 4))
  }

  @Test("other bit widths are settings")
  func settings() throws {
    var grids: [Grids] = []
    var plain: [String] = []
    try quantized("resnet", scheme: ["weights": 3, "activations": 2, "first_last": 6]).collect(&grids, &plain)
    #expect(grids[0] == Grids(weights: .signed(bits: 6), inputs: .signed(bits: 6)))
    #expect(grids[1] == Grids(weights: .signed(bits: 3), inputs: .unsigned(bits: 2)))
  }

  @Test(
    "two steps per layer follow its weight: 42 in ResNet-18, 56 in MobileNet",
    arguments: [
      ("resnet", 42, 2_365_450 + 4), ("mobilenet", 56, 1_060_874 + 4),
    ])
  func steps(_ name: String, _ count: Int, _ tail: Int) throws {
    let network = Network(try quantized(name), input: image, batch: 1, pool: WorkerPool(workers: 1))
    let entries = network.space.layout.entries
    #expect(entries.count { $0.role == .stepSize } == count)
    #expect(network.space.layout.tail.count == tail)
    #expect(entries.filter { $0.role == .stepSize }.allSatisfy { $0.range.count == 1 })
  }
}
