import Benchmark
import Core
import Kernels

/// A layer of one of the models at its usual batch size.
struct Layer {
  let name: String
  let shape: ConvolutionShape
  let batch: Int

  init(_ name: String, _ plane: Int, _ input: Int, _ output: Int, stride: Int = 1, kernel: Int = 3, batch: Int = 128) {
    self.name = name
    shape = ConvolutionShape(
      height: plane, width: plane, input: input, output: output, kernel: kernel, stride: stride)
    self.batch = batch
  }

  static let all = [
    Layer("stem 3-64", 32, 3, 64), Layer("resnet18 64", 32, 64, 64), Layer("resnet18 128", 16, 128, 128),
    Layer("resnet18 256", 8, 256, 256), Layer("resnet18 512", 4, 512, 512),
    Layer("resnet18 64-128/2", 32, 64, 128, stride: 2), Layer("resnet18 128-256/2", 16, 128, 256, stride: 2),
    Layer("resnet18 256-512/2", 8, 256, 512, stride: 2), Layer("shortcut 64-128/2", 32, 64, 128, stride: 2, kernel: 1),
    Layer("stem 3-16", 32, 3, 16), Layer("width16 16", 32, 16, 16), Layer("width16 32", 16, 32, 32),
    Layer("width16 64", 8, 64, 64), Layer("width16 128", 4, 128, 128),
    Layer("width16 16-32/2", 32, 16, 32, stride: 2), Layer("wrn28-10 160", 32, 160, 160, batch: 32),
    Layer("wrn28-10 320", 16, 320, 320, batch: 32), Layer("wrn28-10 640", 8, 640, 640, batch: 32),
    Layer("pyramid 61-63", 32, 61, 63, batch: 32),
  ]
}

/// Buffers of one layer, and the kernel that the engine would use.
final class LayerBench {
  private let layer: Layer
  private let pool: WorkerPool
  private let (x, y, w, dw, memory): (MutableFloats, MutableFloats, MutableFloats, MutableFloats, MutableFloats)
  private let scratch: Scratch
  private let winograd: WinogradConvolution?
  private let direct: DirectConvolution

  init(_ layer: Layer, workers: Int, isWinograd: Bool) {
    self.layer = layer
    let (shape, batch) = (layer.shape, layer.batch)
    pool = WorkerPool(workers: workers)
    winograd = isWinograd ? WinogradConvolution(shape) : nil
    direct = DirectConvolution(shape)
    let need = winograd?.scratch(batch: batch) ?? direct.scratch(batch: batch)
    func floats(_ count: Int) -> MutableFloats {
      let p = UnsafeMutableRawPointer.allocate(byteCount: (count + loadSlack) * 4, alignment: 64)
        .bindMemory(to: Float.self, capacity: count + loadSlack)
      for i in 0..<count + loadSlack { p[i] = Float(i % 17) / 17 - 0.5 }
      return p
    }
    x = floats(batch * shape.height * shape.width * shape.input)
    y = floats(batch * shape.outPlane * shape.output)
    w = floats(shape.weightCount)
    dw = floats(shape.weightCount)
    memory = floats(need.shared + need.perWorker * workers)
    scratch = Scratch(
      shared: memory, perWorker: memory + need.shared, count: need.perWorker, sums: .allocate(capacity: 1))
  }

  deinit {
    for p in [x, y, w, dw, memory] { UnsafeMutableRawPointer(p).deallocate() }
    scratch.sums.deallocate()
  }

  func forward() {
    if let winograd {
      winograd.forward(x, weight: w, batch: layer.batch, into: y, scratch: scratch, pool: pool)
    } else {
      direct.forward(x, weight: w, batch: layer.batch, into: y, scratch: scratch, pool: pool)
    }
  }

  func inputGradient() {
    if let winograd {
      winograd.inputGradient(y, weight: w, batch: layer.batch, into: x, adding: false, scratch: scratch, pool: pool)
    } else {
      direct.inputGradient(y, weight: w, batch: layer.batch, into: x, adding: false, scratch: scratch, pool: pool)
    }
  }

  func weightGradient() {
    if let winograd {
      winograd.weightGradient(y, x: x, batch: layer.batch, into: dw, scratch: scratch, pool: pool)
    } else {
      direct.weightGradient(y, x: x, batch: layer.batch, into: dw, scratch: scratch, pool: pool)
    }
  }
}
