import COpenBLAS
import Core

/// Products of small matrices whose right side is stored in panels: 16 columns, row after row, `[depth, 16]`, the last
/// panel filled with zeros. Blocks of the result stay in registers, so nothing is packed, copied or cleared.
///
/// Every element is summed in the order of the depth, by fused multiply-adds, whatever the block; the previous value is
/// added last, so that sums over many blocks of a depth round like sums of sums. Therefore all builds with fused
/// multiply-adds give the same bits. Builds without them (no `-march`) call sgemm panel by panel: slower, and rounded
/// as in OpenBLAS.
///
/// Measured speeds: docs/engine.md.
enum PanelProduct {
  /// Whether this build computes the products itself. Without optimization, the loops would take a hundred times as
  /// long.
  static var isOwn: Bool { HAS_FUSED_MULTIPLY_ADD == 1 && !_isDebugAssertConfiguration() }

  /// The size of the blocks of a result that stay in registers.
  enum Blocking {
    /// 6 rows by 16 columns: twelve sums and a row of the right side fill the sixteen registers of 256 bits.
    case narrow
    /// 12 or 8 rows by 32 columns: 24 or 16 sums in the 32 registers of 512 bits. Two multiply-adds per cycle with a
    /// latency of four cycles need at least eight sums, and every factor loaded from memory serves two of them.
    case wide

    @inline(__always)
    static var forThisBuild: Blocking { Registers.have512Bits ? .wide : .narrow }
  }

  /// A left side, `[rows, depth]`.
  struct Left {
    let elements: Floats
    /// Floats between two rows; nil for a panel `[depth, 16]` of at most 16 rows.
    let rowStride: Int?

    /// Rows of `depth` floats, `stride` floats apart.
    @inline(__always)
    static func rows(_ elements: Floats, stride: Int) -> Left { Left(elements: elements, rowStride: stride) }

    /// A panel `[depth, 16]`: the transpose, in the layout of a right side.
    @inline(__always)
    static func panel(_ elements: Floats) -> Left { Left(elements: elements, rowStride: nil) }
  }

  /// A right side: `count` panels `[depth, 16]`.
  struct Right {
    let elements: Floats
    let count: Int
    /// Floats between two panels.
    let stride: Int
  }

  /// Where a product is written, `[rows, 16]` for each panel of the right side.
  struct Result {
    let elements: MutableFloats
    let rowStride: Int
    /// Floats between the results of two panels.
    let panelStride: Int
  }

  /// c = a * b, or c += a * b.
  @inline(__always)
  static func multiply(
    _ a: Left, rows: Int, depth: Int, _ b: Right, into c: Result, adding: Bool,
    blocking: Blocking = .forThisBuild
  ) {
    guard isOwn else { return multiplyBySgemm(a, rows: rows, depth: depth, b, into: c, adding: adding) }
    if let stride = a.rowStride {
      multiply(RowFactors(stride: stride), a.elements, rows, depth, b, c, adding, blocking)
    } else {
      multiply(PanelFactors(), a.elements, rows, depth, b, c, adding, blocking)
    }
  }

  /// Depth that is summed before the next panel: this much of a panel takes half of a first-level cache.
  private static let depthBlock = 256

  /// c = a * b, or c += a * b: a `[rows, depth]`, b in panels, c `[rows, columns]`, all contiguous; whole panels only.
  static func multiply(
    _ a: Floats, rows: Int, depth: Int, panels b: Floats, columns: Int, into c: MutableFloats, adding: Bool
  ) {
    precondition(columns % 16 == 0, "PanelProduct: the number of columns must be a multiple of 16, not \(columns)")
    for block in stride(from: 0, to: depth, by: depthBlock) {
      multiply(
        .rows(a + block, stride: depth), rows: rows, depth: min(depthBlock, depth - block),
        Right(elements: b + block * 16, count: columns / 16, stride: depth * 16),
        into: Result(elements: c, rowStride: columns, panelStride: 16), adding: adding || block > 0)
    }
  }

  /// Packs b `[depth, columns]` into panels; whole panels only.
  static func pack(_ b: Floats, depth: Int, columns: Int, into panels: MutableFloats, pool: WorkerPool) {
    pool.run(units: columns / 16) { panel, _ in
      let (source, out) = (b + panel * 16, panels + panel * depth * 16)
      for d in 0..<depth { store(load(source + d * columns), to: out + d * 16) }
    }
  }

  /// Packs the transpose of b `[columns, depth]` into panels; whole panels only.
  static func packTransposed(_ b: Floats, depth: Int, columns: Int, into panels: MutableFloats, pool: WorkerPool) {
    pool.run(units: columns / 16) { panel, _ in
      let (source, out) = (b + panel * 16 * depth, panels + panel * depth * 16)
      for d in 0..<depth {
        for lane in 0..<16 { out[d * 16 + lane] = source[lane * depth + d] }
      }
    }
  }

  private static func multiplyBySgemm(
    _ a: Left, rows: Int, depth: Int, _ b: Right, into c: Result, adding: Bool
  ) {
    let left: BLAS.Operand =
      if let stride = a.rowStride { .plain(a.elements, stride: stride) } else { .transposed(a.elements, stride: 16) }
    for panel in 0..<b.count {
      BLAS.multiply(
        left, .plain(b.elements + panel * b.stride, stride: 16), into: c.elements + panel * c.panelStride,
        stride: c.rowStride, m: rows, n: 16, k: depth, beta: adding ? 1 : 0)
    }
  }
}

/// How a block traverses its left side. These are types, so that known strides are constants in the machine code.
private protocol Factors {
  var rowStride: Int { get }
  static var depthStride: Int { get }
}

private struct RowFactors: Factors {
  let stride: Int
  var rowStride: Int { @inline(__always) get { stride } }
  static var depthStride: Int { 1 }
}

private struct PanelFactors: Factors {
  var rowStride: Int { @inline(__always) get { 1 } }
  static var depthStride: Int { 16 }
}

extension PanelProduct {
  /// The loop over panels is outermost: one or two panels stay in the first-level cache while the left side streams by.
  private static func multiply<A: Factors>(
    _ factors: A, _ a: Floats, _ rows: Int, _ depth: Int, _ b: Right, _ c: Result, _ adding: Bool, _ blocking: Blocking
  ) {
    var panel = 0
    if blocking == .wide {
      while panel + 2 <= b.count {
        var rest = Rest(factors, a, rows: rows, depth: depth, b, panel: panel, c, adding: adding)
        // The sixteen rows of a panel are two blocks of eight.
        if A.depthStride == 1 { rest.take(Rows12<TwoPanels>.self) }
        rest.take(Rows8<TwoPanels>.self)
        rest.take(Rows4<TwoPanels>.self)
        rest.take(OneRow<TwoPanels>.self)
        panel += 2
      }
    }
    while panel < b.count {
      var rest = Rest(factors, a, rows: rows, depth: depth, b, panel: panel, c, adding: adding)
      if blocking == .wide {
        if A.depthStride == 1 { rest.take(Rows12<OnePanel>.self) }
        rest.take(Rows8<OnePanel>.self)
      } else {
        rest.take(Rows6<OnePanel>.self)
      }
      rest.take(Rows4<OnePanel>.self)
      rest.take(OneRow<OnePanel>.self)
      panel += 1
    }
  }

  /// The rows of a product that are still to be computed for one or two panels.
  private struct Rest<A: Factors> {
    private let factors: A
    private let depth: Int
    private let panel: Floats
    private let panelStride: Int
    private let resultStride: Int
    private let resultPanelStride: Int
    private let adding: Bool
    private var rows: Int
    private var a: Floats
    private var out: MutableFloats

    @inline(__always)
    init(
      _ factors: A, _ a: Floats, rows: Int, depth: Int, _ b: Right, panel: Int, _ c: Result, adding: Bool
    ) {
      self.factors = factors
      self.a = a
      self.rows = rows
      self.depth = depth
      self.panel = b.elements + panel * b.stride
      panelStride = b.stride
      resultStride = c.rowStride
      resultPanelStride = c.panelStride
      out = c.elements + panel * c.panelStride
      self.adding = adding
    }

    /// Computes as many rows as fill blocks of this size.
    @inline(__always)
    mutating func take<Block: RegisterBlock>(_: Block.Type) {
      while rows >= Block.rows {
        compute(Block.self, factors, a, depth, panel, panelStride, out, resultStride, resultPanelStride, adding)
        a += Block.rows * factors.rowStride
        out += Block.rows * resultStride
        rows -= Block.rows
      }
    }
  }
}

@inline(never)
private func compute<Block: RegisterBlock, A: Factors>(
  _: Block.Type, _ factors: A, _ a: Floats, _ depth: Int, _ b: Floats, _ panelStride: Int, _ c: MutableFloats,
  _ rowStride: Int, _ resultPanelStride: Int, _ adding: Bool
) {
  var sums = Block.zero
  var (p, q, rest) = (a, b, depth)
  // Four steps at a time: otherwise the address arithmetic for many rows takes as long as their multiply-adds.
  while rest >= 4 {
    for step in 0..<4 {
      sums.add(
        p + step &* A.depthStride, rowStride: factors.rowStride,
        Block.Vectors(q + step &* 16, panelStride: panelStride))
    }
    p += 4 &* A.depthStride
    q += 64
    rest -= 4
  }
  while rest > 0 {
    sums.add(p, rowStride: factors.rowStride, Block.Vectors(q, panelStride: panelStride))
    p += A.depthStride
    q += 16
    rest -= 1
  }
  sums.store(to: c, rowStride: rowStride, panelStride: resultPanelStride, adding: adding)
}
