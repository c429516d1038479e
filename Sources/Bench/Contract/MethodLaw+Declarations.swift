import Configuration
import Methods

// Checks of a method's declarations.
extension MethodLaw {
  static let originsAreTold = MethodLaw("documents itself and the source of every default", .defaults) { variant in
    let type = variant.type
    for setting in type.settings {
      if setting.origin.description.count <= 8 { return "'\(setting.name)' gives no source for its default" }
      if setting.meaning.isEmpty { return "'\(setting.name)' has no description" }
    }
    if Set(type.settings.map(\.name)).count != type.settings.count { return "two settings have the same name" }
    if type.summary.isEmpty { return "the summary is empty" }
    if type.source.year <= 1900 { return "the source's year is \(type.source.year)" }
    if type.revision < 1 { return "the revision is \(type.revision); revisions start at 1" }
    try type.check(Settings(type.settings, owner: type.name))
    return nil
  }

  static let absurdSettingsAreRejected = MethodLaw(
    "rejects invalid settings and quotes the allowed range", .defaults
  ) { variant in
    for setting in variant.type.settings {
      for value in absurd(setting.kind) {
        do {
          _ = try Settings(variant.type.settings, given: [setting.name: value], owner: "method \(variant.type.name)")
          return "'\(setting.name)' accepts \(value)"
        } catch {
          guard "\(error)".contains(setting.kind.allowed), "\(error)".contains("'\(setting.name)'") else {
            return "'\(setting.name)' rejects \(value) without naming the allowed range: \(error)"
          }
        }
      }
    }
    return nil
  }

  private static func absurd(_ kind: SettingKind) -> [Value] {
    switch kind {
    case .flag: ["perhaps", 2]
    case .choice: ["nonsense", 1]
    case .integer(let range): [.integer(range.lowerBound - 1), 0.5, "many"]
    case .number(let range, _, _):
      [.number(-Double.greatestFiniteMagnitude), .number(range.upperBound * 2 + 1), .number(.nan), "much"]
    }
  }
}
