import Kernels
import Tensors

/// A quantized weight as integers, as hardware would load it. Multiplied by the step, they are the weight of every
/// pass.
package struct IntegerTensor: Sendable {
  /// The name of the latent weight.
  package let name: String
  /// The shape in PyTorch's order, which is also the order of the integers.
  package let shape: [Int]
  package let integers: [Int8]
  package let step: Float
  package let grid: IntegerGrid
}

extension Network {
  /// The integers of every quantized weight at `w`; empty for a network without quantizers.
  package func integerWeights(at w: Vector) -> [IntegerTensor] {
    operations.compactMap { $0.weight?.integers(at: w) }
  }
}

extension LayerWeight {
  fileprivate func integers(at w: Vector) -> IntegerTensor? {
    guard let step else { return nil }
    let s = positiveStep(w[step.entry.range.lowerBound])
    let (lowest, highest) = (Float(step.grid.lowest), Float(step.grid.highest))
    let integers = entry.exported(from: w.readOnly).map { v in
      // Half to even, as in every pass; the NaNs of a diverged run become 0.
      let y = min(max(v / s, lowest), highest).rounded(.toNearestOrEven)
      return y.isNaN ? Int8(0) : Int8(y)
    }
    return IntegerTensor(name: entry.name, shape: entry.exportShape, integers: integers, step: s, grid: step.grid)
  }
}
