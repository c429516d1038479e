import Core

/// The division of the rows of a `[rows, channels]` activation (rows = N * P) into units. It depends on the number of
/// rows and channels, never on the number of workers.
package struct RowUnits {
  package let rows: Int
  package let count: Int
  package let rowsPerUnit: Int

  /// Units of about 32 Ki floats (128 KiB, of which input and output fit in a second-level cache), at most 64 so that
  /// the partial sums stay small.
  package init(rows: Int, channels: Int) {
    let wanted = min(64, max(1, rows * channels / (32 << 10)))
    self.rows = rows
    rowsPerUnit = (rows + wanted - 1) / wanted
    count = (rows + rowsPerUnit - 1) / rowsPerUnit
  }

  /// The largest number of units.
  package static let most = 64

  @inline(__always)
  package func range(_ unit: Int) -> Range<Int> { unit * rowsPerUnit..<min(rows, (unit + 1) * rowsPerUnit) }
}

/// The operations fused with the affine map of a batch norm into one pass over memory.
package struct BatchNormEpilogue {
  package var hasReLU: Bool
  /// Added before the ReLU, `[rows, residualChannels]`; missing channels count as zero (PyramidNet's shortcut).
  package var residual: Floats?
  package var residualChannels: Int

  package init(hasReLU: Bool, residual: Floats? = nil, residualChannels: Int = 0) {
    self.hasReLU = hasReLU
    self.residual = residual
    self.residualChannels = residualChannels
  }
}

/// Mean and biased variance of each channel: Ioffe & Szegedy 2015, Algorithm 1.
///
/// - Parameters:
///   - x: `[rows, channels]`, readable for `loadSlack` floats beyond its end.
///   - sums: scratch for `2 * RowUnits.most * channels.paddedToLanes` values.
///   - mean, variance: `[channels]`, overwritten.
///
/// Up to 32 rows are summed in single precision, everything above in double, unit by unit in order: the result does not
/// depend on the number of workers. The single pass over squares has a cancellation error of about
/// 1e-7 * (1 + mean^2 / variance).
package func batchNormStatistics(
  _ x: Floats, rows: Int, channels: Int, sums: UnsafeMutablePointer<Double>, mean: MutableFloats,
  variance: MutableFloats, pool: WorkerPool
) {
  let units = RowUnits(rows: rows, channels: channels)
  let padded = channels.paddedToLanes
  pool.run(units: units.count) { unit, _ in
    let range = units.range(unit)
    let sum = sums + 2 * unit * padded
    columnSums(x + range.lowerBound * channels, rows: range.count, channels: channels, sum: sum, squares: sum + padded)
  }
  addUnits(units, sums, channels: padded)
  for c in 0..<channels {
    let mu = sums[c] / Double(rows)
    mean[c] = Float(mu)
    variance[c] = Float(max(0, sums[padded + c] / Double(rows) - mu * mu))
  }
}

/// Adds the two rows of sums of every unit to those of the first, in order.
private func addUnits(_ units: RowUnits, _ sums: UnsafeMutablePointer<Double>, channels: Int) {
  for unit in 1..<max(units.count, 1) {
    let own = sums + 2 * unit * channels
    for c in 0..<2 * channels { sums[c] += own[c] }
  }
}

/// Rows processed one group of channels after another before the next rows: with up to 64 channels they stay in the
/// first-level cache between two groups, so that memory is read once and in order.
private let rowBlock = 32

/// Sums and sums of squares of each column of `x`, `[rows, channels]`.
func columnSums(
  _ x: Floats, rows: Int, channels: Int, sum: UnsafeMutablePointer<Double>, squares: UnsafeMutablePointer<Double>
) {
  sum.update(repeating: 0, count: channels.paddedToLanes)
  squares.update(repeating: 0, count: channels.paddedToLanes)
  forEachGroup(of: channels, 0..<rows) { range, c in
    var s = Lanes.zero
    var q = Lanes.zero
    var p = x + range.lowerBound * channels + c
    for _ in range {
      let v = load(p)
      s += v
      q += v * v
      p += channels
    }
    add(s, to: sum + c, valid: min(16, channels - c))
    add(q, to: squares + c, valid: min(16, channels - c))
  }
}

@inline(__always)
private func add(_ v: Lanes, to total: UnsafeMutablePointer<Double>, valid: Int) {
  if valid == 16 {
    let place = UnsafeMutableRawPointer(total)
    let sum = place.loadUnaligned(as: SIMD16<Double>.self) + SIMD16<Double>(v)
    return place.storeBytes(of: sum, as: SIMD16<Double>.self)
  }
  for lane in 0..<valid { total[lane] += Double(v[lane]) }
}

/// y = gain * x + shift for each channel, followed by the tail. y may be x.
///
/// - Parameters:
///   - gain, shift: `[channels]` padded to lanes; gain = scale / sqrt(variance + epsilon),
///     shift = offset - mean * gain.
package func batchNormForward(
  _ x: Floats, rows: Int, channels: Int, gain: Floats, shift: Floats, tail: BatchNormEpilogue, into y: MutableFloats,
  pool: WorkerPool
) {
  forEachBlock(rows: rows, channels: channels, pool: pool) { range, c in
    let valid = min(16, channels - c)
    let (a, b) = (load(gain + c), load(shift + c))
    let start = range.lowerBound * channels + c
    var (p, q) = (x + start, y + start)
    if let residual = tail.residual, c < tail.residualChannels {
      let residualLanes = firstLanes(min(16, tail.residualChannels - c))
      var r = residual + range.lowerBound * tail.residualChannels + c
      for _ in range {
        var v = a * load(p) + b
        v += Lanes.zero.replacing(with: load(r), where: residualLanes)
        if tail.hasReLU { v = rectified(v) }
        store(v, to: q, valid: valid)
        p += channels
        q += channels
        r += tail.residualChannels
      }
    } else if tail.hasReLU {
      for _ in range {
        store(rectified(a * load(p) + b), to: q, valid: valid)
        p += channels
        q += channels
      }
    } else {
      for _ in range {
        store(a * load(p) + b, to: q, valid: valid)
        p += channels
        q += channels
      }
    }
  }
}

/// Calls `body` with a few rows and the first channel of a group, for all groups of these rows before the next rows, in
/// parallel over units.
@inline(__always)
private func forEachBlock(rows: Int, channels: Int, pool: WorkerPool, _ body: (Range<Int>, _ channel: Int) -> Void) {
  let units = RowUnits(rows: rows, channels: channels)
  pool.run(units: units.count) { unit, _ in forEachGroup(of: channels, units.range(unit), body) }
}

/// The same for some rows, on the calling thread.
@inline(__always)
private func forEachGroup(of channels: Int, _ rows: Range<Int>, _ body: (Range<Int>, _ channel: Int) -> Void) {
  var first = rows.lowerBound
  while first < rows.upperBound {
    let last = min(rows.upperBound, first + rowBlock)
    var c = 0
    while c < channels {
      body(first..<last, c)
      c += 16
    }
    first = last
  }
}

@inline(__always)
func firstLanes(_ valid: Int) -> SIMDMask<SIMD16<Int32>> {
  SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) .< Int32(valid)
}

/// The values that the backward pass of a batch norm needs from its forward pass, all `[channels]` padded to lanes.
package struct BatchNormSaved {
  package var gain: Floats
  package var shift: Floats
  package var mean: Floats
  package var inverseDeviation: Floats

  package init(gain: Floats, shift: Floats, mean: Floats, inverseDeviation: Floats) {
    self.gain = gain
    self.shift = shift
    self.mean = mean
    self.inverseDeviation = inverseDeviation
  }
}

/// How the backward pass finds the outputs that the ReLU after the batch norm let through.
package enum ReLUSource {
  case none
  /// Recomputed from x: the output was relu(gain * x + shift).
  case recomputed
  /// Read from the stored output: something was added before the ReLU.
  case stored(Floats)
}

/// Backward pass of batch norm, and of the ReLU after it.
///
///     dy' = dy where the ReLU let the value through, else 0
///     doffset = sum dy';   dscale = sum dy' * xhat
///     dx = gain * (dy' - mean(dy') - xhat * mean(dy' * xhat))     with batch statistics
///     dx = gain * dy'                                             with constant ones
///
/// - Parameters:
///   - isConstant: whether mean and variance are constants, such as running statistics, and not functions of x.
///   - dy: gradient of the output, `[rows, channels]`; with `.stored` it is overwritten by dy', which is also the
///     gradient of the value that was added.
///   - dx: overwritten or, with `adding`, added to; may be `dy` if nothing else needs dy'.
///   - dscale, doffset: `[channels]`, overwritten; nil to skip.
package func batchNormBackward(
  _ dy: MutableFloats, x: Floats, rows: Int, channels: Int, saved: BatchNormSaved, rectifier: ReLUSource,
  sums: UnsafeMutablePointer<Double>, table: MutableFloats, dscale: MutableFloats?, doffset: MutableFloats?,
  into dx: MutableFloats, adding: Bool, isConstant: Bool = false, pool: WorkerPool
) {
  let units = RowUnits(rows: rows, channels: channels)
  let padded = channels.paddedToLanes
  pool.run(units: units.count) { unit, _ in
    let range = units.range(unit)
    let sum = sums + 2 * unit * padded
    gradientSums(
      dy, x: x, range: range, channels: channels, saved: saved, rectifier: rectifier, sum: sum, products: sum + padded)
  }
  let (meanGradient, slope) = (table, table + padded)
  addUnits(units, sums, channels: padded)
  for c in 0..<channels {
    let (sum, products) = (sums[c], sums[padded + c])
    // The products were taken with x - mean; xhat is that times the inverse standard deviation.
    let inverse = Double(saved.inverseDeviation[c])
    dscale?[c] = Float(products * inverse)
    doffset?[c] = Float(sum)
    meanGradient[c] = isConstant ? 0 : Float(sum / Double(rows))
    slope[c] = isConstant ? 0 : Float(products * inverse * inverse / Double(rows))
  }
  forEachBlock(rows: rows, channels: channels, pool: pool) { range, c in
    let valid = min(16, channels - c)
    let (gain, shift, mu) = (load(saved.gain + c), load(saved.shift + c), load(saved.mean + c))
    let (m, k) = (load(meanGradient + c), load(slope + c))
    let start = range.lowerBound * channels + c
    var (p, q, r) = (dy + start, x + start, dx + start)
    // The first pass has already applied a stored ReLU to dy.
    if case .recomputed = rectifier {
      for _ in range {
        let v = load(q)
        let d = load(p).replacing(with: 0, where: gain * v + shift .<= 0)
        let result = gain * (d - m - k * (v - mu))
        store(adding ? load(r) + result : result, to: r, valid: valid)
        p += channels
        q += channels
        r += channels
      }
    } else {
      for _ in range {
        let result = gain * (load(p) - m - k * (load(q) - mu))
        store(adding ? load(r) + result : result, to: r, valid: valid)
        p += channels
        q += channels
        r += channels
      }
    }
  }
}

/// The sums of dy' and of dy' * (x - mean) for each column, over the rows of one unit.
private func gradientSums(
  _ dy: MutableFloats, x: Floats, range: Range<Int>, channels: Int, saved: BatchNormSaved, rectifier: ReLUSource,
  sum: UnsafeMutablePointer<Double>, products: UnsafeMutablePointer<Double>
) {
  sum.update(repeating: 0, count: channels.paddedToLanes)
  products.update(repeating: 0, count: channels.paddedToLanes)
  forEachGroup(of: channels, range) { rows, c in
    let valid = min(16, channels - c)
    let (gain, shift, mu) = (load(saved.gain + c), load(saved.shift + c), load(saved.mean + c))
    var s = Lanes.zero
    var t = Lanes.zero
    let start = rows.lowerBound * channels + c
    var (p, q) = (dy + start, x + start)
    switch rectifier {
    case .none:
      for _ in rows {
        let d = load(p)
        s += d
        t += d * (load(q) - mu)
        p += channels
        q += channels
      }
    case .recomputed:
      for _ in rows {
        let v = load(q)
        let d = load(p).replacing(with: 0, where: gain * v + shift .<= 0)
        s += d
        t += d * (v - mu)
        p += channels
        q += channels
      }
    case .stored(let y):
      var o = y + start
      for _ in rows {
        let d = load(p).replacing(with: 0, where: load(o) .<= 0)
        store(d, to: p, valid: valid)
        s += d
        t += d * (load(q) - mu)
        p += channels
        q += channels
        o += channels
      }
    }
    add(s, to: sum + c, valid: valid)
    add(t, to: products + c, valid: valid)
  }
}
