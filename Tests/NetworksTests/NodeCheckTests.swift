import Networks
import Testing

@Suite("Which networks can be built")
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
    "a layer that cannot be computed is named with the allowed values",
    arguments: [
      Fault(conv("a", kernel: 4), says: "layer 'a': the kernel size must be positive and odd, not 4"),
      Fault(conv("a", kernel: -1), says: "layer 'a': the kernel size must be positive and odd, not -1"),
      Fault(conv("a", stride: 0), says: "layer 'a': the stride must be at least 1, not 0"),
      Fault(conv("a", 0), says: "layer 'a': the number of output channels must be at least 1, not 0"),
      Fault(
        .depthwise("a", stride: 3, initialization: .uniformFanIn), says: "layer 'a': the stride must be 1 or 2, not 3"),
      Fault(
        conv("a"), .batchNorm("a"), says: "layer 'a': two layers have this name; stored weights need unique names"),
      Fault(
        .averagePool(size: 3), says: "averagePool(size: 3) on a plane of 8 x 8: the size must divide both sides"),
      Fault(.averagePool(size: 0), says: "averagePool(size: 0) on a plane of 8 x 8: the size must divide both sides"),
      Fault(
        .sum(.sequence([.sequence([])]), shortcut: .sequence([])), says: "a sum needs a main path"),
      Fault(
        .sum(conv("a", stride: 2), shortcut: .sequence([])),
        says: "a sum of 4 x 4 x 4 and a shortcut of 8 x 8 x 2: the planes must be equal, and the shortcut must not "
          + "have more channels"),
      Fault(
        .sum(conv("a", 4), shortcut: conv("b", 5)),
        says: "a sum of 8 x 8 x 4 and a shortcut of 8 x 8 x 5: the planes must be equal, and the shortcut must not "
          + "have more channels"),
      Fault(
        .quantized(
          .relu, weights: .signed(bits: 4), inputs: .signed(bits: 4)),
        says: "only convolutions and classifiers can be quantized"),
      Fault(
        .linear("a", output: 0, weight: .zero, bias: .zero),
        says: "layer 'a': the number of outputs must be at least 1, not 0"),
    ])
  func faults(_ fault: Fault) {
    let error = #expect(throws: NetworkError.self) {
      try Node.sequence(fault.nodes + Self.head()).check(input: Self.input, classes: 3)
    }
    #expect(error?.description == fault.message)
  }

  @Test("global pooling accepts square planes only")
  func square() {
    let error = #expect(throws: NetworkError.self) {
      try Node.sequence(Self.head()).check(input: Shape(height: 8, width: 4, channels: 2), classes: 3)
    }
    #expect(error?.description == "globalAveragePool on a plane of 8 x 4: the plane must be square")
  }

  @Test("a network ends in one score per class")
  func ending() {
    let error = #expect(throws: NetworkError.self) {
      try Node.sequence(Self.head(10)).check(input: Self.input, classes: 100)
    }
    #expect(
      error?.description
        == "the network ends in 1 x 1 x 10; 100 classes need 1 x 1 x 100, which `.globalAveragePool` and "
        + "`.linear(_, output: classes, ...)` produce")
  }

  @Test("networks that the engine can compute are accepted", arguments: TinyNetwork.all)
  func passes(_ tiny: TinyNetwork) throws {
    try tiny.node.check(input: Shape(height: 8, width: 8, channels: 3), classes: 3)
  }
}
