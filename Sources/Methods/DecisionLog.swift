/// A decision that another program cannot take for itself, because chance takes it or the last digit of a sum may.
public struct DecisionDeclaration: Hashable, Sendable {
  /// The key it is stored under, letters, digits and underscores: `is_kept`.
  public let name: String
  /// What was decided, for the file's reader.
  public let longName: String

  /// Declares a decision, in `TrainingMethod.decisions`.
  public init(_ name: String, _ longName: String) {
    self.name = name
    self.longName = longName
  }
}

/// A method's decisions in an audited run, one row an iteration; rows of iterations that decided nothing are filled.
public struct DecisionLog: Codable, Hashable, Sendable {
  /// Bits, eight to a byte, the lowest first.
  public struct Rows: Codable, Hashable, Sendable {
    /// Bytes of one row.
    public let width: Int
    /// `[iterations, width]`
    public fileprivate(set) var bytes: [UInt8] = []
  }

  /// Zero where nothing was decided.
  public private(set) var bits: [String: Rows] = [:]
  /// `[iterations]`, not-a-number where nothing was decided.
  public private(set) var numbers: [String: [Double]] = [:]

  /// Nothing decided yet.
  public init() {}

  /// Sets the row of iteration i, 1-based. The first row of a name fixes the width; a later one may be shorter.
  fileprivate mutating func set(_ name: String, _ row: [Bool], at i: Int) {
    var rows = bits[name] ?? Rows(width: (row.count + 7) / 8)
    precondition(
      row.count <= 8 * rows.width, "DecisionLog: \(row.count) bits of \(name) in rows of \(rows.width) bytes")
    rows.bytes.fill(to: i * rows.width, with: 0)
    let start = (i - 1) * rows.width
    for (k, isSet) in row.enumerated() where isSet { rows.bytes[start + k / 8] |= 1 << UInt8(k % 8) }
    bits[name] = rows
  }

  fileprivate mutating func set(_ name: String, _ number: Double, at i: Int) {
    numbers[name, default: []].fill(to: i, with: .nan)
    numbers[name]![i - 1] = number
  }

  /// The log filled up to iteration i, so that every name has as many rows.
  public func filled(to i: Int) -> DecisionLog {
    var log = self
    for name in bits.keys { log.bits[name]!.bytes.fill(to: i * bits[name]!.width, with: 0) }
    for name in numbers.keys { log.numbers[name]!.fill(to: i, with: .nan) }
    return log
  }
}

extension TraceRecorder {
  /// Notes what was decided in this iteration, one bit a case; costs nothing unless the run is audited.
  public func decide(_ name: String, _ row: @autoclosure () -> [Bool]) { decisions?.set(name, row(), at: iteration) }

  /// Notes a number that decided in this iteration.
  public func decide(_ name: String, _ number: Double) { decisions?.set(name, number, at: iteration) }
}

extension Array {
  fileprivate mutating func fill(to count: Int, with filler: Element) {
    if self.count < count { append(contentsOf: repeatElement(filler, count: count - self.count)) }
  }
}
