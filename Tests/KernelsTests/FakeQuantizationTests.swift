import Core
import Kernels
import Testing

/// LSQ by its definition, in double precision.
private func naive(_ v: Float, dvhat: Float, step s: Float, _ grid: IntegerGrid) -> (vhat: Float, dv: Float, ds: Double)
{
  let y = v / s
  let (low, high) = (Float(grid.lowest), Float(grid.highest))
  let vbar = min(max(y, low), high).rounded(.toNearestOrEven)
  let isInside = y > low && y < high
  let slope = isInside ? vbar - y : y <= low ? low : high
  return (vbar * s, isInside ? dvhat : 0, Double(dvhat * slope))
}

@Suite("Fake quantization")
struct FakeQuantizationTests {
  static let four = IntegerGrid.signed(bits: 4)

  @Test("the published vector holds exactly, ties included")
  func vector() {
    let rows: [(v: Float, vhat: Float, dv: Float, ds: Float)] = [
      (-1.25, -1, 0, -8), (-0.40625, -0.375, 1, 0.25), (-0.0625, 0, 1, 0.5), (0.0625, 0, 1, -0.5),
      (0.1875, 0.25, 1, 0.5), (0.3125, 0.25, 1, -0.5), (0.40625, 0.375, 1, -0.25), (0.95, 0.875, 0, 7),
    ]
    let bench = Workbench()
    let v = bench.buffer(rows.map(\.v))
    let (vhat, dv) = (bench.buffer(count: rows.count), bench.buffer(count: rows.count))
    fakeQuantize(v, count: rows.count, step: 0.125, grid: Self.four, into: vhat, pool: bench.pool)
    for (i, row) in rows.enumerated() { #expect(vhat[i] == row.vhat) }
    let sums = UnsafeMutablePointer<Double>.allocate(capacity: quantizationParts)
    defer { sums.deallocate() }
    for (i, row) in rows.enumerated() {
      let dvhat = bench.buffer(rows.indices.map { $0 == i ? 1 : 0 })
      let ds = fakeQuantizeBackward(
        dvhat, v: v, count: rows.count, step: 0.125, grid: Self.four, into: dv, adding: false, sums: sums,
        pool: bench.pool)
      #expect(ds == Double(row.ds), "row \(i)")
      #expect(dv[i] == row.dv, "row \(i)")
    }
  }

  @Test("grids: 4 bits are -8 ... 7 or 0 ... 15, 8 bits -128 ... 127 or 0 ... 255")
  func grids() {
    #expect(
      Self.four == IntegerGrid(lowest: -8, highest: 7)
        && IntegerGrid.unsigned(bits: 4) == IntegerGrid(lowest: 0, highest: 15))
    #expect(IntegerGrid.signed(bits: 8) == IntegerGrid(lowest: -128, highest: 127))
    #expect(IntegerGrid.unsigned(bits: 8) == IntegerGrid(lowest: 0, highest: 255))
  }

  @Test("any count and any number of workers give the definition, bit for bit", arguments: [1, 15, 16, 17, 100_003])
  func definition(_ count: Int) {
    let (v, dvhat) = (Workbench.random(count, seed: 1), Workbench.random(count, seed: 2))
    let r = Workbench.random(count, seed: 3)
    for grid in [Self.four, .unsigned(bits: 4), .signed(bits: 8), .unsigned(bits: 8)] {
      let step: Float = 0.37 / Float(grid.highest)
      let expected = zip(v, dvhat).map { naive($0, dvhat: $1, step: step, grid) }
      var sums: [Double] = []
      for workers in 1...3 {
        let bench = Workbench(workers: workers)
        let partial = UnsafeMutablePointer<Double>.allocate(capacity: quantizationParts)
        defer { partial.deallocate() }
        let (pv, pd) = (bench.buffer(v), bench.buffer(dvhat))
        let (out, dv, added) = (bench.buffer(count: count), bench.buffer(count: count), bench.buffer(r))
        fakeQuantize(pv, count: count, step: step, grid: grid, into: out, pool: bench.pool)
        #expect((0..<count).allSatisfy { out[$0] == expected[$0].vhat })
        let ds = fakeQuantizeBackward(
          pd, v: pv, count: count, step: step, grid: grid, into: dv, adding: false, sums: partial, pool: bench.pool)
        #expect((0..<count).allSatisfy { dv[$0] == expected[$0].dv })
        _ = fakeQuantizeBackward(
          pd, v: pv, count: count, step: step, grid: grid, into: added, adding: true, sums: partial, pool: bench.pool)
        #expect((0..<count).allSatisfy { added[$0] == r[$0] + expected[$0].dv })
        let total = expected.reduce(0) { $0 + $1.ds }
        #expect(abs(ds - total) <= 1e-12 * expected.reduce(1) { $0 + abs($1.ds) })
        sums.append(ds)
        #expect(out[count].isNaN && dv[count].isNaN, "nothing is written after the last value")
        // In place, as weight gradients are converted.
        _ = fakeQuantizeBackward(
          pd, v: pv, count: count, step: step, grid: grid, into: pd, adding: false, sums: partial, pool: bench.pool)
        #expect((0..<count).allSatisfy { pd[$0] == expected[$0].dv })
      }
      #expect(Set(sums).count == 1, "the sum's order must not depend on the number of workers")
    }
  }

  @Test("the mean magnitude, from which steps start")
  func mean() {
    let bench = Workbench()
    let sums = UnsafeMutablePointer<Double>.allocate(capacity: quantizationParts)
    defer { sums.deallocate() }
    let v = bench.buffer([0.25, -0.5, 1, -2])
    #expect(meanMagnitude(v, count: 4, sums: sums, pool: bench.pool) == 0.9375)
  }

  @Test("published steps: mean 0.02 of a weight, mean 0.4 of an activation; the scale of a 64x64x3x3 weight's gradient")
  func steps() {
    #expect(abs(initialStep(meanMagnitude: 0.02, grid: Self.four) - 0.015118579) < 1e-9)
    #expect(abs(initialStep(meanMagnitude: 0.4, grid: .unsigned(bits: 4)) - 0.206559112) < 1e-8)
    #expect(initialStep(meanMagnitude: 0, grid: Self.four) == 1e-8, "a step of zero could not be divided by")
    let scale = stepGradientScale(count: 64 * 64 * 3 * 3, grid: Self.four)
    #expect(abs(scale - 1.968564964e-3) < 1e-12)
  }

  @Test("a step is used as max(|s|, 1e-8)")
  func guarded() {
    #expect(positiveStep(-0.25) == 0.25 && positiveStep(0) == 1e-8 && positiveStep(0.5) == 0.5)
  }
}
