// Winograd's minimal filtering F(4x4, 3x3), Lavin & Gray 2016: a 3x3 convolution of a 6x6 tile of inputs gives 4x4
// outputs with 36 products instead of 144.
//
//     U = G g G^T          filters      [36, C, K]   from [3, 3, C, K], in panels of 16 outputs
//     V = B^T d B          inputs       [36, T, C]   from tiles of 6x6 pixels, overlapping by 2
//     M = V * U            36 products  [36, T, K]
//     y = A^T M A          outputs      tiles of 4x4 pixels
//
// Channels are innermost everywhere, so each of the 36 elements is a run of channels and the transforms are plain
// arithmetic on `Lanes`.

// Between its two halves a transform keeps its tile in an array on the stack. (A temporary allocation would be made on
// the heap: the standard library guarantees the stack only up to 1024 bytes.)
//
// The points are 0, +-sqrt(1/2), +-sqrt(2) and infinity. With the usual 0, +-1, +-2 the rounding error is two to four
// times as large, with the same number of additions and multiplications.

private let a: Float = 0.707_106_77
private let b: Float = 1.414_213_5

/// One-dimensional B^T: six inputs to six.
@inline(__always)
func transformInput(_ d: (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes)) -> (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes) {
  let t0 = d.4 - 2 * d.2
  let t1 = a * (d.3 - 2 * d.1)
  let t2 = d.4 - 0.5 * d.2
  let t3 = b * (d.3 - 0.5 * d.1)
  return (d.0 - 2.5 * d.2 + d.4, t0 + t1, t0 - t1, t2 + t3, t2 - t3, d.1 - 2.5 * d.3 + d.5)
}

/// One-dimensional A^T: six products to four outputs.
@inline(__always)
func transformOutput(_ m: (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes)) -> (Lanes, Lanes, Lanes, Lanes) {
  let s = m.1 + m.2
  let d = a * (m.1 - m.2)
  let e = m.3 + m.4
  let f = b * (m.3 - m.4)
  return (m.0 + s + e, d + f, 0.5 * s + 2 * e, 0.5 * d + 2 * f + m.5)
}

/// One-dimensional A: four output gradients to six.
@inline(__always)
func transformGradient(_ y: (Lanes, Lanes, Lanes, Lanes)) -> (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes) {
  let even = y.0 + 0.5 * y.2
  let odd = a * (y.1 + 0.5 * y.3)
  let even2 = y.0 + 2 * y.2
  let odd2 = b * (y.1 + 2 * y.3)
  return (y.0, even + odd, even - odd, even2 + odd2, even2 - odd2, y.3)
}

/// One-dimensional G: three filter taps to six.
@inline(__always)
func transformFilter(_ g: (Lanes, Lanes, Lanes)) -> (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes) {
  let (sixth, twoThirds) = (Float(1) / 6, Float(2) / 3)
  let s = -twoThirds * (g.0 + 0.5 * g.2)
  let t = (twoThirds * a) * g.1
  let u = sixth * (g.0 + 2 * g.2)
  let v = (sixth * b) * g.1
  return (g.0, s - t, s + t, u + v, u - v, g.2)
}

/// One-dimensional G^T: six to three filter-tap gradients.
@inline(__always)
func transformFilterGradient(_ u: (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes)) -> (Lanes, Lanes, Lanes) {
  let (sixth, third, twoThirds) = (Float(1) / 6, Float(1) / 3, Float(2) / 3)
  let s = u.1 + u.2
  let t = u.3 + u.4
  return (
    u.0 - twoThirds * s + sixth * t,
    (twoThirds * a) * (u.2 - u.1) + (sixth * b) * (u.3 - u.4),
    third * (t - s) + u.5
  )
}

/// The positions of the tiles of a plane. Tiles are numbered image by image, row by row; the last row and column of a
/// plane that is no multiple of 4 are cut.
struct TileGrid {
  let height: Int
  let width: Int
  let across: Int
  let perImage: Int

  init(height: Int, width: Int) {
    self.height = height
    self.width = width
    across = (width + 3) / 4
    perImage = (height + 3) / 4 * across
  }

  @inline(__always)
  func place(_ tile: Int) -> (image: Int, top: Int, left: Int) {
    let (image, rest) = tile.quotientAndRemainder(dividingBy: perImage)
    let (row, column) = rest.quotientAndRemainder(dividingBy: across)
    return (image, row * 4, column * 4)
  }
}

/// The layout of transformed tiles: floats between two tiles (rows of a product), two groups of 16 channels, and two of
/// the 36 elements.
struct TileLayout {
  let rowStride: Int
  let groupStride: Int
  let elementStride: Int

  /// `[36, rows, channels]`: the channels of a row are contiguous.
  static func rows(_ rows: Int, channels: Int) -> TileLayout {
    TileLayout(rowStride: channels.paddedToLanes, groupStride: 16, elementStride: rows * channels.paddedToLanes)
  }

  /// `[36, channels / 16, rows, 16]`: panels, each read from front to back in sums over rows.
  static func panels(_ rows: Int, channels: Int) -> TileLayout {
    TileLayout(rowStride: 16, groupStride: rows * 16, elementStride: rows * channels.paddedToLanes)
  }
}

/// V = B^T d B for some tiles: v is written at rows 0 ..< tiles.count.
///
/// - Parameters:
///   - x: `[N, H * W, channels]`.
///   - zeros: `6 * channels` zeros with `loadSlack`: the values above and below the plane.
///   - layout: the strides of v.
func winogradInput(
  _ x: Floats, grid: TileGrid, channels: Int, tiles: Range<Int>, zeros: Floats, into v: MutableFloats,
  layout: TileLayout
) {
  let elementStride = layout.elementStride
  var t = InlineArray<36, Lanes>(repeating: .zero)
  let line = grid.width * channels
  for tile in tiles {
    let (image, top, left) = grid.place(tile)
    let corner = x + ((image * grid.height + top - 1) * grid.width + left - 1) * channels
    // Only the first row of a tile and its last ones can lie outside.
    let inside = grid.height - top
    let row0 = top > 0 ? corner : zeros
    let row1 = corner + line
    let row2 = inside > 1 ? row1 + line : zeros
    let row3 = inside > 2 ? row1 + 2 * line : zeros
    let row4 = inside > 3 ? row1 + 3 * line : zeros
    let row5 = inside > 4 ? row1 + 4 * line : zeros
    let columns = Swift.max(0, 1 - left)..<Swift.min(6, grid.width - left + 1)
    var out = v + (tile - tiles.lowerBound) * layout.rowStride
    var c = 0
    while c < channels {
      for j in 0..<6 {
        if columns.contains(j) {
          let p = j * channels + c
          (t[j], t[6 + j], t[12 + j], t[18 + j], t[24 + j], t[30 + j]) = transformInput(
            (load(row0 + p), load(row1 + p), load(row2 + p), load(row3 + p), load(row4 + p), load(row5 + p)))
        } else {
          for i in 0..<6 { t[i * 6 + j] = .zero }
        }
      }
      for i in 0..<6 {
        let k = i * 6
        let r = transformInput((t[k], t[k + 1], t[k + 2], t[k + 3], t[k + 4], t[k + 5]))
        store(r, to: out + k * elementStride, stride: elementStride)
      }
      c += 16
      out += layout.groupStride
    }
  }
}

/// How an output transform combines its result with y.
enum OutputMode {
  case overwriting
  /// y = result + residual, `[N, H * W, channels]`.
  case plus(Floats)
  case adding
}

/// y = A^T M A for some tiles: m `[36, rows, rowStride]` is read at rows 0 ..< tiles.count.
func winogradOutput(
  _ m: Floats, grid: TileGrid, channels: Int, tiles: Range<Int>, rowStride: Int, elementStride: Int, mode: OutputMode,
  into y: MutableFloats
) {
  var t = InlineArray<24, Lanes>(repeating: .zero)
  for tile in tiles {
    let (image, top, left) = grid.place(tile)
    let (rows, columns) = (min(4, grid.height - top), min(4, grid.width - left))
    let corner = ((image * grid.height + top) * grid.width + left) * channels
    let source = m + (tile - tiles.lowerBound) * rowStride
    var c = 0
    while c < channels {
      let valid = min(16, channels - c)
      let isWhole = valid == 16 && columns == 4
      for j in 0..<6 {
        let p = source + j * elementStride + c
        let down = 6 * elementStride
        let r = transformOutput(
          (load(p), load(p + down), load(p + 2 * down), load(p + 3 * down), load(p + 4 * down), load(p + 5 * down)))
        (t[j], t[6 + j], t[12 + j], t[18 + j]) = r
      }
      for i in 0..<rows {
        let k = i * 6
        let r = transformOutput((t[k], t[k + 1], t[k + 2], t[k + 3], t[k + 4], t[k + 5]))
        var offset = corner + i * grid.width * channels + c
        if isWhole {
          put(r.0, at: offset, mode, y)
          put(r.1, at: offset + channels, mode, y)
          put(r.2, at: offset + 2 * channels, mode, y)
          put(r.3, at: offset + 3 * channels, mode, y)
          continue
        }
        for j in 0..<columns {
          let value = j == 0 ? r.0 : j == 1 ? r.1 : j == 2 ? r.2 : r.3
          put(value, at: offset, mode, y, valid: valid)
          offset += channels
        }
      }
      c += 16
    }
  }
}

@inline(__always)
private func put(_ value: Lanes, at offset: Int, _ mode: OutputMode, _ y: MutableFloats, valid: Int = 16) {
  switch mode {
  case .overwriting: store(value, to: y + offset, valid: valid)
  case .plus(let residual): store(value + load(residual + offset), to: y + offset, valid: valid)
  case .adding: store(load(y + offset) + value, to: y + offset, valid: valid)
  }
}

/// Stores six vectors at equal distances.
@inline(__always)
private func store(_ v: (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes), to p: MutableFloats, stride: Int) {
  store(v.0, to: p)
  store(v.1, to: p + stride)
  store(v.2, to: p + 2 * stride)
  store(v.3, to: p + 3 * stride)
  store(v.4, to: p + 4 * stride)
  store(v.5, to: p + 5 * stride)
}

/// A dY A^T for some tiles, the output gradient's side of the weight gradient: m is written at rows 0 ..< tiles.count.
func winogradGradient(
  _ dy: Floats, grid: TileGrid, channels: Int, tiles: Range<Int>, zeros: Floats, into m: MutableFloats,
  layout: TileLayout
) {
  let elementStride = layout.elementStride
  var t = InlineArray<24, Lanes>(repeating: .zero)
  for tile in tiles {
    let (image, top, left) = grid.place(tile)
    let corner = dy + ((image * grid.height + top) * grid.width + left) * channels
    let line = grid.width * channels
    let (rows, columns) = (grid.height - top, grid.width - left)
    let row1 = rows > 1 ? corner + line : zeros
    let row2 = rows > 2 ? corner + 2 * line : zeros
    let row3 = rows > 3 ? corner + 3 * line : zeros
    var out = m + (tile - tiles.lowerBound) * layout.rowStride
    var c = 0
    while c < channels {
      for j in 0..<4 {
        if j < columns {
          let p = j * channels + c
          (t[j], t[4 + j], t[8 + j], t[12 + j], t[16 + j], t[20 + j]) = transformGradient(
            (load(corner + p), load(row1 + p), load(row2 + p), load(row3 + p)))
        } else {
          for i in 0..<6 { t[i * 4 + j] = .zero }
        }
      }
      for i in 0..<6 {
        let r = transformGradient((t[i * 4], t[i * 4 + 1], t[i * 4 + 2], t[i * 4 + 3]))
        store(r, to: out + i * 6 * elementStride, stride: elementStride)
      }
      c += 16
      out += layout.groupStride
    }
  }
}

/// U = G g G^T for some groups of 16 filters: w `[3, 3, depth, outputs]`, u `[36, outputs / 16, depth, 16]`, panels for
/// `PanelProduct`. Group g is depth g / panels, panel g % panels. `isRotated` rotates every filter by 180 degrees, as
/// the input gradient requires.
func winogradFilter(
  _ w: Floats, depth: Int, outputs: Int, groups: Range<Int>, isRotated: Bool, into u: MutableFloats
) {
  var t = InlineArray<18, Lanes>(repeating: .zero)
  let panels = outputs.paddedToLanes / 16
  let (count, elementStride) = (depth * outputs, depth * panels * 16)
  for group in groups {
    let (d, panel) = group.quotientAndRemainder(dividingBy: panels)
    let valid = min(16, outputs - panel * 16)
    let filters = w + d * outputs + panel * 16
    @inline(__always) func tap(_ row: Int, _ column: Int) -> Lanes {
      load(filters + (isRotated ? 8 - (row * 3 + column) : row * 3 + column) * count, valid: valid)
    }
    for j in 0..<3 {
      let r = transformFilter((tap(0, j), tap(1, j), tap(2, j)))
      (t[j], t[3 + j], t[6 + j], t[9 + j], t[12 + j], t[15 + j]) = r
    }
    for k in 0..<6 {
      let r = transformFilter((t[k * 3], t[k * 3 + 1], t[k * 3 + 2]))
      store(r, to: u + k * 6 * elementStride + (panel * depth + d) * 16, stride: elementStride)
    }
  }
}

/// dg = G^T dU G for some groups of 16 filters: du in panels as `winogradFilter` writes them, dw `[3, 3, depth,
/// outputs]`, overwritten.
func winogradFilterGradient(_ du: Floats, depth: Int, outputs: Int, groups: Range<Int>, into dw: MutableFloats) {
  var t = InlineArray<18, Lanes>(repeating: .zero)
  let panels = outputs.paddedToLanes / 16
  let (count, elementStride) = (depth * outputs, depth * panels * 16)
  for group in groups {
    let (d, panel) = group.quotientAndRemainder(dividingBy: panels)
    let valid = min(16, outputs - panel * 16)
    let source = du + (panel * depth + d) * 16
    for j in 0..<6 {
      @inline(__always) func element(_ row: Int) -> Lanes { load(source + (row * 6 + j) * elementStride) }
      let r = transformFilterGradient((element(0), element(1), element(2), element(3), element(4), element(5)))
      (t[j], t[6 + j], t[12 + j]) = r
    }
    for row in 0..<3 {
      let k = row * 6
      let r = transformFilterGradient((t[k], t[k + 1], t[k + 2], t[k + 3], t[k + 4], t[k + 5]))
      let p = dw + row * 3 * count + d * outputs + panel * 16
      store(r.0, to: p, valid: valid)
      store(r.1, to: p + count, valid: valid)
      store(r.2, to: p + 2 * count, valid: valid)
    }
  }
}
