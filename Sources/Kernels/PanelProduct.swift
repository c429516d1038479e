import COpenBLAS

/// Products of small matrices whose right side stands in panels: 16 columns, row after row, `[depth, 16]`, the last panel
/// filled with zeros. Six rows of a panel of the result stay in registers, so nothing is packed, copied or cleared.
///
/// Per core of a Zen 3, in GFLOP/s (peak 100), for 36 products of 48 rows: 16 channels 80 where sgemm reaches 29, 64
/// channels 92 (63), 256 channels 87 (77).
///
/// Every element is summed in the order of the depth, by fused multiply-adds. Builds that may not use the CPU's (no
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
    if adding { for r in 0..<count { sums[r] = load(out + r * rowStride) } }
    var (p, q) = (a.elements + row * a.rowStride, b)
    let (aStride, step) = (a.rowStride, a.depthStride)
    for _ in 0..<depth {
      let right = load(q)
      for r in 0..<count { sums[r] = sums[r].addingProduct(Lanes(repeating: p[r * aStride]), right) }
      p += step
      q += 16
    }
    for r in 0..<count { store(sums[r], to: out + r * rowStride) }
  }
}
