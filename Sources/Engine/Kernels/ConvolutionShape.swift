import Core

/// A square convolution without bias, padded by (kernel - 1) / 2: x `[N, H * W, C]` ->
/// y `[N, outHeight * outWidth, K]`, weight `[kernel, kernel, C, K]`.
package struct ConvolutionShape: Hashable, Sendable {
  package let height: Int
  package let width: Int
  /// Channels C and K.
  package let input: Int
  package let output: Int
  package let kernel: Int
  package let stride: Int

  package init(height: Int, width: Int, input: Int, output: Int, kernel: Int, stride: Int) {
    self.height = height
    self.width = width
    self.input = input
    self.output = output
    self.kernel = kernel
    self.stride = stride
  }

  package var padding: Int { (kernel - 1) / 2 }
  package var outHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
  package var outWidth: Int { (width + 2 * padding - kernel) / stride + 1 }
  /// Rows of the product for one image: output pixels.
  package var outPlane: Int { outHeight * outWidth }
  /// Columns of the unfolded input: the values in the window of one output pixel.
  package var columns: Int { kernel * kernel * input }
  package var weightCount: Int { columns * output }
  package var multiplyAdds: Int { outPlane * weightCount }
  /// Whether the activations need no unfolding: a 1x1 convolution with stride 1.
  var isPointwise: Bool { kernel == 1 && stride == 1 }
}

/// The kernels of one convolution. Work is divided by shape and batch alone, so the bits do not depend on the number of
/// workers.
package protocol ConvolutionKernel: Sendable {
  var multiplyAdds: Int { get }
  func scratch(batch: Int) -> ScratchNeed
  /// y = x * w, plus `residual` where given.
  func forward(
    _ x: Floats, weight w: Floats, batch: Int, residual: Floats?, into y: MutableFloats, scratch: Scratch,
    pool: WorkerPool)
  /// dx = the input gradient; overwritten or, with `adding`, added to.
  func inputGradient(
    _ dy: Floats, weight w: Floats, batch: Int, into dx: MutableFloats, adding: Bool, scratch: Scratch,
    pool: WorkerPool)
  /// dw = the weight gradient, overwritten.
  func weightGradient(
    _ dy: Floats, x: Floats, batch: Int, into dw: MutableFloats, scratch: Scratch, pool: WorkerPool)
}

/// Scratch memory of a network, shared by its layers. Its contents do not outlive a kernel call.
package struct Scratch {
  /// Used by all workers together.
  package let shared: MutableFloats
  private let own: MutableFloats
  private let ownCount: Int
  /// Partial sums for batch norm.
  package let sums: UnsafeMutablePointer<Double>

  package init(shared: MutableFloats, perWorker own: MutableFloats, count: Int, sums: UnsafeMutablePointer<Double>) {
    self.shared = shared
    self.own = own
    self.ownCount = count
    self.sums = sums
  }

  @inline(__always)
  package func own(_ worker: Int) -> MutableFloats { own + worker * ownCount }
}

/// Scratch memory that a kernel needs, in floats.
package struct ScratchNeed: Hashable, Sendable {
  package var shared: Int
  package var perWorker: Int

  package init(shared: Int = 0, perWorker: Int = 0) {
    self.shared = shared
    self.perWorker = perWorker
  }

  package func union(_ other: ScratchNeed) -> ScratchNeed {
    ScratchNeed(shared: Swift.max(shared, other.shared), perWorker: Swift.max(perWorker, other.perWorker))
  }
}
