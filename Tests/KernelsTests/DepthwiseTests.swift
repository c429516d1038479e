import Core
import Testing

@testable import Kernels

/// The depthwise convolution by its definition, in double precision.
private struct NaiveDepthwise {
  let shape: DepthwiseConvolution

  func forward(_ x: [Float], _ w: [Float], batch: Int) -> [Double] {
    let c = shape.channels
    var y = [Double](repeating: 0, count: batch * shape.outHeight * shape.outWidth * c)
    forEachTap(batch) { i, o, tap in
      for k in 0..<c { y[o * c + k] += Double(x[i * c + k]) * Double(w[tap * c + k]) }
    }
    return y
  }

  func inputGradient(_ dy: [Float], _ w: [Float], batch: Int) -> [Double] {
    let c = shape.channels
    var dx = [Double](repeating: 0, count: batch * shape.height * shape.width * c)
    forEachTap(batch) { i, o, tap in
      for k in 0..<c { dx[i * c + k] += Double(dy[o * c + k]) * Double(w[tap * c + k]) }
    }
    return dx
  }

  func weightGradient(_ dy: [Float], _ x: [Float], batch: Int) -> [Double] {
    let c = shape.channels
    var dw = [Double](repeating: 0, count: 9 * c)
    forEachTap(batch) { i, o, tap in
      for k in 0..<c { dw[tap * c + k] += Double(dy[o * c + k]) * Double(x[i * c + k]) }
    }
    return dw
  }

  /// Calls `body(input pixel, output pixel, tap)` for every pair that a tap connects.
  private func forEachTap(_ batch: Int, _ body: (Int, Int, Int) -> Void) {
    for n in 0..<batch {
      for oy in 0..<shape.outHeight {
        for ox in 0..<shape.outWidth {
          for tap in 0..<9 {
            let (y, x) = (oy * shape.stride + tap / 3 - 1, ox * shape.stride + tap % 3 - 1)
            guard y >= 0, y < shape.height, x >= 0, x < shape.width else { continue }
            body(
              (n * shape.height + y) * shape.width + x, (n * shape.outHeight + oy) * shape.outWidth + ox, tap)
          }
        }
      }
    }
  }
}

@Suite struct DepthwiseTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let shape: DepthwiseConvolution
    let batch: Int

    init(_ height: Int, _ channels: Int, stride: Int, batch: Int, width: Int? = nil) {
      shape = DepthwiseConvolution(height: height, width: width ?? height, channels: channels, stride: stride)
      self.batch = batch
    }

    var testDescription: String {
      "\(batch) x \(shape.height)x\(shape.width), \(shape.channels) channels, stride \(shape.stride)"
    }

    /// Odd planes and channels, single rows, columns and pixels, fewer and more images than partial sums.
    static let all = [1, 2].flatMap { stride in
      [
        Case(8, 16, stride: stride, batch: 3), Case(4, 40, stride: stride, batch: 9),
        Case(7, 5, stride: stride, batch: 2),
        Case(32, 8, stride: stride, batch: 2), Case(5, 21, stride: stride, batch: 40, width: 6),
        Case(2, 24, stride: stride, batch: 33), Case(1, 9, stride: stride, batch: 1),
        Case(1, 8, stride: stride, batch: 2, width: 5), Case(6, 3, stride: stride, batch: 1, width: 1),
        Case(16, 130, stride: stride, batch: 1),
      ]
    }
  }

  @Test("Depthwise convolution and its gradients equal the definition for any number of workers", arguments: Case.all)
  func definition(_ c: Case) {
    let (kernel, naive, batch) = (c.shape, NaiveDepthwise(shape: c.shape), c.batch)
    let outputs = batch * kernel.outHeight * kernel.outWidth * kernel.channels
    let inputs = batch * kernel.height * kernel.width * kernel.channels
    let x = Workbench.random(inputs, seed: 1)
    let w = Workbench.random(kernel.weightCount, seed: 2)
    let dy = Workbench.random(outputs, seed: 3)
    let r = Workbench.random(inputs, seed: 4)
    let y = naive.forward(x, w, batch: batch)
    let dx = naive.inputGradient(dy, w, batch: batch)
    let dw = naive.weightGradient(dy, x, batch: batch)
    var bits: [[UInt32]] = []
    for workers in 1...3 {
      let bench = Workbench(workers: workers)
      let scratch = bench.scratch(kernel.scratch(batch: batch))
      let (px, pw, pdy) = (bench.buffer(x), bench.buffer(w), bench.buffer(dy))
      let (py, pdx, pdw) = (bench.buffer(count: outputs), bench.buffer(count: inputs), bench.buffer(count: dw.count))
      kernel.forward(px, weight: pw, batch: batch, into: py, scratch: scratch, pool: bench.pool)
      #expect(deviation(py, y) < 2e-6)
      kernel.inputGradient(
        pdy, weight: pw, batch: batch, into: pdx, adding: false, scratch: scratch, pool: bench.pool)
      #expect(deviation(pdx, dx) < 2e-6)
      kernel.weightGradient(pdy, x: px, batch: batch, into: pdw, scratch: scratch, pool: bench.pool)
      #expect(deviation(pdw, dw) < 2e-6)
      bits.append(
        (0..<outputs).map { py[$0].bitPattern } + (0..<inputs).map { pdx[$0].bitPattern }
          + (0..<dw.count).map { pdw[$0].bitPattern })
      let sum = bench.buffer(r)
      kernel.inputGradient(pdy, weight: pw, batch: batch, into: sum, adding: true, scratch: scratch, pool: bench.pool)
      #expect(deviation(sum, zip(dx, r).map { $0 + Double($1) }) < 2e-6)
      let beyond = [py[outputs], pdx[inputs], pdw[dw.count], sum[inputs]]
      #expect(beyond.allSatisfy { $0.isNaN }, "nothing is written after the last value")
    }
    let areEqual = bits[0] == bits[1] && bits[0] == bits[2]
    #expect(areEqual, "bits must not depend on the number of workers")
  }

  @Test("Registers of 256 and of 512 bits give the same bits and write nothing else", arguments: Case.all)
  func widths(_ c: Case) {
    #expect(bits(c, SIMD8<Float>.self) == bits(c, SIMD16<Float>.self))
  }

  /// The bits of the convolution, of both gradients, and of the values after them.
  private func bits<Group: ChannelGroup>(_ c: Case, _: Group.Type) -> [UInt32] {
    let (kernel, batch) = (c.shape, c.batch)
    let outputs = batch * kernel.outHeight * kernel.outWidth * kernel.channels
    let inputs = batch * kernel.height * kernel.width * kernel.channels
    let bench = Workbench()
    let scratch = bench.scratch(kernel.scratch(batch: batch))
    let (x, w) = (
      bench.buffer(Workbench.random(inputs, seed: 8)), bench.buffer(Workbench.random(9 * kernel.channels, seed: 9))
    )
    let (dy, sum) = (
      bench.buffer(Workbench.random(outputs, seed: 10)), bench.buffer(Workbench.random(inputs, seed: 11))
    )
    let (y, dw) = (bench.buffer(count: outputs), bench.buffer(count: kernel.weightCount))
    kernel.forward(Group.self, x, weight: w, batch: batch, into: y, scratch: scratch, pool: bench.pool)
    kernel.inputGradient(
      Group.self, dy, weight: w, batch: batch, into: sum, adding: true, scratch: scratch, pool: bench.pool)
    kernel.weightGradient(Group.self, dy, x: x, batch: batch, into: dw, scratch: scratch, pool: bench.pool)
    func bits(_ p: MutableFloats, _ count: Int) -> [UInt32] { (0...count).map { p[$0].bitPattern } }
    return bits(y, outputs) + bits(sum, inputs) + bits(dw, kernel.weightCount)
  }

  @Test("The gradients are the adjoints of the convolution: <x * w, dy> = <x, dx> = <w, dw>", arguments: Case.all)
  func adjoint(_ c: Case) {
    let (kernel, batch) = (c.shape, c.batch)
    let outputs = batch * kernel.outHeight * kernel.outWidth * kernel.channels
    let inputs = batch * kernel.height * kernel.width * kernel.channels
    let bench = Workbench()
    let scratch = bench.scratch(kernel.scratch(batch: batch))
    let (x, w) = (Workbench.random(inputs, seed: 5), Workbench.random(kernel.weightCount, seed: 6))
    let dy = Workbench.random(outputs, seed: 7)
    let (px, pw, pdy) = (bench.buffer(x), bench.buffer(w), bench.buffer(dy))
    let (y, dx, dw) = (bench.buffer(count: outputs), bench.buffer(count: inputs), bench.buffer(count: w.count))
    kernel.forward(px, weight: pw, batch: batch, into: y, scratch: scratch, pool: bench.pool)
    kernel.inputGradient(pdy, weight: pw, batch: batch, into: dx, adding: false, scratch: scratch, pool: bench.pool)
    kernel.weightGradient(pdy, x: px, batch: batch, into: dw, scratch: scratch, pool: bench.pool)
    func dot(_ a: MutableFloats, _ b: [Float]) -> Double {
      b.enumerated().reduce(0) { $0 + Double(a[$1.offset]) * Double($1.element) }
    }
    let expected = dot(y, dy)
    let scale = dy.indices.reduce(1e-6) { $0 + abs(Double(y[$1]) * Double(dy[$1])) }
    #expect(abs(dot(dx, x) - expected) < 1e-6 * scale)
    #expect(abs(dot(dw, w) - expected) < 1e-6 * scale)
  }
}
