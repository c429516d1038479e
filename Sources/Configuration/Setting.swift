/// Where a default comes from, so that a report can list what the paper leaves silent.
public enum Origin: Hashable, Sendable {
  /// Stated in the paper; the section, equation or table.
  case paper(String)
  /// Read in a public repository; `owner/name path`.
  case code(String)
  /// Computed from the paper's own numbers; how.
  case derived(String)
  /// Nobody says; why this value. Reports list these.
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

/// One declared setting of a method, a model, a dataset or a recipe: its key, default, allowed values and source.
///
/// The declaration is the only place where a key lives: YAML is checked against it, `list` prints it, and the
/// error for an absurd value quotes its range.
public struct Setting: Sendable {
  /// What values a setting takes.
  public enum Kind: Sendable, Equatable {
    /// true or false.
    case flag
    /// A whole number within bounds, both included.
    case integer(ClosedRange<Int>)
    /// A real number between two bounds; `openBelow` and `openAbove` exclude the bound itself.
    case number(ClosedRange<Double>, openBelow: Bool = false, openAbove: Bool = false)
    /// One of these words.
    case choice([String])
  }

  /// The key in a suite file.
  public let name: String
  /// Its type and allowed values.
  public let kind: Kind
  /// The default, in the type of `kind`.
  public let standard: Value
  /// One phrase: what it is, its symbol in the paper, its unit.
  public let meaning: String
  /// Where the default comes from.
  public let origin: Origin
  /// Whether it was declared after cells had been trained without it. At its default it then stays out of a cell's
  /// identity, so that those cells keep their names; its default must do what was done before, and never change.
  public let isAddedLater: Bool
  /// Whether it only chooses among data. The data's fingerprint then says all of it, and a cell that is known by the
  /// fingerprint does not name it.
  public let choosesData: Bool

  /// Declares a setting; a default that its own kind does not accept is a precondition failure.
  public init(
    _ name: String, _ kind: Kind, default standard: Value, _ meaning: String, from origin: Origin,
    isAddedLater: Bool = false, choosesData: Bool = false
  ) {
    self.name = name
    self.kind = kind
    self.meaning = meaning
    self.origin = origin
    self.isAddedLater = isAddedLater
    self.choosesData = choosesData
    guard let accepted = kind.accept(standard) else {
      preconditionFailure("Setting \(name): the default \(standard) is not \(kind.allowed)")
    }
    self.standard = accepted
  }
}

extension Setting.Kind {
  /// The value in this kind's own type, or nil when it is of another type or out of range.
  /// An integer is accepted where a number is asked for.
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
    // A choice that reads as a number, such as a depth, need not be quoted.
    case (.choice, .integer(let integer)): return accept(.text(String(integer)))
    default: return nil
    }
  }

  /// The allowed values as a phrase that fits after "must be".
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
