/// A tensor by its PyTorch name; values row-major, so that convolutions are `[out, in, height, width]`.
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

/// A quantized weight as integers, in PyTorch's layout: multiplied by the step, they are the weight of every pass.
package struct QuantizedTensor: Hashable, Sendable {
  /// Name of the latent weight, which is one of the parameters.
  package var name: String
  package var shape: [Int]
  package var integers: [Int8]
  package var step: Float
  /// The integers allowed, -Qn ... Qp.
  package var lowest: Int
  package var highest: Int

  package init(name: String, shape: [Int], integers: [Int8], step: Float, lowest: Int, highest: Int) {
    precondition(
      shape.reduce(1, *) == integers.count, "QuantizedTensor \(name): \(integers.count) values do not fill \(shape)")
    (self.name, self.shape, self.integers, self.step) = (name, shape, integers, step)
    (self.lowest, self.highest) = (lowest, highest)
  }
}
