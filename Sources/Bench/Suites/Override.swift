import Configuration

/// One `--set key=value` of the command line: `epochs=2`, `method.rho=0.1`, `model.width=8`, `dataset.training=500`.
public struct Override: Hashable, Sendable {
  let section: SuiteSource.Section
  public let key: String
  public let value: Value
  let place: Place

  /// Parses `key=value`; a key without a section belongs to the recipe.
  public init(_ text: String) throws(SuiteError) {
    place = Place(file: "--set \(text)")
    let sections = SuiteSource.Section.allCases.map(\.rawValue)
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw .syntax(place, reason: "expected key=value, such as epochs=2 or method.rho=0.1")
    }
    let path = text[..<equals].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let section = SuiteSource.Section(rawValue: path.count == 2 ? path[0] : "recipe") else {
      throw .unknownName(place, kind: "part of a cell", name: path[0], known: sections)
    }
    guard let value = Value(plain: String(text[text.index(after: equals)...])) else {
      throw .syntax(place, reason: "expected a value after '='")
    }
    (self.section, key, self.value) = (section, path[path.count - 1], value)
  }
}

extension Override {
  /// The error for an unknown key; names the owner if only the section is missing.
  fileprivate func unknown(among known: [String], _ vocabulary: Vocabulary) -> SuiteError {
    guard section == .recipe else {
      return .unknownName(place, kind: "setting of a \(section.rawValue)", name: key, known: known)
    }
    let owner = SuiteSource.Section.allCases.first { vocabulary.entries($0).contains { $0.declares(key) } }
    guard let owner else { return .setting(place, .unknown(key: key, owner: "the recipe", known: known)) }
    return .syntax(
      place,
      reason: "'\(key)' is a setting of a \(owner.rawValue), not of the recipe; write "
        + "\(owner.rawValue).\(key)=\(value)")
  }
}

extension Vocabulary.Entry {
  fileprivate func declares(_ key: String) -> Bool { settings.contains { $0.name == key } }
}

extension [Override] {
  /// Each key must be declared in the catalogues.
  func check(_ vocabulary: Vocabulary) throws(SuiteError) {
    for override in self {
      let section = override.section
      let declared = section == .recipe ? vocabulary.recipe : vocabulary.entries(section).flatMap(\.settings)
      guard let setting = declared.first(where: { $0.name == override.key }) else {
        throw override.unknown(among: declared.map(\.name).uniqued(), vocabulary)
      }
      guard section != .recipe || setting.kind.accept(override.value) != nil else {
        throw .setting(
          override.place,
          .invalid(
            key: override.key, owner: "the recipe", value: override.value.description, allowed: setting.kind.allowed))
      }
    }
  }
}
