import Foundation  // JSONSerialization

extension Value {
  /// The value of a JSON text; null for one that is none.
  package init(json text: String) {
    self.init((try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)) ?? NSNull())
  }

  private init(_ object: Any) {
    switch object {
    case let members as [String: Any]: self = .object(members.mapValues(Value.init(_:)))
    case let items as [Any]: self = .list(items.map(Value.init(_:)))
    case let text as String: self = .text(text)
    case let number as NSNumber where String(cString: number.objCType) == "c": self = .flag(number.boolValue)
    case let number as NSNumber:
      self =
        Int(exactly: number).map(Value.integer) ?? (number.doubleValue.isFinite ? .number(number.doubleValue) : .null)
    default: self = .null
    }
  }

  /// The members of an object; none for any other value.
  package var members: [String: Value] { if case .object(let members) = self { members } else { [:] } }

  /// A member of an object; nil where this is none, or has none of that name.
  package func member(_ key: String) -> Value? { members[key] }
}
