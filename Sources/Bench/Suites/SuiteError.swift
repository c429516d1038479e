import Configuration

/// A place in a file. Line 0 means a text without lines, such as a command-line argument.
public struct Place: Hashable, Sendable, CustomStringConvertible {
  public let file: String
  public let line: Int

  public init(file: String, line: Int = 0) {
    self.file = file
    self.line = line
  }

  public var description: String { line == 0 ? file : "\(file):\(line)" }
}

/// An error in a suite: its place, the allowed values, and the nearest known name.
public enum SuiteError: Error, Equatable, Sendable {
  case unreadable(file: String, reason: String)
  /// Not YAML, or a feature of YAML that suites do not use.
  case syntax(Place, reason: String)
  case duplicateKey(Place, key: String)
  case unknownKey(Place, key: String, within: String, known: [String])
  case missingKey(Place, key: String, within: String)
  /// A value of the wrong type or out of range; `allowed` completes "must be".
  case wrongValue(Place, key: String, allowed: String, found: String)
  /// A name unknown to the suite and the catalogues.
  case unknownName(Place, kind: String, name: String, known: [String])
  case setting(Place, SettingsError)
  /// A rule, a file or a published row that matches nothing in the suite.
  case matchesNothing(Place, what: String)
  case tooManyCells(Place, count: Int, limit: Int)
}

extension SuiteError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      return "\(file): cannot be read: \(reason)."
    case .syntax(let place, let reason):
      return "\(place): \(reason)."
    case .duplicateKey(let place, let key):
      return "\(place): '\(key)' is written twice in one mapping. Keep one of them."
    case .unknownKey(let place, let key, let within, let known):
      return "\(place): unknown key '\(key)' in \(within)." + suggestion(for: key, among: known)
    case .missingKey(let place, let key, let within):
      return "\(place): \(within) needs the key '\(key)'."
    case .wrongValue(let place, let key, let allowed, let found):
      return "\(place): '\(key)' must be \(allowed), not \(found)." + SuiteError.hint(allowed: allowed, found: found)
    case .unknownName(let place, let kind, let name, let known):
      return "\(place): unknown \(kind) '\(name)'." + suggestion(for: name, among: known)
    case .setting(let place, let error):
      var message = "\(place): \(error)"
      if case .invalid(_, _, let value, let allowed) = error {
        message += SuiteError.hint(allowed: allowed, found: value)
      }
      return message
    case .matchesNothing(let place, let what):
      return "\(place): \(what)."
    case .tooManyCells(let place, let count, let limit):
      return
        "\(place): \(count) cells exceed the limit of \(limit) per suite. Split the suite or use fewer seeds."
    }
  }

  /// YAML 1.1 reads these words as flags and 10:30 as a number; in suites they are text.
  private static func hint(allowed: String, found: String) -> String {
    if allowed == SettingKind.flag.allowed, ["yes", "no", "on", "off", "y", "n"].contains(found.lowercased()) {
      return " '\(found)' is text in a suite; write true or false."
    }
    if !allowed.contains("text"), found.contains(":"), found.allSatisfy({ $0.isNumber || $0 == ":" }) {
      return " '\(found)' is text in a suite, not a time or a number."
    }
    return ""
  }
}
