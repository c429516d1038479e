import Core
import Kernels
import Records

extension Network {
  /// The integers of every quantized weight at `w`; empty for a network without quantizers.
  package func integerWeights(at w: Vector) -> [QuantizedTensor] {
    operations.compactMap { $0.weight?.integers(at: w) }
  }
}

extension LayerWeight {
  fileprivate func integers(at w: Vector) -> QuantizedTensor? {
    guard let step else { return nil }
    let s = positiveStep(w[step.entry.range.lowerBound])
    let (lowest, highest) = (Float(step.grid.lowest), Float(step.grid.highest))
    let integers = entry.exported(from: w.readOnly).map { v in
      // Half to even, as in every pass; the NaNs of a diverged run become 0.
      let y = min(max(v / s, lowest), highest).rounded(.toNearestOrEven)
      return y.isNaN ? Int8(0) : Int8(y)
    }
    return QuantizedTensor(
      name: entry.name, shape: entry.exportShape, integers: integers, step: s, lowest: step.grid.lowest,
      highest: step.grid.highest)
  }
}
