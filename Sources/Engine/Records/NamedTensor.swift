/// A tensor with its PyTorch name, in row-major order: convolutions are `[out, in, height, width]`.
package struct NamedTensor: Hashable, Sendable {
  package var name: String
  package var shape: [Int]
  package var values: [Float]

  package init(name: String, shape: [Int], values: [Float]) {
    precondition(
      shape.reduce(1, *) == values.count, "NamedTensor \(name): \(values.count) values do not fill \(shape)")
    (self.name, self.shape, self.values) = (name, shape, values)
  }
}

/// A quantized weight as integers, in PyTorch's layout: multiplied by the step, they give the weight used in every
/// pass.
package struct QuantizedTensor: Hashable, Sendable {
  /// The name of the latent weight among the parameters.
  package var name: String
  package var shape: [Int]
  package var integers: [Int8]
  package var step: Float
  /// The allowed range of integers, -Qn ... Qp.
  package var lowest: Int
  package var highest: Int

  package init(name: String, shape: [Int], integers: [Int8], step: Float, lowest: Int, highest: Int) {
    precondition(
      shape.reduce(1, *) == integers.count, "QuantizedTensor \(name): \(integers.count) values do not fill \(shape)")
    (self.name, self.shape, self.integers, self.step) = (name, shape, integers, step)
    (self.lowest, self.highest) = (lowest, highest)
  }
}
