import Core

/// A 3x3 convolution with stride 1 by Winograd's F(4x4, 3x3): a quarter of the multiplications of the direct product.
///
/// Rounding: 1e-6 to 5e-6 of the largest output against 64-bit arithmetic (direct: 7e-8).
///
/// There are two ways to share the work among workers, chosen by shape and batch alone, so that bits never depend on
/// the number of workers. A unit is a chunk of tiles that goes through all three stages while it is in the second-level
/// cache; or, if there are too few chunks (4x4 planes, small batches), each stage is shared, and a unit of the middle
/// stage is one product.
package struct WinogradConvolution: ConvolutionKernel {
  package let shape: ConvolutionShape

  package init(_ shape: ConvolutionShape) {
    precondition(shape.kernel == 3 && shape.stride == 1, "WinogradConvolution: 3x3 with stride 1 only")
    self.shape = shape
  }

  package var multiplyAdds: Int { shape.multiplyAdds }

  private var grid: TileGrid { TileGrid(height: shape.height, width: shape.width) }
  private var pair: Int { shape.input.paddedToLanes + shape.output.paddedToLanes }
  /// Tiles per chunk, a multiple of the twelve or six rows of a product's blocks.
  private var chunk: Int { shape.input < 96 ? 48 : shape.input < 160 ? 60 : 120 }
  /// With fewer chunks than this, work is shared stage by stage.
  private static let fewChunks = 8
  /// Tiles transformed at a time for the weight gradient: V and M take about 2 MiB.
  private func weightChunk(_ tiles: Int) -> Int {
    Swift.min(tiles, Swift.max(128, (1 << 19) / (36 * pair)))
  }
  /// Tiles that are summed before the next panel: two panels of them fill most of a first-level cache.
  private static let weightBlock = 192

  private func isSharedByStage(_ tiles: Int) -> Bool { (tiles + chunk - 1) / chunk < WinogradConvolution.fewChunks }

  /// Floats of the transformed filters, with panels along either side.
  private var filterCount: Int {
    36 * Swift.max(shape.input * shape.output.paddedToLanes, shape.output * shape.input.paddedToLanes)
  }
  private var flippedCount: Int { (9 * shape.input * shape.output).paddedToLanes }

  package func scratch(batch: Int) -> ScratchNeed {
    let tiles = batch * grid.perImage
    let zeros = (6 * Swift.max(shape.input, shape.output) + loadSlack).paddedToLanes
    let staged = Swift.min(tiles, WinogradConvolution.fewChunks * chunk) * 36 * pair
    let weights = weightChunk(tiles) * 36 * pair
    return ScratchNeed(
      shared: zeros + filterCount + flippedCount + Swift.max(staged, weights) + loadSlack,
      perWorker: chunk * 36 * pair + loadSlack)
  }

  package func forward(
    _ x: Floats, weight w: Floats, batch: Int, residual: Floats? = nil, into y: MutableFloats, scratch: Scratch,
    pool: WorkerPool
  ) {
    let mode: OutputMode = if let residual { .plus(residual) } else { .overwriting }
    convolve(
      x, channels: shape.input, w, isRotated: false, batch: batch, outputs: shape.output, mode: mode, into: y,
      scratch: scratch, pool: pool)
  }

  /// dx = the input gradient: the same convolution of dy with rotated filters, inputs and outputs exchanged.
  package func inputGradient(
    _ dy: Floats, weight w: Floats, batch: Int, into dx: MutableFloats, adding: Bool, scratch: Scratch, pool: WorkerPool
  ) {
    convolve(
      dy, channels: shape.output, w, isRotated: true, batch: batch, outputs: shape.input,
      mode: adding ? .adding : .overwriting, into: dx, scratch: scratch, pool: pool)
  }

  private func convolve(
    _ x: Floats, channels: Int, _ w: Floats, isRotated: Bool, batch: Int, outputs: Int, mode: OutputMode,
    into y: MutableFloats, scratch: Scratch, pool: WorkerPool
  ) {
    let (zeros, u, flipped, rest) = divide(scratch.shared)
    if isRotated { exchangeInputsAndOutputs(w, into: flipped, pool: pool) }
    forEachFilterGroup(depth: channels, outputs: outputs, pool) { groups in
      winogradFilter(
        isRotated ? Floats(flipped) : w, depth: channels, outputs: outputs, groups: groups, isRotated: isRotated,
        into: u)
    }
    let grid = self.grid
    let tiles = batch * grid.perImage
    let (inStride, outStride) = (channels.paddedToLanes, outputs.paddedToLanes)
    /// One of the 36 products for `rows` tiles.
    @inline(__always)
    func product(_ e: Int, _ v: MutableFloats, _ m: MutableFloats, rows: Int, capacity: Int) {
      PanelProduct.multiply(
        .rows(v + e * capacity * inStride, stride: inStride), rows: rows, depth: channels,
        PanelProduct.Right(elements: u + e * outStride * channels, count: outStride / 16, stride: 16 * channels),
        into: PanelProduct.Result(elements: m + e * capacity * outStride, rowStride: outStride, panelStride: 16),
        adding: false)
    }
    if isSharedByStage(tiles) {
      let (v, m) = (rest, rest + tiles * 36 * inStride)
      let piece = 8
      pool.run(over: tiles, by: piece) { range, _ in
        winogradInput(
          x, grid: grid, channels: channels, tiles: range, zeros: zeros, into: v + range.lowerBound * inStride,
          layout: .rows(tiles, channels: channels))
      }
      pool.run(units: 36) { e, _ in product(e, v, m, rows: tiles, capacity: tiles) }
      pool.run(over: tiles, by: piece) { range, _ in
        winogradOutput(
          m + range.lowerBound * outStride, grid: grid, channels: outputs, tiles: range, rowStride: outStride,
          elementStride: tiles * outStride, mode: mode, into: y)
      }
    } else {
      let chunk = self.chunk
      pool.run(over: tiles, by: chunk) { range, worker in
        let v = scratch.own(worker)
        let m = v + chunk * 36 * inStride
        winogradInput(
          x, grid: grid, channels: channels, tiles: range, zeros: zeros, into: v,
          layout: .rows(chunk, channels: channels))
        for e in 0..<36 { product(e, v, m, rows: range.count, capacity: chunk) }
        winogradOutput(
          m, grid: grid, channels: outputs, tiles: range, rowStride: outStride, elementStride: chunk * outStride,
          mode: mode, into: y)
      }
    }
  }

  /// dw = the weight gradient, overwritten: dU = sum over tiles of V^T (A dY A^T), dw = G^T dU G. A unit is one of the
  /// 36 products, which adds its chunks of tiles in order.
  package func weightGradient(
    _ dy: Floats, x: Floats, batch: Int, into dw: MutableFloats, scratch: Scratch, pool: WorkerPool
  ) {
    let (zeros, du, _, rest) = divide(scratch.shared)
    let grid = self.grid
    let tiles = batch * grid.perImage
    let (c, k) = (shape.input, shape.output)
    let (inStride, outStride) = (c.paddedToLanes, k.paddedToLanes)
    let chunk = weightChunk(tiles)
    let (v, m) = (rest, rest + chunk * 36 * inStride)
    var first = 0
    while first < tiles {
      let range = first..<Swift.min(tiles, first + chunk)
      pool.run(over: range.count, by: Swift.max(8, 1024 / pair)) { piece, _ in
        let part = first + piece.lowerBound..<first + piece.upperBound
        winogradInput(
          x, grid: grid, channels: c, tiles: part, zeros: zeros, into: v + piece.lowerBound * 16,
          layout: .panels(chunk, channels: c))
        winogradGradient(
          dy, grid: grid, channels: k, tiles: part, zeros: zeros, into: m + piece.lowerBound * 16,
          layout: .panels(chunk, channels: k))
      }
      pool.run(units: 36) { e, _ in
        let (ve, me) = (v + e * chunk * inStride, m + e * chunk * outStride)
        for block in stride(from: 0, to: range.count, by: WinogradConvolution.weightBlock) {
          let depth = Swift.min(WinogradConvolution.weightBlock, range.count - block)
          // Two panels of outputs meet all panels of inputs while they are in the first-level cache.
          for o in stride(from: 0, to: outStride, by: 32) {
            let outputs = PanelProduct.Right(
              elements: me + o * chunk + block * 16, count: Swift.min(2, (outStride - o) / 16), stride: 16 * chunk)
            for i in stride(from: 0, to: c, by: 16) {
              PanelProduct.multiply(
                .panel(ve + i * chunk + block * 16), rows: Swift.min(16, c - i), depth: depth, outputs,
                into: PanelProduct.Result(
                  elements: du + (e * outStride + o) * c + i * 16, rowStride: 16, panelStride: 16 * c),
                adding: first + block > 0)
            }
          }
        }
      }
      first = range.upperBound
    }
    forEachFilterGroup(depth: c, outputs: k, pool) { groups in
      winogradFilterGradient(du, depth: c, outputs: k, groups: groups, into: dw)
    }
  }

  /// w `[9, C, K]` to `[9, K, C]`, in blocks that stay in the cache.
  private func exchangeInputsAndOutputs(_ w: Floats, into flipped: MutableFloats, pool: WorkerPool) {
    let (c, k, block) = (shape.input, shape.output, 16)
    let blocks = (c + block - 1) / block
    pool.run(units: 9 * blocks) { unit, _ in
      let (tap, rows) = (unit / blocks, unit % blocks * block..<Swift.min(c, (unit % blocks + 1) * block))
      let (source, out) = (w + tap * c * k, flipped + tap * c * k)
      for first in stride(from: 0, to: k, by: block) {
        for o in first..<Swift.min(k, first + block) {
          for i in rows { out[o * c + i] = source[i * k + o] }
        }
      }
    }
  }

  /// Calls `body` with groups of 16 filters, numbered as in `winogradFilter`, in parallel.
  private func forEachFilterGroup(depth: Int, outputs: Int, _ pool: WorkerPool, _ body: (Range<Int>) -> Void) {
    pool.run(over: depth * outputs.paddedToLanes / 16, by: 128) { groups, _ in body(groups) }
  }

  /// Zeros for the values outside the plane, the transformed filters, filters with inputs and outputs exchanged, the
  /// rest.
  private func divide(_ shared: MutableFloats) -> (
    zeros: Floats, filters: MutableFloats, flipped: MutableFloats, rest: MutableFloats
  ) {
    let zeros = (6 * Swift.max(shape.input, shape.output) + loadSlack).paddedToLanes
    shared.update(repeating: 0, count: zeros)
    let filters = shared + zeros
    let flipped = filters + filterCount
    return (Floats(shared), filters, flipped, flipped + flippedCount)
  }
}
