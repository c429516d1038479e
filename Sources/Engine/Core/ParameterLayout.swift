/// One tensor in the flat parameter vector.
public struct ParameterEntry: Hashable, Sendable {
  /// The role of the tensor in its layer; determines its weight decay and its layout in a file.
  public enum Role: Hashable, Sendable {
    /// Convolution weight, kept as `[kernel, kernel, in, out]`, written as PyTorch's `[out, in, kernel, kernel]`.
    case convolution(kernel: Int, input: Int, output: Int)
    /// Depthwise convolution weight, kept as `[kernel, kernel, channels]`, written as `[channels, 1, kernel, kernel]`.
    case depthwise(kernel: Int, channels: Int)
    /// Classifier weight, kept as `[in, out]`, written as PyTorch's `[out, in]`.
    case linear(input: Int, output: Int)
    /// Batch norm's learned factor and shift, and the classifier's bias.
    case scale, offset, bias
    /// A quantizer's learned step: never decayed, kept positive.
    case stepSize
  }

  /// The name PyTorch gives it: `layer1.0.conv1.weight`.
  public let name: String
  /// Its role in its layer.
  public let role: Role
  /// Its range in the flat vector.
  public let range: Range<Int>

  /// A tensor with its name, role and range.
  public init(name: String, role: Role, range: Range<Int>) {
    self.name = name
    self.role = role
    self.range = range
  }
}

/// Names, ranges and roles of all trainable tensors in the flat vector `w`. Gradients, momentum, perturbations and the
/// PSF have the same layout.
public struct ParameterLayout: Hashable, Sendable {
  /// In the order of the vector.
  public let entries: [ParameterEntry]
  /// Number of trainable parameters.
  public let count: Int
  /// The "last few layers" of Sec. 3.2: the last convolution of the main path, every batch norm after it and the
  /// classifier. They are at the end of the vector, so that the tail is one range.
  public let tail: Range<Int>

  /// A layout of contiguous entries.
  public init(entries: [ParameterEntry], tail: Range<Int>) {
    self.entries = entries
    self.count = entries.last?.range.upperBound ?? 0
    self.tail = tail
  }
}

extension ParameterEntry {
  /// The tensor's shape as PyTorch writes it.
  public var exportShape: [Int] {
    switch role {
    case .convolution(let kernel, let input, let output): [output, input, kernel, kernel]
    case .depthwise(let kernel, let channels): [channels, 1, kernel, kernel]
    case .linear(let input, let output): [output, input]
    case .scale, .offset, .bias, .stepSize: [range.count]
    }
  }

  /// The place within this tensor of value i in PyTorch's order.
  private func place(_ i: Int) -> Int {
    switch role {
    case .convolution(let kernel, let input, let output):
      let (position, c, k) = (i % (kernel * kernel), i / (kernel * kernel) % input, i / (kernel * kernel * input))
      return (position * input + c) * output + k
    case .depthwise(let kernel, let channels): return i % (kernel * kernel) * channels + i / (kernel * kernel)
    case .linear(let input, let output): return i % input * output + i / input
    case .scale, .offset, .bias, .stepSize: return i
    }
  }

  /// The tensor's values in PyTorch's order, from a flat vector of this layout.
  public func exported(from elements: UnsafeBufferPointer<Float>) -> [Float] {
    let own = UnsafeBufferPointer(rebasing: elements[range])
    return own.indices.map { own[place($0)] }
  }

  /// The inverse of `exported`: copies the tensor's values in PyTorch's order into a flat vector of this layout.
  public func take(_ values: [Float], into elements: UnsafeMutableBufferPointer<Float>) {
    precondition(
      values.count == range.count, "ParameterEntry.take: \(values.count) values for \(name), which has \(range.count)")
    let own = UnsafeMutableBufferPointer(rebasing: elements[range])
    for (i, value) in values.enumerated() { own[place(i)] = value }
  }
}
