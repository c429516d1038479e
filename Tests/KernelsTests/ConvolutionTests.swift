import Core
import Kernels
import Testing

struct ConvolutionCase: CustomTestStringConvertible, Sendable {
  let shape: ConvolutionShape
  let batch: Int

  init(_ plane: Int, _ input: Int, _ output: Int, kernel: Int = 3, stride: Int = 1, batch: Int, width: Int? = nil) {
    shape = ConvolutionShape(
      height: plane, width: width ?? plane, input: input, output: output, kernel: kernel, stride: stride)
    self.batch = batch
  }

  var testDescription: String {
    "\(batch) x \(shape.height)x\(shape.width), \(shape.input) -> \(shape.output), \(shape.kernel)x\(shape.kernel)/\(shape.stride)"
  }

  /// Odd channel counts, planes that are no multiple of a tile, one image, many images, few and many chunks.
  static let winograd = [
    ConvolutionCase(4, 16, 16, batch: 1), ConvolutionCase(4, 64, 48, batch: 9), ConvolutionCase(8, 21, 26, batch: 3),
    ConvolutionCase(5, 17, 33, batch: 2), ConvolutionCase(7, 32, 20, batch: 2, width: 6),
    ConvolutionCase(16, 20, 24, batch: 40), ConvolutionCase(32, 16, 16, batch: 13), ConvolutionCase(6, 3, 5, batch: 1),
    ConvolutionCase(8, 96, 40, batch: 64), ConvolutionCase(4, 272, 264, batch: 2),
  ]

  static let direct =
    winograd + [
      ConvolutionCase(32, 3, 16, batch: 5), ConvolutionCase(8, 16, 32, stride: 2, batch: 3),
      ConvolutionCase(9, 5, 7, stride: 2, batch: 2), ConvolutionCase(8, 16, 32, kernel: 1, stride: 2, batch: 3),
      ConvolutionCase(8, 24, 40, kernel: 1, batch: 11), ConvolutionCase(16, 24, 32, kernel: 1, batch: 7),
      ConvolutionCase(8, 112, 48, kernel: 1, batch: 30), ConvolutionCase(4, 130, 8, stride: 2, batch: 70),
    ]
}

@Suite struct ConvolutionTests {
  /// The error of single-precision sums of a few thousand products of numbers below 1, relative to the largest sum.
  static let directTolerance = 2e-6
  /// F(4x4)'s transforms increase rounding by a factor of about 10; for the weight gradient, which sums over all tiles,
  /// by more.
  static let winogradTolerance = 1e-5

  @Test("The direct convolution and its gradients equal the definition", arguments: ConvolutionCase.direct)
  func direct(_ c: ConvolutionCase) {
    let convolution = DirectConvolution(c.shape)
    check(
      c, tolerance: Self.directTolerance, scratch: convolution.scratch(batch: c.batch),
      forward: { convolution.forward($0, weight: $1, batch: c.batch, residual: $2, into: $3, scratch: $4, pool: $5) },
      inputGradient: {
        convolution.inputGradient($0, weight: $1, batch: c.batch, into: $2, adding: $3, scratch: $4, pool: $5)
      },
      weightGradient: { convolution.weightGradient($0, x: $1, batch: c.batch, into: $2, scratch: $3, pool: $4) })
  }

  @Test("Winograd's convolution and its gradients equal the definition", arguments: ConvolutionCase.winograd)
  func winograd(_ c: ConvolutionCase) {
    let convolution = WinogradConvolution(c.shape)
    check(
      c, tolerance: Self.winogradTolerance, scratch: convolution.scratch(batch: c.batch),
      forward: { convolution.forward($0, weight: $1, batch: c.batch, residual: $2, into: $3, scratch: $4, pool: $5) },
      inputGradient: {
        convolution.inputGradient($0, weight: $1, batch: c.batch, into: $2, adding: $3, scratch: $4, pool: $5)
      },
      weightGradient: { convolution.weightGradient($0, x: $1, batch: c.batch, into: $2, scratch: $3, pool: $4) })
  }

  private func check(
    _ c: ConvolutionCase, tolerance: Double, scratch need: ScratchNeed,
    forward: (Floats, Floats, Floats?, MutableFloats, Scratch, WorkerPool) -> Void,
    inputGradient: (Floats, Floats, MutableFloats, Bool, Scratch, WorkerPool) -> Void,
    weightGradient: (Floats, Floats, MutableFloats, Scratch, WorkerPool) -> Void
  ) {
    let (shape, batch) = (c.shape, c.batch)
    let naive = NaiveConvolution(shape: shape)
    let outputs = batch * shape.outPlane * shape.output
    let inputs = batch * shape.height * shape.width * shape.input
    let x = Workbench.random(inputs, seed: 1)
    let w = Workbench.random(shape.weightCount, seed: 2)
    let dy = Workbench.random(outputs, seed: 3)
    let r = Workbench.random(max(outputs, inputs), seed: 4)
    let y = naive.forward(x, w, batch: batch)
    let dx = naive.inputGradient(dy, w, batch: batch)
    let dw = naive.weightGradient(dy, x, batch: batch)
    var bits: [[UInt32]] = []
    for workers in 1...3 {
      let bench = Workbench(workers: workers)
      let scratch = bench.scratch(need)
      let (px, pw, pdy, pr) = (bench.buffer(x), bench.buffer(w), bench.buffer(dy), bench.buffer(r))
      let (py, pdx, pdw) = (bench.buffer(count: outputs), bench.buffer(count: inputs), bench.buffer(count: dw.count))
      forward(px, pw, nil, py, scratch, bench.pool)
      #expect(deviation(py, y) < tolerance)
      inputGradient(pdy, pw, pdx, false, scratch, bench.pool)
      #expect(deviation(pdx, dx) < tolerance)
      weightGradient(pdy, px, pdw, scratch, bench.pool)
      #expect(deviation(pdw, dw) < tolerance)
      bits.append(
        (0..<outputs).map { py[$0].bitPattern } + (0..<inputs).map { pdx[$0].bitPattern }
          + (0..<dw.count).map { pdw[$0].bitPattern })
      forward(px, pw, pr, py, scratch, bench.pool)
      #expect(deviation(py, zip(y, r).map { $0 + Double($1) }) < tolerance)
      let sum = bench.buffer(r)
      inputGradient(pdy, pw, sum, true, scratch, bench.pool)
      #expect(deviation(sum, zip(dx, r).map { $0 + Double($1) }) < tolerance)
    }
    let areEqual = bits[0] == bits[1] && bits[0] == bits[2]
    #expect(areEqual, "bits must not depend on the number of workers")
  }
}
