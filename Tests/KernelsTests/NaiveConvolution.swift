import Kernels

/// The convolution by its definition, in double precision: the reference for every fast path.
struct NaiveConvolution {
  let shape: ConvolutionShape

  func forward(_ x: [Float], _ w: [Float], batch: Int) -> [Double] {
    var y = [Double](repeating: 0, count: batch * shape.outPlane * shape.output)
    forEachTap(batch) { i, o, tap in
      for c in 0..<shape.input {
        for k in 0..<shape.output {
          y[o * shape.output + k] +=
            Double(x[i * shape.input + c]) * Double(w[(tap * shape.input + c) * shape.output + k])
        }
      }
    }
    return y
  }

  func inputGradient(_ dy: [Float], _ w: [Float], batch: Int) -> [Double] {
    var dx = [Double](repeating: 0, count: batch * shape.height * shape.width * shape.input)
    forEachTap(batch) { i, o, tap in
      for c in 0..<shape.input {
        for k in 0..<shape.output {
          dx[i * shape.input + c] +=
            Double(dy[o * shape.output + k]) * Double(w[(tap * shape.input + c) * shape.output + k])
        }
      }
    }
    return dx
  }

  func weightGradient(_ dy: [Float], _ x: [Float], batch: Int) -> [Double] {
    var dw = [Double](repeating: 0, count: shape.weightCount)
    forEachTap(batch) { i, o, tap in
      for c in 0..<shape.input {
        for k in 0..<shape.output {
          dw[(tap * shape.input + c) * shape.output + k] +=
            Double(dy[o * shape.output + k]) * Double(x[i * shape.input + c])
        }
      }
    }
    return dw
  }

  /// Calls `body(input pixel, output pixel, tap)` for every pair that a tap connects.
  private func forEachTap(_ batch: Int, _ body: (Int, Int, Int) -> Void) {
    for n in 0..<batch {
      for oy in 0..<shape.outHeight {
        for ox in 0..<shape.outWidth {
          for ky in 0..<shape.kernel {
            for kx in 0..<shape.kernel {
              let y = oy * shape.stride + ky - shape.padding
              let x = ox * shape.stride + kx - shape.padding
              guard y >= 0, y < shape.height, x >= 0, x < shape.width else { continue }
              body(
                (n * shape.height + y) * shape.width + x, (n * shape.outHeight + oy) * shape.outWidth + ox,
                ky * shape.kernel + kx)
            }
          }
        }
      }
    }
  }
}
