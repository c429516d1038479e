// Blocks of a matrix product that stay in registers: some rows by one or two panels of 16 columns.
//
// A block is built from smaller ones, `Rows12 = Stacked<Rows8, Rows4>` and so on, because the compiler keeps the fields
// of nested structures in registers and unrolls them completely, while an array of more than a few vectors goes to
// memory.

/// One or two neighboring panels of one row: the operand of a broadcast factor, and the sums.
protocol PanelVectors {
  /// Panels side by side.
  static var panels: Int { get }
  static var zero: Self { get }
  /// - Parameter panelStride: floats between two panels.
  init(_ p: Floats, panelStride: Int)
  /// self += factor * other, by fused multiply-adds.
  mutating func add(_ factor: Float, _ other: Self)
  /// Writes the vectors, or adds them to the values in memory.
  func store(to p: MutableFloats, panelStride: Int, adding: Bool)
}

struct OnePanel: PanelVectors {
  private var first: Lanes

  static var panels: Int { 1 }

  @inline(__always) private init(_ first: Lanes) { self.first = first }
  @inline(__always) static var zero: Self { Self(.zero) }
  @inline(__always) init(_ p: Floats, panelStride: Int) { first = load(p) }

  @inline(__always)
  mutating func add(_ factor: Float, _ other: Self) {
    first = first.addingProduct(Lanes(repeating: factor), other.first)
  }

  @inline(__always)
  func store(to p: MutableFloats, panelStride: Int, adding: Bool) {
    Kernels.store(adding ? load(p) + first : first, to: p)
  }
}

struct TwoPanels: PanelVectors {
  private var first: Lanes
  private var second: Lanes

  static var panels: Int { 2 }

  @inline(__always)
  private init(_ first: Lanes, _ second: Lanes) {
    self.first = first
    self.second = second
  }

  @inline(__always) static var zero: Self { Self(.zero, .zero) }

  @inline(__always)
  init(_ p: Floats, panelStride: Int) {
    first = load(p)
    second = load(p + panelStride)
  }

  @inline(__always)
  mutating func add(_ factor: Float, _ other: Self) {
    let factor = Lanes(repeating: factor)
    first = first.addingProduct(factor, other.first)
    second = second.addingProduct(factor, other.second)
  }

  @inline(__always)
  func store(to p: MutableFloats, panelStride: Int, adding: Bool) {
    Kernels.store(adding ? load(p) + first : first, to: p)
    let q = p + panelStride
    Kernels.store(adding ? load(q) + second : second, to: q)
  }
}

/// The sums of some rows.
protocol RegisterBlock {
  associatedtype Vectors: PanelVectors
  static var rows: Int { get }
  static var zero: Self { get }
  /// Adds one step of the depth: the factor of row r is `p[r * rowStride]`.
  mutating func add(_ p: Floats, rowStride: Int, _ right: Vectors)
  func store(to p: MutableFloats, rowStride: Int, panelStride: Int, adding: Bool)
}

struct OneRow<Vectors: PanelVectors>: RegisterBlock {
  private var sums: Vectors

  static var rows: Int { 1 }

  @inline(__always) private init(_ sums: Vectors) { self.sums = sums }
  @inline(__always) static var zero: Self { Self(.zero) }

  @inline(__always)
  mutating func add(_ p: Floats, rowStride: Int, _ right: Vectors) { sums.add(p.pointee, right) }

  @inline(__always)
  func store(to p: MutableFloats, rowStride: Int, panelStride: Int, adding: Bool) {
    sums.store(to: p, panelStride: panelStride, adding: adding)
  }
}

/// The rows of one block above those of another.
struct Stacked<Upper: RegisterBlock, Lower: RegisterBlock>: RegisterBlock where Upper.Vectors == Lower.Vectors {
  typealias Vectors = Upper.Vectors

  private var upper: Upper
  private var lower: Lower

  static var rows: Int { @inline(__always) get { Upper.rows + Lower.rows } }

  @inline(__always)
  private init(_ upper: Upper, _ lower: Lower) {
    self.upper = upper
    self.lower = lower
  }

  @inline(__always) static var zero: Self { Self(.zero, .zero) }

  @inline(__always)
  mutating func add(_ p: Floats, rowStride: Int, _ right: Vectors) {
    upper.add(p, rowStride: rowStride, right)
    lower.add(p + Upper.rows &* rowStride, rowStride: rowStride, right)
  }

  @inline(__always)
  func store(to p: MutableFloats, rowStride: Int, panelStride: Int, adding: Bool) {
    upper.store(to: p, rowStride: rowStride, panelStride: panelStride, adding: adding)
    lower.store(to: p + Upper.rows &* rowStride, rowStride: rowStride, panelStride: panelStride, adding: adding)
  }
}

typealias Rows2<Vectors: PanelVectors> = Stacked<OneRow<Vectors>, OneRow<Vectors>>
typealias Rows4<Vectors: PanelVectors> = Stacked<Rows2<Vectors>, Rows2<Vectors>>
typealias Rows6<Vectors: PanelVectors> = Stacked<Rows4<Vectors>, Rows2<Vectors>>
typealias Rows8<Vectors: PanelVectors> = Stacked<Rows4<Vectors>, Rows4<Vectors>>
typealias Rows12<Vectors: PanelVectors> = Stacked<Rows8<Vectors>, Rows4<Vectors>>
