import COpenBLAS
import Tensors

/// Products of small matrices whose right side stands in panels: 16 columns, row after row, `[depth, 16]`, the last panel
/// filled with zeros. Six rows of a panel of the result stay in registers, so nothing is packed, copied or cleared.
///
/// Per core of a Zen 3, in GFLOP/s (peak 100), for 36 products of 48 rows: 16 channels 80 where sgemm reaches 29, 64
/// channels 92 (63), 256 channels 87 (77).
///
/// Every element is summed in the order of the depth, by fused multiply-adds; what is added to is added last, so that sums
/// over many blocks of a depth round like sums of sums. Builds that may not use the CPU's (no
/// `-march`) call sgemm panel by panel: slower, and rounded as OpenBLAS does.
enum PanelProduct {
  /// Whether this build computes the products itself. Unoptimised, the loops would take a hundred times as long.
  static var isOwn: Bool { HAS_FUSED_MULTIPLY_ADD == 1 && !_isDebugAssertConfiguration() }

  /// A left side; its element (row, depth) stands at `row * rowStride + depth * depthStride`.
  struct Left {
    let elements: Floats
    let rowStride: Int
    let depthStride: Int
  }

  /// c = a * b, or c += a * b, for one panel: c `[rows, 16]`, a `[rows, depth]`, b `[depth, 16]`.
  ///
  /// - Parameter rowStride: floats between two rows of c.
  @inline(__always)
  static func multiply(
    _ a: Left, rows: Int, depth: Int, panel b: Floats, into c: MutableFloats, rowStride: Int, adding: Bool
  ) {
    guard isOwn else {
      // The strides say which way a stands: sgemm wants one of them to be 1.
      let left: BLAS.Operand =
        a.depthStride == 1
        ? .plain(a.elements, stride: a.rowStride) : .transposed(a.elements, stride: a.depthStride)
      BLAS.multiply(
        left, .plain(b, stride: 16), into: c, stride: rowStride, m: rows, n: 16, k: depth, beta: adding ? 1 : 0)
      return
    }
    var row = 0
    while row + 6 <= rows {
      six(a, row: row, depth: depth, b, c, rowStride, adding)
      row += 6
    }
    if row + 4 <= rows {
      four(a, row: row, depth: depth, b, c, rowStride, adding)
      row += 4
    }
    while row < rows {
      one(a, row: row, depth: depth, b, c, rowStride, adding)
      row += 1
    }
  }

  /// Depth that is summed over before the next panel's turn: a panel of it takes half of a first-level cache.
  private static let depthBlock = 256

  /// c = a * b, or c += a * b: a `[rows, depth]`, b in panels, c `[rows, columns]`, all without gaps; whole panels only.
  static func multiply(
    _ a: Floats, rows: Int, depth: Int, panels b: Floats, columns: Int, into c: MutableFloats, adding: Bool
  ) {
    precondition(columns % 16 == 0, "PanelProduct: \(columns) columns do not fill panels of 16")
    for block in stride(from: 0, to: depth, by: depthBlock) {
      let left = Left(elements: a + block, rowStride: depth, depthStride: 1)
      for first in stride(from: 0, to: columns, by: 16) {
        multiply(
          left, rows: rows, depth: min(depthBlock, depth - block), panel: b + first * depth + block * 16,
          into: c + first, rowStride: columns, adding: adding || block > 0)
      }
    }
  }

  /// Panels of b `[depth, columns]`; whole panels only.
  static func pack(_ b: Floats, depth: Int, columns: Int, into panels: MutableFloats, pool: WorkerPool) {
    pool.run(units: columns / 16) { panel, _ in
      let (source, out) = (b + panel * 16, panels + panel * depth * 16)
      for d in 0..<depth { store(load(source + d * columns), to: out + d * 16) }
    }
  }

  /// Panels of the transpose of b `[columns, depth]`; whole panels only.
  static func packTransposed(_ b: Floats, depth: Int, columns: Int, into panels: MutableFloats, pool: WorkerPool) {
    pool.run(units: columns / 16) { panel, _ in
      let (source, out) = (b + panel * 16 * depth, panels + panel * depth * 16)
      for d in 0..<depth {
        for lane in 0..<16 { out[d * 16 + lane] = source[lane * depth + d] }
      }
    }
  }

  @inline(never)
  private static func six(
    _ a: Left, row: Int, depth: Int, _ b: Floats, _ c: MutableFloats, _ rowStride: Int, _ adding: Bool
  ) {
    var sums = InlineArray<6, Lanes>(repeating: .zero)
    add(a, row: row, depth: depth, b, c, rowStride, adding, &sums)
  }

  @inline(never)
  private static func four(
    _ a: Left, row: Int, depth: Int, _ b: Floats, _ c: MutableFloats, _ rowStride: Int, _ adding: Bool
  ) {
    var sums = InlineArray<4, Lanes>(repeating: .zero)
    add(a, row: row, depth: depth, b, c, rowStride, adding, &sums)
  }

  @inline(never)
  private static func one(
    _ a: Left, row: Int, depth: Int, _ b: Floats, _ c: MutableFloats, _ rowStride: Int, _ adding: Bool
  ) {
    var sums = InlineArray<1, Lanes>(repeating: .zero)
    add(a, row: row, depth: depth, b, c, rowStride, adding, &sums)
  }

  /// `count` rows of the result, from `row` on.
  @inline(__always)
  private static func add<let count: Int>(
    _ a: Left, row: Int, depth: Int, _ b: Floats, _ c: MutableFloats, _ rowStride: Int, _ adding: Bool,
    _ sums: inout InlineArray<count, Lanes>
  ) {
    let out = c + row * rowStride
    var (p, q) = (a.elements + row * a.rowStride, b)
    let (aStride, step) = (a.rowStride, a.depthStride)
    for _ in 0..<depth {
      let right = load(q)
      for r in 0..<count { sums[r] = sums[r].addingProduct(Lanes(repeating: p[r * aStride]), right) }
      p += step
      q += 16
    }
    for r in 0..<count {
      store(adding ? load(out + r * rowStride) + sums[r] : sums[r], to: out + r * rowStride)
    }
  }
}
