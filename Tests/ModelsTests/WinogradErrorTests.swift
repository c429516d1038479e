import Configuration
import Core
import Kernels
import Models
import Networks
import Testing

extension Node {
  /// The shapes of all convolutions that Winograd computes, and the plane and channels the node ends in.
  fileprivate func winogradShapes(from input: Shape, into shapes: inout Set<ConvolutionShape>) -> Shape {
    switch self {
    case .convolution(_, let kernel, let stride, let output, _):
      let shape = ConvolutionShape(
        height: input.height, width: input.width, input: input.channels, output: output, kernel: kernel, stride: stride
      )
      if kernel == 3 && stride == 1 && input.channels >= 16 { shapes.insert(shape) }
      return Shape(height: shape.outHeight, width: shape.outWidth, channels: output)
    case .depthwise(_, let stride, _):
      return Shape(
        height: (input.height - 1) / stride + 1, width: (input.width - 1) / stride + 1, channels: input.channels)
    case .quantized(let layer, _, _): return layer.winogradShapes(from: input, into: &shapes)
    case .batchNorm, .relu: return input
    case .averagePool(let size):
      return Shape(height: input.height / size, width: input.width / size, channels: input.channels)
    case .globalAveragePool: return Shape(height: 1, width: 1, channels: input.channels)
    case .linear(_, let output, _, _): return Shape(height: 1, width: 1, channels: output)
    case .sequence(let nodes): return nodes.reduce(input) { $1.winogradShapes(from: $0, into: &shapes) }
    case .sum(let main, let shortcut):
      _ = shortcut.winogradShapes(from: input, into: &shapes)
      return main.winogradShapes(from: input, into: &shapes)
    }
  }
}

@Suite struct WinogradErrorTests {
  /// Every layer shape of the paper's networks. The reference sums in double precision, at some output pixels: corners,
  /// edges and the inside.
  @Test("Winograd is within 1e-5 of the largest output", arguments: ["resnet", "wide-resnet", "pyramidnet"])
  func error(_ name: String) throws {
    let model = try #require(ModelCatalogue.named(name))
    var shapes: Set<ConvolutionShape> = []
    let image = Shape(height: 32, width: 32, channels: 3)
    _ = model.node(try Settings(model.settings, given: [:], owner: "model"), input: image, classes: 10)
      .winogradShapes(from: image, into: &shapes)
    #expect(!shapes.isEmpty)
    let pool = WorkerPool(workers: 2)
    for shape in shapes { #expect(WinogradErrorTests.error(shape, pool: pool) < 1e-5, "\(shape)") }
  }

  /// The largest deviation relative to the largest output, for standard normal inputs and weights.
  private static func error(_ shape: ConvolutionShape, pool: WorkerPool) -> Double {
    let (batch, plane) = (2, shape.outPlane)
    let winograd = WinogradConvolution(shape)
    let need = winograd.scratch(batch: batch)
    func buffer(_ count: Int) -> MutableFloats {
      let p = MutableFloats.allocate(capacity: count + loadSlack)
      p.initialize(repeating: 0, count: count + loadSlack)
      return p
    }
    let x = buffer(batch * plane * shape.input)
    let w = buffer(shape.weightCount)
    let y = buffer(batch * plane * shape.output)
    let (shared, own) = (buffer(need.shared), buffer(need.perWorker * pool.workers))
    let sums = UnsafeMutablePointer<Double>.allocate(capacity: 1)
    defer {
      for p in [x, w, y, shared, own] { p.deallocate() }
      sums.deallocate()
    }
    var stream = RandomStream(seed: 1, purpose: .generation)
    for i in 0..<batch * plane * shape.input { x[i] = Float(stream.normal()) }
    for i in 0..<shape.weightCount { w[i] = Float(stream.normal()) }
    winograd.forward(
      x, weight: w, batch: batch, into: y,
      scratch: Scratch(shared: shared, perWorker: own, count: need.perWorker, sums: sums), pool: pool)
    var (worst, largest) = (0.0, 0.0)
    for i in 0..<batch * plane * shape.output { largest = max(largest, abs(Double(y[i]))) }
    var exact = [Double](repeating: 0, count: shape.output)
    for pixel in [0, shape.width - 1, shape.width * (shape.height / 2) + shape.width / 2, plane - 1, plane + 5] {
      let (image, place) = pixel.quotientAndRemainder(dividingBy: plane)
      let (row, column) = place.quotientAndRemainder(dividingBy: shape.width)
      for k in 0..<shape.output { exact[k] = 0 }
      for tap in 0..<9 {
        let (i, j) = (row + tap / 3 - 1, column + tap % 3 - 1)
        guard i >= 0, i < shape.height, j >= 0, j < shape.width else { continue }
        for c in 0..<shape.input {
          let value = Double(x[((image * shape.height + i) * shape.width + j) * shape.input + c])
          let row = w + (tap * shape.input + c) * shape.output
          for k in 0..<shape.output { exact[k] += value * Double(row[k]) }
        }
      }
      for k in 0..<shape.output { worst = max(worst, abs(Double(y[pixel * shape.output + k]) - exact[k])) }
    }
    return worst / largest
  }
}
