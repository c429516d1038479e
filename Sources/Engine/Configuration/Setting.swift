/// The source of a default, so that a report can list what the paper does not specify.
public enum Origin: Hashable, Sendable {
  /// Stated in the paper; the section, equation or table.
  case paper(String)
  /// Found in a public repository; `owner/name path`.
  case code(String)
  /// Computed from the paper's numbers; the computation.
  case derived(String)
  /// Not specified anywhere; the reason for this value. Reports list these.
  case assumed(String)
}

extension Origin: CustomStringConvertible {
  public var description: String {
    switch self {
    case .paper(let place): "paper \(place)"
    case .code(let place): "code \(place)"
    case .derived(let how): "derived: \(how)"
    case .assumed(let why): "assumed: \(why)"
    }
  }
}

/// The type and range of a setting.
public enum SettingKind: Sendable, Equatable {
  /// true or false.
  case flag
  /// A whole number within bounds, both included.
  case integer(ClosedRange<Int>)
  /// A real number between two bounds; `openBelow` and `openAbove` exclude the bound itself.
  case number(ClosedRange<Double>, openBelow: Bool = false, openAbove: Bool = false)
  /// One of these words.
  case choice([String])
}

/// The Swift types of settings: Bool, Int, Double, String, and enums of words.
public protocol SettingContent: Equatable, Sendable {
  /// Returns nil for a value of another type.
  init?(setting value: Value)
  /// The value in the form of a suite file.
  var setting: Value { get }
}

/// A declared setting of any type, with the properties that suites, listings, schemas and error messages need.
public protocol SettingKey: Sendable {
  /// The key in a suite file.
  var name: String { get }
  /// Type and allowed values.
  var kind: SettingKind { get }
  /// The default, in the type of `kind`.
  var standard: Value { get }
  /// One phrase: meaning, symbol in the paper, unit.
  var meaning: String { get }
  /// The source of the default.
  var origin: Origin { get }
  /// A value for which a run of a few iterations reaches every branch; nil if the default is one.
  var shortRunValue: Value? { get }
  /// Whether it was added after cells had been trained without it. Its default is then left out of a cell's identity,
  /// so that those cells keep their ids. The default must reproduce the previous behavior and must never change.
  var isAddedLater: Bool { get }
  /// Whether it only selects data. The fingerprint of the data then covers it, so it is left out of a cell's identity.
  var choosesData: Bool { get }
}

/// One declared setting of a method, a model, a dataset or a recipe, read by `settings[...]`:
///
///     static let gamma = Setting("gamma", default: 0.9, in: 0...1, "decay of a reused PSF", from: .paper("4.1"))
///     ...
///     gamma = settings[Self.gamma]
///
/// The declaration is the only place that defines key, type, default and range: YAML is checked against it, `list`
/// prints it, and the error for a value out of range quotes it.
public struct Setting<Content: SettingContent>: SettingKey {
  public let name: String
  public let kind: SettingKind
  public let standard: Value
  public let meaning: String
  public let origin: Origin
  public private(set) var shortRunValue: Value?
  public private(set) var isAddedLater = false
  public private(set) var choosesData = false

  private init(_ name: String, _ kind: SettingKind, _ standard: Value, _ meaning: String, _ origin: Origin) {
    guard let accepted = kind.accept(standard) else {
      preconditionFailure("Setting \(name): the default \(standard) is not \(kind.allowed)")
    }
    (self.name, self.kind, self.standard, self.meaning, self.origin) = (name, kind, accepted, meaning, origin)
  }

  /// The default as a value of the setting's type.
  package var content: Content {
    guard let content = Content(setting: standard) else {
      preconditionFailure("Setting \(name): the default \(standard) is not of its type")
    }
    return content
  }

  /// A copy with a value for which a run of a few iterations reaches every branch. The checks of methods use it.
  public func inShortRuns(_ value: Content) -> Setting {
    var copy = self
    copy.shortRunValue = value.setting
    return copy
  }

  /// A copy that is marked as added after cells had been trained without it.
  public var addedLater: Setting {
    var copy = self
    copy.isAddedLater = true
    return copy
  }

  /// A copy that is marked as only selecting data.
  public var choosingData: Setting {
    var copy = self
    copy.choosesData = true
    return copy
  }
}

extension Setting where Content == Bool {
  /// A flag.
  public init(_ name: String, default standard: Bool, _ meaning: String, from origin: Origin) {
    self.init(name, .flag, .flag(standard), meaning, origin)
  }
}

extension Setting where Content == Int {
  /// A whole number.
  public init(
    _ name: String, default standard: Int, in range: ClosedRange<Int>, _ meaning: String, from origin: Origin
  ) {
    self.init(name, .integer(range), .integer(standard), meaning, origin)
  }
}

extension Setting where Content == Double {
  /// A real number, both bounds included.
  public init(
    _ name: String, default standard: Double, in range: ClosedRange<Double>, _ meaning: String, from origin: Origin
  ) {
    self.init(name, .number(range), .number(standard), meaning, origin)
  }

  /// A real number below the upper bound.
  public init(
    _ name: String, default standard: Double, in range: Range<Double>, _ meaning: String, from origin: Origin
  ) {
    let kind = SettingKind.number(range.lowerBound...range.upperBound, openAbove: true)
    self.init(name, kind, .number(standard), meaning, origin)
  }

  /// A real number above zero.
  public init(
    _ name: String, default standard: Double, positiveUpTo bound: Double, _ meaning: String, from origin: Origin
  ) {
    self.init(name, .number(0...bound, openBelow: true), .number(standard), meaning, origin)
  }
}

extension Setting where Content == String {
  /// One of several words.
  public init(
    _ name: String, default standard: String, of words: [String], _ meaning: String, from origin: Origin
  ) {
    self.init(name, .choice(words), .text(standard), meaning, origin)
  }
}

extension Setting where Content: CaseIterable & RawRepresentable<String> {
  /// One of an enum's words.
  public init(_ name: String, default standard: Content, _ meaning: String, from origin: Origin) {
    self.init(name, .choice(Content.allCases.map(\.rawValue)), standard.setting, meaning, origin)
  }
}

extension Bool: SettingContent {
  public init?(setting value: Value) {
    guard case .flag(let flag) = value else { return nil }
    self = flag
  }
  public var setting: Value { .flag(self) }
}

extension Int: SettingContent {
  public init?(setting value: Value) {
    guard case .integer(let integer) = value else { return nil }
    self = integer
  }
  public var setting: Value { .integer(self) }
}

extension Double: SettingContent {
  public init?(setting value: Value) {
    guard case .number(let number) = value else { return nil }
    self = number
  }
  public var setting: Value { .number(self) }
}

extension String: SettingContent {
  public init?(setting value: Value) {
    guard case .text(let text) = value else { return nil }
    self = text
  }
  public var setting: Value { .text(self) }
}

extension SettingContent where Self: RawRepresentable<String> {
  public init?(setting value: Value) {
    guard case .text(let text) = value else { return nil }
    self.init(rawValue: text)
  }
  public var setting: Value { .text(rawValue) }
}

extension SettingKind {
  /// The value converted to this kind, or nil if it has another type or is out of range.
  /// An integer is accepted as a number.
  public func accept(_ value: Value) -> Value? {
    switch (self, value) {
    case (.flag, .flag): return value
    case (.integer(let range), .integer(let integer)): return range.contains(integer) ? value : nil
    case (.number, .integer(let integer)): return accept(.number(Double(integer)))
    case (.number(let range, let openBelow, let openAbove), .number(let number)):
      guard range.contains(number) else { return nil }
      if openBelow && number == range.lowerBound || openAbove && number == range.upperBound { return nil }
      return value
    case (.choice(let names), .text(let name)): return names.contains(name) ? value : nil
    // A choice that looks like a number, such as a depth, need not be quoted.
    case (.choice, .integer(let integer)): return accept(.text(String(integer)))
    default: return nil
    }
  }

  /// The allowed values, as a phrase after "must be".
  public var allowed: String {
    switch self {
    case .flag: return "true or false"
    case .integer(let range):
      return range.upperBound == .max
        ? "an integer >= \(range.lowerBound)" : "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range, let openBelow, let openAbove):
      let below = openBelow ? ">" : ">="
      let above = openAbove ? "<" : "<="
      if range.upperBound == .greatestFiniteMagnitude { return "a number \(below) \(range.lowerBound)" }
      return "a number \(below) \(range.lowerBound) and \(above) \(range.upperBound)"
    case .choice(let names): return "one of " + names.joined(separator: ", ")
    }
  }
}
