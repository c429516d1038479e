/// The resolved settings of one component: every declared key has a value of its kind and within its range.
public struct Settings: Sendable {
  /// Every declared key with its value.
  public let values: [String: Value]
  /// What enters a cell's identity: all but settings that were added later and have their defaults.
  private let identity: [String: Value]
  /// The settings that were added later and do not have their defaults, but for those that only choose data.
  public let departures: [String: Value]
  /// As canonical JSON, made once: the identities of thousands of cells hold the same settings.
  public let json: String

  /// Lays `given` over the declared defaults.
  ///
  /// - Parameter owner: what the settings belong to, as the message should call it: "method vsam".
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

  /// The value of a declared setting, in its own type.
  public subscript<Content>(setting: Setting<Content>) -> Content {
    guard let value = values[setting.name], let content = Content(setting: value) else {
      preconditionFailure("Settings: '\(setting.name)' is not among the declared settings")
    }
    return content
  }

  /// As one JSON object, the form in which settings enter a cell's identity. A setting that was added later and has its
  /// default is left out: cells that were trained before it was there are the same cells.
  public var object: Value { .object(identity) }
}

extension Settings: Hashable {
  public static func == (a: Settings, b: Settings) -> Bool { a.json == b.json }
  public func hash(into hasher: inout Hasher) { hasher.combine(json) }
}

/// An invalid setting. The description names the setting, the allowed values and the remedy.
public enum SettingsError: Error, Equatable, Sendable {
  /// A key that nobody declared.
  case unknown(key: String, owner: String, known: [String])
  /// A value of another type or out of range.
  case invalid(key: String, owner: String, value: String, allowed: String)
  /// Two settings that do not fit together, such as a window its slices do not divide.
  case inconsistent(key: String, owner: String, reason: String)
  /// Settings that are allowed each, from which the owner makes what cannot be: a mistake in its code.
  case unusable(owner: String, reason: String)

  /// The offending key, by which a suite finds the line it stands on.
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
      var message = "\(owner) has no setting named '\(key)'."
      if let nearest = nearest(to: key, among: known) { message += " Did you mean '\(nearest)'?" }
      return message + " Known: " + (known.isEmpty ? "none" : known.joined(separator: ", ")) + "."
    case .invalid(let key, let owner, let value, let allowed):
      return "\(owner): '\(key)' must be \(allowed), not \(value)."
    case .inconsistent(let key, let owner, let reason):
      return "\(owner): '\(key)' \(reason)."
    case .unusable(let owner, let reason):
      return
        "\(owner) makes what cannot be built from these settings: \(reason). Mend its code, or refuse such settings "
        + "in its `check`."
    }
  }
}
