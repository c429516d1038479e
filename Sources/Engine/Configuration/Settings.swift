/// The resolved settings of one component: every declared key has a value of its kind and in its range.
public struct Settings: Sendable {
  /// The values of all declared keys.
  public let values: [String: Value]
  /// The settings that are part of a cell's identity: all except those that were added later and have their defaults.
  private let identity: [String: Value]
  /// The settings that were added later and differ from their defaults, except those that only select data.
  public let departures: [String: Value]
  /// Canonical JSON, computed once because thousands of cells share the same settings.
  public let json: String

  /// Overrides the declared defaults with `given`.
  ///
  /// - Parameter owner: the owner of the settings in messages, such as "method vsam".
  /// - Throws: `SettingsError` for a key that is not declared, a wrong type or a value out of range.
  public init(_ declared: [any SettingKey], given: [String: Value] = [:], owner: String) throws(SettingsError) {
    var values: [String: Value] = [:]
    for setting in declared { values[setting.name] = setting.standard }
    for (key, value) in given.sorted(by: { $0.key < $1.key }) {
      guard let setting = declared.first(where: { $0.name == key }) else {
        throw .unknown(key: key, owner: owner, known: declared.map(\.name))
      }
      guard let accepted = setting.kind.accept(value) else {
        throw .invalid(key: key, owner: owner, value: value.description, allowed: setting.kind.allowed)
      }
      values[key] = accepted
    }
    self.values = values
    let later = declared.filter(\.isAddedLater)
    departures = values.filter { key, value in
      later.contains { $0.name == key && $0.standard != value && !$0.choosesData }
    }
    identity = values.filter { key, value in !later.contains { $0.name == key && $0.standard == value } }
    json = Value.object(identity).canonicalJSON
  }

  /// The value of a declared setting.
  public subscript<Content>(setting: Setting<Content>) -> Content {
    guard let value = values[setting.name], let content = Content(setting: value) else {
      preconditionFailure("Settings: '\(setting.name)' is not among the declared settings")
    }
    return content
  }

  /// One JSON object, the form in which settings are part of a cell's identity. A setting that was added later and has
  /// its default is left out, so that cells trained before it existed keep their ids.
  public var object: Value { .object(identity) }
}

extension Settings: Hashable {
  public static func == (a: Settings, b: Settings) -> Bool { a.json == b.json }
  public func hash(into hasher: inout Hasher) { hasher.combine(json) }
}

/// An invalid setting. The description names the setting, the allowed values and how to fix it.
public enum SettingsError: Error, Equatable, Sendable {
  /// A key that is not declared.
  case unknown(key: String, owner: String, known: [String])
  /// A value of another type or out of range.
  case invalid(key: String, owner: String, value: String, allowed: String)
  /// Two settings that contradict each other, such as a window that is not a multiple of its slices.
  case inconsistent(key: String, owner: String, reason: String)
  /// Settings that are allowed one by one, but from which the owner builds something invalid: a mistake in its code.
  case unusable(owner: String, reason: String)

  /// The offending key, by which a suite finds its line.
  public var key: String {
    switch self {
    case .unknown(let key, _, _), .invalid(let key, _, _, _), .inconsistent(let key, _, _): key
    case .unusable: "name"
    }
  }
}

extension SettingsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknown(let key, let owner, let known):
      return "\(owner) has no setting named '\(key)'.\(suggestion(for: key, among: known))"
    case .invalid(let key, let owner, let value, let allowed):
      return "\(owner): '\(key)' must be \(allowed), not \(value)."
    case .inconsistent(let key, let owner, let reason):
      return "\(owner): '\(key)' \(reason)."
    case .unusable(let owner, let reason):
      return
        "\(owner) cannot be built from these settings: \(reason). Fix its code, or reject such settings in its `check`."
    }
  }
}
