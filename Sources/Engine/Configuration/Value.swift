/// A value of a suite file or of a resolved recipe: the types of JSON, with integers kept apart from real numbers.
public enum Value: Hashable, Sendable {
  /// true or false.
  case flag(Bool)
  /// A whole number, written without a point.
  case integer(Int)
  /// A number with a point or an exponent.
  case number(Double)
  /// Any other word.
  case text(String)
  /// Values in order.
  case list([Value])
  /// Values by key.
  case object([String: Value])
  /// A missing value in output for other programs; a suite cannot contain it.
  case null
}

extension Value {
  /// The number; nil for a value that is none.
  package var double: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }

  /// A unique JSON text per value: keys sorted, no spaces, numbers in the shortest form that is read back to the same
  /// bits. Equal values give equal texts, so a digest of the text identifies a cell.
  public var canonicalJSON: String {
    switch self {
    case .flag(let flag): return flag ? "true" : "false"
    case .integer(let integer): return String(integer)
    case .number(let number):
      precondition(number.isFinite, "canonicalJSON: JSON cannot represent \(number)")
      return String(describing: number)
    case .text(let text): return Value.quote(text)
    case .null: return "null"
    case .list(let values): return "[" + values.map(\.canonicalJSON).joined(separator: ",") + "]"
    case .object(let members):
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return "{" + sorted.map { Value.quote($0.key) + ":" + $0.value.canonicalJSON }.joined(separator: ",") + "}"
    }
  }

  private static func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension Value: CustomStringConvertible {
  /// A readable form: text without quotes, lists in brackets. It also exists for numbers that JSON cannot represent,
  /// because the message that rejects them must name them.
  public var description: String {
    switch self {
    case .text(let text): return text
    case .number(let number): return String(describing: number)
    case .list(let values): return "[" + values.map(\.description).joined(separator: ", ") + "]"
    case .object(let members):
      return "{"
        + members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    case .flag, .integer: return canonicalJSON
    case .null: return ""
    }
  }
}

extension Value: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral
{
  public init(booleanLiteral value: Bool) { self = .flag(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(stringLiteral value: String) { self = .text(value) }
}
