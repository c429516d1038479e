import Kernels

/// Why a network cannot be built: which layer, what was found, what is allowed.
public struct NetworkError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

extension Node {
  /// Follows the shapes through the network without building it.
  ///
  /// - Throws: `NetworkError` for the first layer that the engine cannot compute, for a name that two layers have, and
  ///   for a network that does not end in one score per class.
  package func check(input: Shape, classes: Int) throws(NetworkError) {
    var check = NodeCheck()
    let end = try check.shape(behind: self, from: input)
    guard end == Shape(height: 1, width: 1, channels: classes) else {
      throw NetworkError(
        "the network ends in \(NodeCheck.text(end)); \(classes) classes need 1 x 1 x \(classes), which "
          + "`.globalAveragePool` and `.linear(_, output: classes, ...)` produce")
    }
  }
}

/// A traversal of a network that collects the names of its layers.
private struct NodeCheck {
  private var names: Set<String> = []

  mutating func shape(behind node: Node, from input: Shape) throws(NetworkError) -> Shape {
    switch node {
    case .convolution(let name, let kernel, let stride, let output, _):
      try take(name)
      try demand(kernel % 2 == 1 && kernel > 0, name, "the kernel size must be positive and odd, not \(kernel)")
      try demand(stride > 0, name, "the stride must be at least 1, not \(stride)")
      try demand(output > 0, name, "the number of output channels must be at least 1, not \(output)")
      let shape = ConvolutionShape(
        height: input.height, width: input.width, input: input.channels, output: output, kernel: kernel, stride: stride)
      return Shape(height: shape.outHeight, width: shape.outWidth, channels: output)
    case .depthwise(let name, let stride, _):
      try take(name)
      try demand(stride == 1 || stride == 2, name, "the stride must be 1 or 2, not \(stride)")
      return Shape(
        height: (input.height - 1) / stride + 1, width: (input.width - 1) / stride + 1, channels: input.channels)
    case .batchNorm(let name):
      try take(name)
      return input
    case .relu:
      return input
    case .averagePool(let size):
      guard size > 0, input.height % size == 0, input.width % size == 0 else {
        throw NetworkError(
          "averagePool(size: \(size)) on a plane of \(input.height) x \(input.width): the size must divide both sides")
      }
      return Shape(height: input.height / size, width: input.width / size, channels: input.channels)
    case .globalAveragePool:
      guard input.height == input.width else {
        throw NetworkError("globalAveragePool on a plane of \(input.height) x \(input.width): the plane must be square")
      }
      return Shape(height: 1, width: 1, channels: input.channels)
    case .linear(let name, let output, _, _):
      try take(name)
      try demand(output > 0, name, "the number of outputs must be at least 1, not \(output)")
      return Shape(height: 1, width: 1, channels: output)
    case .sequence(let nodes):
      var shape = input
      for node in nodes { shape = try self.shape(behind: node, from: shape) }
      return shape
    case .quantized(let layer, _, _):
      switch layer {
      case .convolution, .depthwise, .linear: return try shape(behind: layer, from: input)
      default: throw NetworkError("only convolutions and classifiers can be quantized")
      }
    case .sum(let main, let shortcut):
      let side = try shape(behind: shortcut, from: input)
      let end = try shape(behind: main, from: input)
      guard !main.isEmpty else { throw NetworkError("a sum needs a main path") }
      guard side.height == end.height, side.width == end.width, side.channels <= end.channels else {
        throw NetworkError(
          "a sum of \(NodeCheck.text(end)) and a shortcut of \(NodeCheck.text(side)): the planes must be equal, and "
            + "the shortcut must not have more channels")
      }
      return end
    }
  }

  static func text(_ shape: Shape) -> String { "\(shape.height) x \(shape.width) x \(shape.channels)" }

  private mutating func take(_ name: String) throws(NetworkError) {
    try demand(names.insert(name).inserted, name, "two layers have this name; stored weights need unique names")
  }

  private func demand(_ holds: Bool, _ name: String, _ rule: String) throws(NetworkError) {
    if !holds { throw NetworkError("layer '\(name)': \(rule)") }
  }
}

extension Node {
  /// Whether it is an empty sequence, whose output is its input.
  fileprivate var isEmpty: Bool {
    if case .sequence(let nodes) = self { return nodes.allSatisfy(\.isEmpty) }
    return false
  }
}
