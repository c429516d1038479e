/// A method's decisions in an audited run, one row per iteration; rows of iterations without a decision hold a fill
/// value.
public struct DecisionLog: Codable, Hashable, Sendable {
  /// Bits, eight per byte, lowest bit first.
  public struct Rows: Codable, Hashable, Sendable {
    /// Bytes of one row.
    public let width: Int
    /// `[iterations, width]`
    public fileprivate(set) var bytes: [UInt8] = []
  }

  /// Zero in iterations without a decision.
  public private(set) var bits: [String: Rows] = [:]
  /// `[iterations]`, NaN in iterations without a decision.
  public private(set) var numbers: [String: [Double]] = [:]

  /// An empty log.
  public init() {}

  /// Sets bits from `offset` on in the row of iteration i, 1-based, which has `total` bits. The first row of a name
  /// fixes the width; later rows may be shorter.
  mutating func set(_ name: String, _ row: [Bool], at offset: Int, of total: Int, in i: Int) {
    var rows = bits[name] ?? Rows(width: (total + 7) / 8)
    precondition(total <= 8 * rows.width, "DecisionLog: \(total) bits of \(name) in rows of \(rows.width) bytes")
    rows.bytes.fill(to: i * rows.width, with: 0)
    let start = (i - 1) * rows.width
    for (k, isSet) in row.enumerated() where isSet {
      rows.bytes[start + (offset + k) / 8] |= 1 << UInt8((offset + k) % 8)
    }
    bits[name] = rows
  }

  mutating func set(_ name: String, _ number: Double, in i: Int) {
    numbers[name, default: []].fill(to: i, with: .nan)
    numbers[name]![i - 1] = number
  }

  /// The log filled up to iteration i, so that every name has i rows.
  public func filled(to i: Int) -> DecisionLog {
    var log = self
    for name in bits.keys { log.bits[name]!.bytes.fill(to: i * bits[name]!.width, with: 0) }
    for name in numbers.keys { log.numbers[name]!.fill(to: i, with: .nan) }
    return log
  }
}

extension Array {
  fileprivate mutating func fill(to count: Int, with filler: Element) {
    if self.count < count { append(contentsOf: repeatElement(filler, count: count - self.count)) }
  }
}
