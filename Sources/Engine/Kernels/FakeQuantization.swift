import Core

/// The integers that a quantized value may take: -Qn ... Qp (Esser et al. 2020).
public struct IntegerGrid: Hashable, Sendable {
  /// The lowest integer, -Qn.
  public let lowest: Int
  /// The highest integer, Qp.
  public let highest: Int

  public init(lowest: Int, highest: Int) {
    self.lowest = lowest
    self.highest = highest
  }

  /// -2^(bits - 1) ... 2^(bits - 1) - 1.
  public static func signed(bits: Int) -> IntegerGrid {
    IntegerGrid(lowest: -(1 << (bits - 1)), highest: (1 << (bits - 1)) - 1)
  }

  /// 0 ... 2^bits - 1.
  public static func unsigned(bits: Int) -> IntegerGrid { IntegerGrid(lowest: 0, highest: (1 << bits) - 1) }
}

/// The step size in use, max(|s|, 1e-8): positive even if an update or a perturbation has made s negative or zero.
package func positiveStep(_ s: Float) -> Float { max(abs(s), 1e-8) }

/// The initial step size: 2 * mean|v| / sqrt(Qp).
package func initialStep(meanMagnitude: Double, grid: IntegerGrid) -> Float {
  positiveStep(Float(2 * meanMagnitude / Double(grid.highest).squareRoot()))
}

/// The factor of a step's gradient: 1 / sqrt(count * Qp), with count over all values of the tensor, the batch included.
package func stepGradientScale(count: Int, grid: IntegerGrid) -> Double {
  1 / (Double(count) * Double(grid.highest)).squareRoot()
}

/// Learned step size quantization, Esser et al. 2020, Eqs. 1 and 2, for `count` values with one positive step s:
///
///     y = v / s;   vbar = round(clip(y, -Qn, Qp)), half to even;   vhat = vbar * s
///
/// `into` may be `v`.
package func fakeQuantize(
  _ v: Floats, count: Int, step s: Float, grid: IntegerGrid, into vhat: MutableFloats, pool: WorkerPool
) {
  let rounding = Rounding(step: s, grid: grid)
  forEachPart(count, pool: pool) { range, _ in
    var i = range.lowerBound
    while i < range.upperBound {
      let valid = min(16, range.upperBound - i)
      store(
        rounding.integers(load(v + i, valid: valid) / rounding.step) * rounding.step, to: vhat + i, valid: valid)
      i += 16
    }
  }
}

/// Backward pass of `fakeQuantize`, straight through the rounding (Esser et al. 2020, Eqs. 3 and 5):
///
///     dv = dvhat  where -Qn < y < Qp, else 0
///     ds = sum dvhat * (round(y) - y  inside;  -Qn below;  Qp above)
///
/// - Parameters:
///   - dv: overwritten or, with `adding`, added to; may be `dvhat`; nil to skip.
///   - sums: scratch for `quantizationParts` values.
/// - Returns: ds, not yet scaled, summed in double precision and a fixed order.
package func fakeQuantizeBackward(
  _ dvhat: Floats, v: Floats, count: Int, step s: Float, grid: IntegerGrid, into dv: MutableFloats?, adding: Bool,
  sums: UnsafeMutablePointer<Double>, pool: WorkerPool
) -> Double {
  let rounding = Rounding(step: s, grid: grid)
  let parts = forEachPart(count, pool: pool) { range, part in
    var total = SIMD8<Double>.zero
    var i = range.lowerBound
    while i < range.upperBound {
      let valid = min(16, range.upperBound - i)
      let y = load(v + i, valid: valid) / rounding.step
      let isInside = (y .> rounding.lowest) .& (y .< rounding.highest)
      let d = load(dvhat + i, valid: valid)
      let integers = rounding.integers(y)
      let slope = integers.replacing(with: integers - y, where: isInside)
      let product = d * slope
      total += SIMD8<Double>(product.lowHalf)
      total += SIMD8<Double>(product.highHalf)
      if let dv {
        let passed = Lanes.zero.replacing(with: d, where: isInside)
        store(adding ? load(dv + i, valid: valid) + passed : passed, to: dv + i, valid: valid)
      }
      i += 16
    }
    sums[part] =
      ((total[0] + total[1]) + (total[2] + total[3])) + ((total[4] + total[5]) + (total[6] + total[7]))
  }
  return (0..<parts).reduce(0) { $0 + sums[$1] }
}

/// Mean of |v|, in double precision and a fixed order; `sums` is scratch for `quantizationParts` values.
package func meanMagnitude(
  _ v: Floats, count: Int, sums: UnsafeMutablePointer<Double>, pool: WorkerPool
) -> Double {
  let parts = forEachPart(count, pool: pool) { range, part in
    var total = 0.0
    for i in range { total += Double(abs(v[i])) }
    sums[part] = total
  }
  return (0..<parts).reduce(0) { $0 + sums[$1] } / Double(count)
}

/// Doubles of scratch that the sums of these kernels need.
package let quantizationParts = 1024

/// Division, clipping and rounding of sixteen values.
private struct Rounding {
  let step: Lanes
  let lowest: Lanes
  let highest: Lanes

  init(step s: Float, grid: IntegerGrid) {
    step = Lanes(repeating: s)
    lowest = Lanes(repeating: Float(grid.lowest))
    highest = Lanes(repeating: Float(grid.highest))
  }

  /// round(clip(y)), half to even: adding 1.5 * 2^23 to a number removes its fraction, and the processor rounds that
  /// sum half to even. NaNs are kept.
  @inline(__always)
  func integers(_ y: Lanes) -> Lanes {
    let clipped = y.replacing(with: lowest, where: y .< lowest).replacing(with: highest, where: y .> highest)
    return (clipped + 0x1.8p23) - 0x1.8p23
  }
}

/// Calls `body(range, part)` with at most `quantizationParts` consecutive ranges, cut by the count alone, in parallel.
///
/// - Returns: the number of ranges.
@inline(__always)
@discardableResult
private func forEachPart(_ count: Int, pool: WorkerPool, _ body: (Range<Int>, Int) -> Void) -> Int {
  let span = max(16 << 10, ((count + quantizationParts - 1) / quantizationParts).paddedToLanes)
  let parts = (count + span - 1) / span
  pool.run(units: parts) { part, _ in body(part * span..<min(count, (part + 1) * span), part) }
  return parts
}
