import Kernels

/// A model's description of its network: the smallest graph that covers every model of the paper.
///
/// A node owns no memory and no weights; `Network` plans both. Names are those of PyTorch, so that it can load the
/// tensors.
public indirect enum Node: Sendable, Hashable {
  /// Square convolution without bias; padding (kernel - 1) / 2.
  case convolution(String, kernel: Int, stride: Int, output: Int, initialization: Initialization)
  /// Depthwise 3x3 convolution without bias; stride 1 or 2, padding 1.
  case depthwise(String, stride: Int, initialization: Initialization)
  /// Batch normalization with learned scale and offset; epsilon 1e-5, statistics rate 0.1.
  case batchNorm(String)
  /// max(x, 0).
  case relu
  /// Means over windows of size x size with stride `size`.
  case averagePool(size: Int)
  /// Mean over the whole plane.
  case globalAveragePool
  /// Fully connected with bias.
  case linear(String, output: Int, weight: Initialization, bias: Initialization)
  /// Nodes applied one after the other.
  case sequence([Node])
  /// A convolution or classifier whose weight and input are rounded to learned steps before the product.
  case quantized(Node, weights: IntegerGrid, inputs: IntegerGrid)
  /// Residual sum: main(x) + shortcut(x). An empty shortcut sequence is the identity.
  case sum(Node, shortcut: Node)
}

/// How a tensor is initialized. Batch norm always starts with scale 1 and offset 0.
public enum Initialization: Hashable, Sendable {
  /// All zeros.
  case zero
  /// Uniform on (-bound, bound), bound = 1 / sqrt(fan-in): the framework default of the sources.
  case uniformFanIn
  /// Normal with standard deviation sqrt(2 / (kernel^2 * output)).
  case normalFanOut
}
