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

/// What the integers of one quantised input were in a pass.
package struct InputIntegers: Sendable {
  /// The layer whose input it is.
  package let name: String
  package let grid: IntegerGrid
  package let lowest: Float
  package let highest: Float
  /// Whether every value is an integer times the step, to the last bit.
  package let areIntegers: Bool
}

extension Network {
  /// The integers of every quantized weight at `w`; empty for a network without quantizers.
  package func integerWeights(at w: Vector) -> [IntegerTensor] {
    operations.compactMap { $0.weight?.integers(at: w) }
  }

  /// The integers of every quantised input in the last forward pass, which was at `w` and for n images.
  package func inputIntegers(at w: Vector, count n: Int) -> [InputIntegers] {
    operations.compactMap { operation in
      guard let operation = operation as? QuantizeOperation else { return nil }
      let step = positiveStep(w[operation.step.entry.range.lowerBound])
      var (lowest, highest, areIntegers) = (Float.infinity, -Float.infinity, true)
      for i in 0..<n * operation.output.shape.count {
        let integer = (operation.output.values[i] / step).rounded(.toNearestOrEven)
        areIntegers = areIntegers && integer * step == operation.output.values[i]
        (lowest, highest) = (min(lowest, integer), max(highest, integer))
      }
      let suffix = ".input_step"
      return InputIntegers(
        name: String(operation.step.entry.name.dropLast(suffix.count)), grid: operation.step.grid, lowest: lowest,
        highest: highest, areIntegers: areIntegers)
    }
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
