import Core
import Kernels

/// Turns a model's `Node` into planned operations: names and ranges of parameters, fused passes, activations.
///
/// Fusions happen only here: batch norm is fused with the ReLU and the residual sum that follow it, a convolution with
/// the residual sum that follows it.
struct Lowering {
  private(set) var operations: [any Operation] = []
  private(set) var entries: [ParameterEntry] = []
  private(set) var initializations: [Initialization] = []
  /// Names of running means and variances, each with its range in the flat statistics.
  private(set) var statistics: [(name: String, range: Range<Int>)] = []
  /// The start of the last convolution of the main path: the tail of Sec. 3.2.
  private(set) var tailStart = 0
  private let path: ConvolutionPath
  private let isGated: Bool

  /// - Parameter isGated: whether ReLUs are `GatedReLUOperation`s of their own instead of parts of a batch norm.
  init(path: ConvolutionPath, isGated: Bool = false) { (self.path, self.isGated) = (path, isGated) }

  mutating func lower(_ node: Node, from input: Activation) -> Activation {
    var current = input
    let nodes = Lowering.flattened(node)
    var i = 0
    while i < nodes.count {
      let isFollowedByRelu = !isGated && i + 1 < nodes.count && nodes[i + 1] == .relu
      let (next, isReluFused) = lowerOne(nodes[i], from: current, residual: nil, isFollowedByRelu: isFollowedByRelu)
      current = next
      i += isReluFused ? 2 : 1
    }
    return current
  }

  /// The node as a list without nested sequences.
  private static func flattened(_ node: Node) -> [Node] {
    if case .sequence(let nodes) = node { return nodes.flatMap(flattened) }
    return [node]
  }

  /// - Parameter residual: to be added to the result.
  /// - Returns: the output activation, and whether it already includes the ReLU that follows the node.
  private mutating func lowerOne(
    _ node: Node, from input: Activation, residual: Activation?, isFollowedByRelu: Bool, grids: Grids? = nil
  ) -> (Activation, Bool) {
    let added = residual.map { [$0] } ?? []
    switch node {
    case .quantized(let layer, let weights, let inputs):
      return lowerOne(
        layer, from: input, residual: residual, isFollowedByRelu: isFollowedByRelu,
        grids: Grids(weights: weights, inputs: inputs))
    case .convolution(let name, let kernel, let stride, let outputs, let initialization):
      let shape = ConvolutionShape(
        height: input.shape.height, width: input.shape.width, input: input.shape.channels, output: outputs,
        kernel: kernel, stride: stride)
      tailStart = entries.last?.range.upperBound ?? 0
      let weight = add(
        name + ".weight", .convolution(kernel: kernel, input: shape.input, output: outputs), shape.weightCount,
        initialization)
      let (layerWeight, x) = quantized(weight, input, name: name, grids)
      let output = Activation(Shape(height: shape.outHeight, width: shape.outWidth, channels: outputs))
      // A narrower residual would need padding: the caller leaves it to SumOperation.
      operations.append(
        ConvolutionOperation(
          [x] + added, output: output, weight: layerWeight, kernel: path.kernel(for: shape)))
      return (output, false)
    case .depthwise(let name, let stride, let initialization):
      let kernel = DepthwiseConvolution(
        height: input.shape.height, width: input.shape.width, channels: input.shape.channels, stride: stride)
      let weight = add(
        name + ".weight", .depthwise(kernel: 3, channels: kernel.channels), kernel.weightCount, initialization)
      let (layerWeight, x) = quantized(weight, input, name: name, grids)
      let output = Activation(
        Shape(height: kernel.outHeight, width: kernel.outWidth, channels: kernel.channels))
      operations.append(ConvolutionOperation([x], output: output, weight: layerWeight, kernel: kernel))
      return (output, false)
    case .batchNorm(let name):
      let channels = input.shape.channels
      let scale = add(name + ".weight", .scale, channels, .zero)
      let offset = add(name + ".bias", .offset, channels, .zero)
      let mean = addStatistics(name + ".running_mean", channels)
      let variance = addStatistics(name + ".running_var", channels)
      let output = Activation(input.shape)
      operations.append(
        BatchNormOperation(
          [input] + added, output: output, scale: scale, offset: offset, mean: mean, variance: variance,
          hasReLU: isFollowedByRelu))
      return (output, isFollowedByRelu)
    case .relu:
      let output = Activation(input.shape, hasGradient: input.slot != nil)
      operations.append(
        isGated ? GatedReLUOperation([input], output: output) : ReLUOperation([input], output: output))
      return (output, false)
    case .averagePool(let size):
      let shape = Shape(
        height: input.shape.height / size, width: input.shape.width / size, channels: input.shape.channels)
      let output = Activation(shape)
      operations.append(AveragePoolOperation(input, output: output, size: size))
      return (output, false)
    case .globalAveragePool:
      precondition(input.shape.height == input.shape.width, "globalAveragePool: square planes only")
      return lowerOne(
        .averagePool(size: input.shape.height), from: input, residual: nil, isFollowedByRelu: false)
    case .linear(let name, let outputs, let weight, let bias):
      let features = input.shape.count
      let w = add(name + ".weight", .linear(input: features, output: outputs), features * outputs, weight)
      let b = add(name + ".bias", .bias, outputs, bias, fanIn: features)
      let (layerWeight, x) = quantized(w, input, name: name, grids)
      let output = Activation(Shape(height: 1, width: 1, channels: outputs))
      operations.append(LinearOperation(x, output: output, weight: layerWeight, bias: b))
      return (output, false)
    case .sequence:
      return (lower(node, from: input), false)
    case .sum(let main, let shortcut):
      // The shortcut first: its weights precede those of the main path, whose last convolution starts the tail.
      let side = lower(shortcut, from: input)
      var nodes = Lowering.flattened(main)
      let last = nodes.removeLast()
      let before = lower(.sequence(nodes), from: input)
      if Lowering.canAdd(side.shape, in: last, from: before.shape) {
        return lowerOne(last, from: before, residual: side, isFollowedByRelu: isFollowedByRelu)
      }
      let (end, _) = lowerOne(last, from: before, residual: nil, isFollowedByRelu: false)
      let output = Activation(end.shape)
      operations.append(SumOperation([end, side], output: output))
      return (output, false)
    }
  }

  private static func canAdd(_ residual: Shape, in node: Node, from input: Shape) -> Bool {
    switch node {
    case .quantized(let layer, _, _): canAdd(residual, in: layer, from: input)
    case .batchNorm: residual.channels <= input.channels
    case .convolution(_, _, _, let outputs, _): residual.channels == outputs
    default: false
    }
  }

  /// The grids of a quantized layer's weight and input.
  private struct Grids {
    let weights: IntegerGrid
    let inputs: IntegerGrid
  }

  /// A layer's weight and input, both rounded to learned steps if grids are given. The steps follow the weight, so that
  /// the tail of the vector holds the steps of its layers.
  private mutating func quantized(
    _ weight: (index: Int, entry: ParameterEntry), _ input: Activation, name: String, _ grids: Grids?
  ) -> (LayerWeight, Activation) {
    guard let grids else { return (LayerWeight(weight, step: nil), input) }
    let ofWeight = add(name + ".weight_step", .stepSize, 1, .zero)
    let ofInput = add(name + ".input_step", .stepSize, 1, .zero)
    let rounded = Activation(input.shape)
    operations.append(
      QuantizeOperation(
        input, output: rounded,
        step: LearnedStep(grid: grids.inputs, index: ofInput.index, entry: ofInput.entry)))
    let step = LearnedStep(grid: grids.weights, index: ofWeight.index, entry: ofWeight.entry)
    return (LayerWeight(weight, step: step), rounded)
  }

  private mutating func add(
    _ name: String, _ role: ParameterEntry.Role, _ count: Int, _ initialization: Initialization, fanIn: Int = 0
  ) -> (index: Int, entry: ParameterEntry) {
    let start = entries.last?.range.upperBound ?? 0
    let entry = ParameterEntry(name: name, role: role, range: start..<start + count)
    entries.append(entry)
    initializations.append(initialization)
    fanIns.append(fanIn)
    return (entries.count - 1, entry)
  }

  /// Fan-in of biases, which their shape does not give.
  private(set) var fanIns: [Int] = []

  private mutating func addStatistics(_ name: String, _ count: Int) -> Range<Int> {
    let start = statistics.last?.range.upperBound ?? 0
    statistics.append((name, start..<start + count))
    return start..<start + count
  }
}

extension ConvolutionPath {
  /// The kernel for a layer. Winograd is faster if the products are wide enough to outweigh its transforms.
  func kernel(for shape: ConvolutionShape) -> any ConvolutionKernel {
    let isWinograd = shape.kernel == 3 && shape.stride == 1 && shape.input >= 16 && shape.output >= 16
    return self == .automatic && isWinograd ? WinogradConvolution(shape) : DirectConvolution(shape)
  }
}
