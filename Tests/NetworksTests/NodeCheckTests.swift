import Networks
import Testing

@Suite("What networks can be built")
struct NodeCheckTests {
  private static func conv(_ name: String, _ output: Int = 4, kernel: Int = 3, stride: Int = 1) -> Node {
    .convolution(name, kernel: kernel, stride: stride, output: output, initialization: .normalFanOut)
  }
  private static func head(_ output: Int = 3) -> [Node] {
    [.globalAveragePool, .linear("fc", output: output, weight: .uniformFanIn, bias: .zero)]
  }
  private static let input = Shape(height: 8, width: 8, channels: 2)

  struct Fault: Sendable, CustomTestStringConvertible {
    let nodes: [Node]
    let message: String
    var testDescription: String { message }

    init(_ nodes: Node..., says message: String) { (self.nodes, self.message) = (nodes, message) }
  }

  @Test(
    "a layer that cannot be computed is named, with what is allowed",
    arguments: [
      Fault(conv("a", kernel: 4), says: "layer 'a': kernel 4: odd sizes only"),
      Fault(conv("a", kernel: -1), says: "layer 'a': kernel -1: odd sizes only"),
      Fault(conv("a", stride: 0), says: "layer 'a': stride 0: at least 1"),
      Fault(conv("a", 0), says: "layer 'a': 0 output channels: at least 1"),
      Fault(
        .depthwise("a", stride: 3, initialization: .uniformFanIn), says: "layer 'a': stride 3: 1 or 2"),
      Fault(
        conv("a"), .batchNorm("a"), says: "layer 'a': two layers have that name; stored weights need one each"),
      Fault(
        .averagePool(size: 3), says: "averagePool(size: 3) of a plane of 8 x 8: the size must divide both"),
      Fault(.averagePool(size: 0), says: "averagePool(size: 0) of a plane of 8 x 8: the size must divide both"),
      Fault(
        .sum(.sequence([.sequence([])]), shortcut: .sequence([])), says: "a sum needs a main path"),
      Fault(
        .sum(conv("a", stride: 2), shortcut: .sequence([])),
        says: "a sum of 4 x 4 x 4 and its shortcut's 8 x 8 x 2: the planes must be the same, and the shortcut may have "
          + "fewer channels, not more"),
      Fault(
        .sum(conv("a", 4), shortcut: conv("b", 5)),
        says: "a sum of 8 x 8 x 4 and its shortcut's 8 x 8 x 5: the planes must be the same, and the shortcut may have "
          + "fewer channels, not more"),
      Fault(
        .quantized(
          .relu, weights: .signed(bits: 4), inputs: .signed(bits: 4)),
        says: "only convolutions and classifiers can be quantised"),
      Fault(
        .linear("a", output: 0, weight: .zero, bias: .zero), says: "layer 'a': 0 outputs: at least 1"),
    ])
  func faults(_ fault: Fault) {
    let error = #expect(throws: NetworkError.self) {
      try Node.sequence(fault.nodes + Self.head()).check(input: Self.input, classes: 3)
    }
    #expect(error?.description == fault.message)
  }

  @Test("global pooling is of square planes")
  func square() {
    let error = #expect(throws: NetworkError.self) {
      try Node.sequence(Self.head()).check(input: Shape(height: 8, width: 4, channels: 2), classes: 3)
    }
    #expect(error?.description == "globalAveragePool of a plane of 8 x 4: square planes only")
  }

  @Test("a network ends in one score per class")
  func ending() {
    let error = #expect(throws: NetworkError.self) {
      try Node.sequence(Self.head(10)).check(input: Self.input, classes: 100)
    }
    #expect(
      error?.description
        == "the network ends in 1 x 1 x 10; 100 classes need 1 x 1 x 100, as `.globalAveragePool` and "
        + "`.linear(_, output: classes, ...)` give them")
  }

  @Test("what the engine computes is not refused", arguments: TinyNetwork.all)
  func passes(_ tiny: TinyNetwork) throws {
    try tiny.node.check(input: Shape(height: 8, width: 8, channels: 3), classes: 3)
  }
}
