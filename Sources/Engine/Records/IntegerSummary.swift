/// A check of a quantized weight of a stored run: whether its integers follow from its latent weight and its step.
package struct IntegerSummary: Hashable, Sendable {
  package let name: String
  package let count: Int
  package let step: Float
  /// The allowed range of integers, and the range used.
  package let allowed: ClosedRange<Int>
  package let used: ClosedRange<Int>
  /// Percent of the weights that are zero.
  package let zeros: Double
  package let problem: String?
}

extension RunRecord {
  /// The quantized weights of this run; empty for a model in floating point.
  package var integerSummaries: [IntegerSummary] {
    let latent = Dictionary(parameters.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
    return quantized.map { tensor in
      IntegerSummary(
        name: tensor.name, count: tensor.integers.count, step: tensor.step,
        allowed: min(tensor.lowest, tensor.highest)...max(tensor.lowest, tensor.highest),
        used: Int(tensor.integers.min() ?? 0)...Int(tensor.integers.max() ?? 0),
        zeros: 100 * Double(tensor.integers.count { $0 == 0 }) / Double(max(1, tensor.integers.count)),
        problem: tensor.problem(latent: latent[tensor.name], stored: latent[tensor.name + "_step"]?.first))
    }
  }
}

extension QuantizedTensor {
  /// The first deviation from round(clip(v / s, lowest, highest)), half to even, or nil.
  fileprivate func problem(latent: [Float]?, stored: Float?) -> String? {
    guard let latent, latent.count == integers.count else { return "its latent weight is not among the parameters" }
    guard let stored, max(abs(stored), 1e-8) == step else { return "its step differs from the stored parameter" }
    let (low, high) = (Float(lowest), Float(highest))
    for (i, (v, integer)) in zip(latent, integers).enumerated() {
      guard (lowest...highest).contains(Int(integer)) else {
        return "value \(i) is \(integer), outside \(lowest) ... \(highest)"
      }
      let expected = min(max(v / step, low), high).rounded(.toNearestOrEven)
      guard expected == Float(integer) else {
        return "value \(i) is \(integer), but its latent weight gives \(expected)"
      }
    }
    return nil
  }
}
