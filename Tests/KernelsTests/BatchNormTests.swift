import Core
import Kernels
import Testing

/// Batch norm by its definition, in double precision, one pass per step.
private struct NaiveBatchNorm {
  let x: [Double]
  let channels: Int
  let scale: [Double]
  let offset: [Double]
  let mean: [Double]
  let variance: [Double]

  init(_ x: [Float], channels: Int, scale: [Float], offset: [Float]) {
    let values = x.map(Double.init)
    let rows = Double(x.count / channels)
    self.x = values
    self.channels = channels
    self.scale = scale.map(Double.init)
    self.offset = offset.map(Double.init)
    func column(_ c: Int) -> [Double] { stride(from: c, to: values.count, by: channels).map { values[$0] } }
    let mean = (0..<channels).map { column($0).reduce(0, +) / rows }
    self.mean = mean
    variance = (0..<channels).map { c in column(c).reduce(0) { $0 + ($1 - mean[c]) * ($1 - mean[c]) } / rows }
  }

  func deviation(_ c: Int) -> Double { (variance[c] + 1e-5).squareRoot() }
  func normal(_ i: Int) -> Double { (x[i] - mean[i % channels]) / deviation(i % channels) }

  /// The sum before the ReLU, with the channels that the residual has.
  func sum(residual: [Float]?, residualChannels: Int) -> [Double] {
    x.indices.map { i in
      let (row, c) = i.quotientAndRemainder(dividingBy: channels)
      let added = residual.flatMap { c < residualChannels ? Double($0[row * residualChannels + c]) : nil } ?? 0
      return scale[c] * normal(i) + offset[c] + added
    }
  }

  /// Ioffe & Szegedy 2015, the gradients of Algorithm 1, in the same three steps.
  func backward(_ dy: [Double]) -> (dx: [Double], dscale: [Double], doffset: [Double]) {
    let rows = Double(x.count / channels)
    var (dscale, doffset) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels))
    for i in x.indices {
      dscale[i % channels] += dy[i] * normal(i)
      doffset[i % channels] += dy[i]
    }
    let dx = x.indices.map { i in
      let c = i % channels
      return scale[c] / deviation(c) * (dy[i] - doffset[c] / rows - normal(i) * dscale[c] / rows)
    }
    return (dx, dscale, doffset)
  }
}

struct BatchNormCase: CustomTestStringConvertible, Sendable {
  let rows: Int
  let channels: Int
  let hasReLU: Bool
  /// Number of channels of the residual that is added before the ReLU; nil for none.
  var residual: Int?

  var testDescription: String {
    "\(rows) x \(channels)\(residual.map { ", plus \($0) channels" } ?? "")\(hasReLU ? ", rectified" : "")"
  }

  /// One row block and many units; channels that fill less than a group, one group and several.
  static let all = [(7, 5), (40, 16), (33, 17), (900, 40), (5000, 48)].flatMap { rows, channels in
    [nil, channels, channels - 2].flatMap { residual in
      [true, false].map { BatchNormCase(rows: rows, channels: channels, hasReLU: $0, residual: residual) }
    }
  }
}

@Suite struct BatchNormTests {
  private static let tolerance = 1e-5

  @Test("Batch norm with fused operations equals the definition, forward and backward", arguments: BatchNormCase.all)
  func equalsDefinition(_ c: BatchNormCase) {
    let (rows, channels) = (c.rows, c.channels)
    let count = rows * channels
    let x = Workbench.random(count, seed: 1).map { 3 * $0 + 0.5 }
    let scale = Workbench.random(channels, seed: 2)
    let offset = Workbench.random(channels, seed: 3)
    let r = c.residual.map { Workbench.random(rows * $0, seed: 4) }
    let dy = Workbench.random(count, seed: 5)
    let naive = NaiveBatchNorm(x, channels: channels, scale: scale, offset: offset)
    let sum = naive.sum(residual: r, residualChannels: c.residual ?? 0)
    let y = c.hasReLU ? sum.map { max($0, 0) } : sum
    let open = zip(dy, sum).map { !c.hasReLU || $1 > 0 ? Double($0) : 0 }
    let expected = naive.backward(open)
    var bits: [[UInt32]] = []
    for workers in 1...3 {
      let bench = Workbench(workers: workers)
      let padded = channels.paddedToLanes
      let sums = bench.scratch(ScratchNeed(), channels: channels).sums
      let (px, pdy) = (bench.buffer(x), bench.buffer(dy))
      let (gain, shift, mean) = (bench.buffer(count: padded), bench.buffer(count: padded), bench.buffer(count: padded))
      let (inverse, variance) = (bench.buffer(count: padded), bench.buffer(count: padded))
      batchNormStatistics(
        px, rows: rows, channels: channels, sums: sums, mean: mean, variance: variance, pool: bench.pool)
      #expect(deviation(mean, naive.mean) < Self.tolerance)
      #expect(deviation(variance, naive.variance) < Self.tolerance)
      for i in 0..<channels {
        inverse[i] = Float(1 / naive.deviation(i))
        gain[i] = scale[i] * inverse[i]
        shift[i] = offset[i] - mean[i] * gain[i]
      }
      let (py, pdx) = (bench.buffer(count: count), bench.buffer(count: count))
      let tail = BatchNormEpilogue(
        hasReLU: c.hasReLU, residual: r.map { Floats(bench.buffer($0)) }, residualChannels: c.residual ?? 0)
      batchNormForward(
        px, rows: rows, channels: channels, gain: gain, shift: shift, tail: tail, into: py, pool: bench.pool)
      #expect(deviation(py, y) < Self.tolerance)
      let rectifier: ReLUSource = !c.hasReLU ? .none : c.residual == nil ? .recomputed : .stored(py)
      let (dscale, doffset) = (bench.buffer(count: channels), bench.buffer(count: channels))
      func backward(into dx: MutableFloats, adding: Bool) {
        batchNormBackward(
          pdy, x: px, rows: rows, channels: channels,
          saved: BatchNormSaved(gain: gain, shift: shift, mean: mean, inverseDeviation: inverse), rectifier: rectifier,
          sums: sums, table: bench.buffer(count: 2 * padded), dscale: dscale, doffset: doffset, into: dx,
          adding: adding, pool: bench.pool)
      }
      backward(into: pdx, adding: false)
      // At the kink of the ReLU the two precisions may decide differently: no value here is that close to it.
      #expect(deviation(pdx, expected.dx) < Self.tolerance)
      #expect(deviation(dscale, expected.dscale) < Self.tolerance)
      #expect(deviation(doffset, expected.doffset) < Self.tolerance)
      let added = bench.buffer(x)
      backward(into: added, adding: true)
      #expect(deviation(added, zip(expected.dx, x).map { $0 + Double($1) }) < Self.tolerance)
      bits.append((0..<count).map { py[$0].bitPattern } + (0..<count).map { pdx[$0].bitPattern })
    }
    let areEqual = bits[0] == bits[1] && bits[0] == bits[2]
    #expect(areEqual, "bits must not depend on the number of workers")
  }

  @Test("The variance of a constant channel is rounding, and never negative")
  func constantChannels() {
    let (rows, channels) = (900, 48)
    let constants = Workbench.random(channels, seed: 8).map { 40 * $0 + 50 }
    let bench = Workbench()
    let x = bench.buffer((0..<rows * channels).map { constants[$0 % channels] })
    let sums = bench.scratch(ScratchNeed(), channels: channels).sums
    let (mean, variance) = (bench.buffer(count: channels.paddedToLanes), bench.buffer(count: channels.paddedToLanes))
    batchNormStatistics(
      x, rows: rows, channels: channels, sums: sums, mean: mean, variance: variance, pool: bench.pool)
    for c in 0..<channels {
      #expect(variance[c] >= 0 && variance[c] < 1e-5 * constants[c] * constants[c], "channel \(c): \(variance[c])")
    }
  }

  @Test("NaN passes the ReLU, so that a diverged run is noticed")
  func notANumber() {
    let bench = Workbench(workers: 1)
    let x = bench.buffer([.nan, -1, 2, 3])
    let (gain, shift) = (
      bench.buffer([1] + [Float](repeating: 0, count: 15)), bench.buffer([Float](repeating: 0, count: 16))
    )
    let y = bench.buffer(count: 4)
    batchNormForward(
      x, rows: 4, channels: 1, gain: gain, shift: shift, tail: BatchNormEpilogue(hasReLU: true), into: y,
      pool: bench.pool)
    #expect(y[0].isNaN && y[1] == 0 && y[2] == 2 && y[3] == 3)
  }
}
