import Core

/// The reference convolution: unfolds the input into the windows of the output pixels, then computes one product. Any
/// kernel size and stride.
package struct DirectConvolution: ConvolutionKernel {
  package let shape: ConvolutionShape

  package init(_ shape: ConvolutionShape) { self.shape = shape }

  package var multiplyAdds: Int { shape.multiplyAdds }

  /// Output pixels per unit of the forward pass: their unfolded rows take about 256 KiB, but at least 256 of them share
  /// one packing of the weights (32 took a tenth longer at 256 channels).
  private var rowsPerUnit: Int {
    shape.isPointwise ? 512 : Swift.max(256, Swift.min(1024, (64 << 10) / shape.columns))
  }
  /// Images per unit of the input gradient: at least 256 rows, because each product reads all weights.
  private var imagesPerUnit: Int { Swift.max(1, (256 + shape.outPlane - 1) / shape.outPlane) }
  /// Output pixels unfolded at a time for the weight gradient: about 4 MiB.
  private func rowsPerChunk(_ rows: Int) -> Int {
    Swift.min(rows, Swift.max(256, (1 << 20) / shape.columns))
  }

  /// Whether the columns of a product fill whole panels, so that `PanelProduct` computes it: a fifth faster than sgemm
  /// even for these large matrices.
  private static func isInPanels(_ columns: Int) -> Bool { PanelProduct.isOwn && columns % 16 == 0 }

  package func scratch(batch: Int) -> ScratchNeed {
    // For the weight gradient: a block of columns and one of outputs.
    let panels =
      (DirectConvolution.columnBlock + DirectConvolution.outputBlock) / 16 * DirectConvolution.panelStride
    if shape.isPointwise {
      let sums = slices(batch * shape.outPlane) * shape.weightCount
      return ScratchNeed(shared: Swift.max(shape.weightCount, sums) + loadSlack, perWorker: panels)
    }
    let unfolded = Swift.max(rowsPerUnit, Swift.min(256, imagesPerUnit * shape.outPlane)) * shape.columns
    return ScratchNeed(
      shared: Swift.max(rowsPerChunk(batch * shape.outPlane) * shape.columns, shape.weightCount) + loadSlack,
      perWorker: Swift.max(unfolded + loadSlack, panels))
  }

  package func forward(
    _ x: Floats, weight w: Floats, batch: Int, residual: Floats? = nil, into y: MutableFloats, scratch: Scratch,
    pool: WorkerPool
  ) {
    let rows = batch * shape.outPlane
    let (columns, k) = (shape.columns, shape.output)
    let panels = scratch.shared
    let isInPanels = DirectConvolution.isInPanels(k)
    if isInPanels { PanelProduct.pack(w, depth: columns, columns: k, into: panels, pool: pool) }
    pool.run(over: rows, by: rowsPerUnit) { range, worker in
      let out = y + range.lowerBound * k
      if let residual { out.update(from: residual + range.lowerBound * k, count: range.count * k) }
      let unfolded: Floats
      if shape.isPointwise {
        unfolded = x + range.lowerBound * columns
      } else {
        unfold(x, rows: range, into: scratch.own(worker))
        unfolded = Floats(scratch.own(worker))
      }
      if isInPanels {
        PanelProduct.multiply(
          unfolded, rows: range.count, depth: columns, panels: panels, columns: k, into: out, adding: residual != nil)
      } else {
        BLAS.multiply(
          .plain(unfolded, stride: columns), .plain(w, stride: k), into: out, stride: k, m: range.count, n: k,
          k: columns, beta: residual == nil ? 0 : 1)
      }
    }
  }

  package func inputGradient(
    _ dy: Floats, weight w: Floats, batch: Int, into dx: MutableFloats, adding: Bool, scratch: Scratch, pool: WorkerPool
  ) {
    let (columns, k, plane) = (shape.columns, shape.output, shape.outPlane)
    let panels = scratch.shared
    let isInPanels = DirectConvolution.isInPanels(columns)
    if isInPanels { PanelProduct.packTransposed(w, depth: k, columns: columns, into: panels, pool: pool) }
    /// out = dy * w^T for some output pixels: the contribution of each to the gradient of its window.
    @inline(__always)
    func product(_ rows: Range<Int>, into out: MutableFloats, adding: Bool) {
      let d = dy + rows.lowerBound * k
      if isInPanels {
        PanelProduct.multiply(
          d, rows: rows.count, depth: k, panels: panels, columns: columns, into: out, adding: adding)
      } else {
        BLAS.multiply(
          .plain(d, stride: k), .transposed(w, stride: k), into: out, stride: columns, m: rows.count, n: columns, k: k,
          beta: adding ? 1 : 0)
      }
    }
    if shape.isPointwise {
      pool.run(over: batch * plane, by: rowsPerUnit) { range, _ in
        product(range, into: dx + range.lowerBound * columns, adding: adding)
      }
      return
    }
    let image = shape.height * shape.width * shape.input
    pool.run(over: batch, by: imagesPerUnit) { images, worker in
      if !adding { (dx + images.lowerBound * image).update(repeating: 0, count: images.count * image) }
      let folded = scratch.own(worker)
      let end = images.upperBound * plane
      var first = images.lowerBound * plane
      while first < end {
        let range = first..<Swift.min(end, first + 256)
        product(range, into: folded, adding: false)
        fold(folded, rows: range, addingTo: dx)
        first = range.upperBound
      }
    }
  }

  package func weightGradient(
    _ dy: Floats, x: Floats, batch: Int, into dw: MutableFloats, scratch: Scratch, pool: WorkerPool
  ) {
    let rows = batch * shape.outPlane
    let (columns, k) = (shape.columns, shape.output)
    let slices = slices(rows)
    if slices > 1 { return sumSlices(slices, dy, x: x, rows: rows, into: dw, sums: scratch, pool: pool) }
    // Units are blocks of dw, so that no sums over units are needed: 96 columns and, if these are few, slices of the
    // outputs in whole panels.
    let columnBlock = DirectConvolution.columnBlock
    let columnBlocks = (columns + columnBlock - 1) / columnBlock
    let outputBlocks = Swift.max(1, Swift.min(k / 16, (7 + columnBlocks) / columnBlocks))
    let outputBlock = ((k + outputBlocks - 1) / outputBlocks).paddedToLanes
    let isInPanels = DirectConvolution.isInPanels(k)
    let chunk = shape.isPointwise ? rows : rowsPerChunk(rows)
    var first = 0
    while first < rows {
      let range = first..<Swift.min(rows, first + chunk)
      let unfolded: Floats
      if shape.isPointwise {
        unfolded = x
      } else {
        pool.run(over: range.count, by: 64) { piece, _ in
          unfold(
            x, rows: range.lowerBound + piece.lowerBound..<range.lowerBound + piece.upperBound,
            into: scratch.shared + piece.lowerBound * columns)
        }
        unfolded = Floats(scratch.shared)
      }
      let gradient = dy + range.lowerBound * k
      pool.run(units: columnBlocks * outputBlocks) { unit, worker in
        let (c, o) = (unit / outputBlocks * columnBlock, unit % outputBlocks * outputBlock)
        guard o < k else { return }
        let (cs, os) = (c..<Swift.min(columns, c + columnBlock), o..<Swift.min(k, o + outputBlock))
        if isInPanels {
          addProduct(
            unfolded, gradient, rows: range.count, columns: cs, outputs: os, into: dw, adding: first > 0,
            panels: scratch.own(worker))
        } else {
          BLAS.multiply(
            .transposed(unfolded + c, stride: columns), .plain(gradient + o, stride: k), into: dw + c * k + o,
            stride: k, m: cs.count, n: os.count, k: range.count, beta: first == 0 ? 0 : 1)
        }
      }
      first = range.upperBound
    }
  }

  /// The number of units that share the rows of a weight gradient, each with its own sum; 1 if they share blocks of dw.
  /// If dw is small and has many rows, blocks would read all activations again and again: three times as long for 32 to
  /// 64 channels.
  private func slices(_ rows: Int) -> Int {
    let most = 8
    guard shape.isPointwise, DirectConvolution.isInPanels(shape.output), shape.weightCount <= 1 << 17 else { return 1 }
    return rows >= most * DirectConvolution.depthBlock ? most : 1
  }

  private func sumSlices(
    _ slices: Int, _ dy: Floats, x: Floats, rows: Int, into dw: MutableFloats, sums scratch: Scratch, pool: WorkerPool
  ) {
    let (columns, k, count) = (shape.columns, shape.output, shape.weightCount)
    let rowsPerSlice = (rows + slices - 1) / slices
    pool.run(units: slices) { slice, worker in
      let range = slice * rowsPerSlice..<Swift.min(rows, (slice + 1) * rowsPerSlice)
      for c in stride(from: 0, to: columns, by: DirectConvolution.columnBlock) {
        addProduct(
          x + range.lowerBound * columns, dy + range.lowerBound * k, rows: range.count,
          columns: c..<Swift.min(columns, c + DirectConvolution.columnBlock), outputs: 0..<k,
          into: scratch.shared + slice * count, adding: false, panels: scratch.own(worker))
      }
    }
    pool.run(over: count, by: 4096) { piece, _ in
      for i in stride(from: piece.lowerBound, to: piece.upperBound, by: 16) {
        var sum = load(scratch.shared + i)
        for slice in 1..<slices { sum += load(scratch.shared + slice * count + i) }
        store(sum, to: dw + i)
      }
    }
  }

  private static let columnBlock = 96
  /// Outputs packed at a time.
  private static let outputBlock = 128
  /// Rows packed and summed at a time: both blocks fill a third of a second-level cache, two panels most of a
  /// first-level cache.
  private static let depthBlock = 192
  /// Floats between two panels: one row more than a panel holds, because 192 rows are a multiple of 4 KiB and the same
  /// row of all panels would fall into one set of the first-level cache.
  private static let panelStride = (depthBlock + 1) * 16

  /// A block of dw, columns by outputs: x^T * dy over all rows, with both sides packed into panels first. (Without
  /// packing, rows of 2^n channels would fall into a few sets of the cache.)
  private func addProduct(
    _ x: Floats, _ dy: Floats, rows: Int, columns: Range<Int>, outputs: Range<Int>, into dw: MutableFloats,
    adding: Bool, panels left: MutableFloats
  ) {
    let (k, block) = (shape.output, DirectConvolution.depthBlock)
    let panelStride = DirectConvolution.panelStride
    let right = left + DirectConvolution.columnBlock / 16 * panelStride
    for first in stride(from: 0, to: rows, by: block) {
      let depth = Swift.min(block, rows - first)
      pack(x + first * shape.columns, columns, stride: shape.columns, depth: depth, into: left)
      for start in stride(from: outputs.lowerBound, to: outputs.upperBound, by: DirectConvolution.outputBlock) {
        let some = start..<Swift.min(outputs.upperBound, start + DirectConvolution.outputBlock)
        pack(dy + first * k, some, stride: k, depth: depth, into: right)
        for o in stride(from: 0, to: some.count, by: 32) {
          let panels = PanelProduct.Right(
            elements: right + o / 16 * panelStride, count: Swift.min(2, (some.count - o + 15) / 16), stride: panelStride
          )
          for c in stride(from: 0, to: columns.count, by: 16) {
            PanelProduct.multiply(
              .panel(left + c / 16 * panelStride), rows: Swift.min(16, columns.count - c), depth: depth, panels,
              into: PanelProduct.Result(
                elements: dw + (columns.lowerBound + c) * k + start + o, rowStride: k, panelStride: 16),
              adding: adding || first > 0)
          }
        }
      }
    }
  }

  /// Packs some columns of `depth` rows into panels of 16, row by row so that memory is read in order.
  @inline(__always)
  private func pack(_ source: Floats, _ columns: Range<Int>, stride: Int, depth: Int, into panels: MutableFloats) {
    for d in 0..<depth {
      var (p, q) = (source + d * stride + columns.lowerBound, panels + d * 16)
      for _ in 0..<(columns.count + 15) / 16 {
        store(load(p), to: q)
        p += 16
        q += DirectConvolution.panelStride
      }
    }
  }

  /// Rows of the unfolded input: row r is output pixel r of the batch, its columns `[kernel, kernel, C]`, zero outside.
  func unfold(_ x: Floats, rows: Range<Int>, into unfolded: MutableFloats) {
    let (kernel, c, width) = (shape.kernel, shape.input, shape.width)
    var out = unfolded
    forEachPixel(rows) { image, top, left in
      let (from, to) = (Swift.max(0, -left), Swift.min(kernel, width - left))
      for ky in 0..<kernel {
        let y = top + ky
        if y < 0 || y >= shape.height {
          out.update(repeating: 0, count: kernel * c)
        } else {
          if from > 0 { out.update(repeating: 0, count: from * c) }
          let source = x + ((image * shape.height + y) * width + left + from) * c
          (out + from * c).update(from: source, count: (to - from) * c)
          if to < kernel { (out + to * c).update(repeating: 0, count: (kernel - to) * c) }
        }
        out += kernel * c
      }
    }
  }

  /// The transpose of `unfold`: adds each column to the pixel it came from.
  func fold(_ folded: Floats, rows: Range<Int>, addingTo dx: MutableFloats) {
    let (kernel, c, width) = (shape.kernel, shape.input, shape.width)
    var source = folded
    forEachPixel(rows) { image, top, left in
      let (from, to) = (Swift.max(0, -left), Swift.min(kernel, width - left))
      for ky in 0..<kernel {
        let y = top + ky
        if y >= 0 && y < shape.height {
          let out = dx + ((image * shape.height + y) * width + left + from) * c
          let p = source + from * c
          for i in 0..<(to - from) * c { out[i] += p[i] }
        }
        source += kernel * c
      }
    }
  }

  /// Calls `body(image, top, left)` with the input corner of each output pixel's window.
  @inline(__always)
  private func forEachPixel(_ rows: Range<Int>, _ body: (_ image: Int, _ top: Int, _ left: Int) -> Void) {
    let (plane, outWidth, stride, padding) = (shape.outPlane, shape.outWidth, shape.stride, shape.padding)
    var image = rows.lowerBound / plane
    var row = rows.lowerBound % plane / outWidth
    var column = rows.lowerBound % outWidth
    for _ in rows {
      body(image, row * stride - padding, column * stride - padding)
      column += 1
      if column == outWidth {
        column = 0
        row += 1
        if row == shape.outHeight {
          row = 0
          image += 1
        }
      }
    }
  }
}
