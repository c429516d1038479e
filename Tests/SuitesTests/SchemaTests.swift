import Foundation
import Testing
import Yams

@testable import Suites

/// The JSON Schema for editors agrees with the reader of suites.
@Suite("The schema of suite files")
struct SchemaTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private func schema() throws -> Schema {
    try Schema(contentsOf: SchemaTests.root.appendingPathComponent("docs/suites.schema.json"))
  }

  /// Every suite file, including the example package, without the shared protocols.
  private static let suites = ["suites", "Examples/BringYourOwnMethod/suites"].flatMap { folder in
    (FileManager.default.enumerator(atPath: root.appendingPathComponent(folder).path)?.compactMap { $0 as? String }
      ?? [])
      .filter { $0.hasSuffix(".yaml") && !$0.hasSuffix("protocol.yaml") }.map { "\(folder)/\($0)" }
  }.sorted()

  private func problems(_ yaml: String, _ definition: String = "suite") throws -> [String] {
    try schema().problems(of: try #require(try Yams.load(yaml: yaml)), definition)
  }

  @Test("the search finds the suites")
  func search() {
    #expect(
      Set(SchemaTests.suites).isSuperset(of: [
        "suites/compare.yaml", "suites/table1.yaml", "suites/extra/table5-rho.yaml",
        "Examples/BringYourOwnMethod/suites/ae-looksam.yaml",
      ]))
  }

  @Test("every suite of the project is valid, and names the schema for editors", arguments: suites)
  func valid(_ suite: String) throws {
    let file = SchemaTests.root.appendingPathComponent(suite)
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(try problems(text) == [])
    let schema = try #require(text.firstMatch(of: /^# yaml-language-server: \$schema=(.+)\n/), "names no schema")
    #expect(
      file.deletingLastPathComponent().appendingPathComponent(String(schema.1)).standardized
        == SchemaTests.root.appendingPathComponent("docs/suites.schema.json").standardized)
  }

  @Test("the shared protocols are valid", arguments: ["paper", "evidence"])
  func validProtocol(_ folder: String) throws {
    let file = SchemaTests.root.appendingPathComponent("suites/\(folder)/protocol.yaml")
    #expect(try problems(String(contentsOf: file, encoding: .utf8), "protocol") == [])
  }

  @Test(
    "the schema rejects what the reader rejects",
    arguments: [
      ("baselin: SAM", "baselin is not allowed"),
      ("table: 0", "table: 0 is below 1"),
      ("rules: [{set: {recipe: {epochs: [1]}}}]", "rules.0.set.recipe.epochs: is not string or number or boolean"),
      ("rules: [{when: {method: sam}}]", "rules.0: matches none of 2"),
      ("report: {columns: [speed]}", "report.columns.0: is none of accuracy, sampling_number, ais"),
      ("defaults: {epochs: {value: 1, source: someone}}", "defaults.epochs: matches 0 of 2"),
      ("paper: {values: a.csv, n: 3}", "paper: spread is missing"),
      ("probes: {images: 64}", "probes: every is missing"),
      ("probes: {every: 0}", "probes.every: 0 is below 1"),
    ])
  func invalid(_ extra: String, _ problem: String) throws {
    let yaml = suiteText(extra)
    #expect(try problems(yaml) == [problem])
    #expect(message { _ = try suite(yaml).grid(profile: "small", vocabulary: vocabulary) } != nil)
  }

  /// For each definition, a suite with the key `bogus` in that place, for which the reader lists the known keys.
  static let places: [(definition: String, extra: String)] = [
    ("suite", "bogus: 1"), ("rule", "rules: [{bogus: 1}]"), ("report", "report: {bogus: 1}"),
    ("paper", "paper: {bogus: 1}"), ("equivalence", "equivalence: {bogus: 1}"),
    ("margin", "equivalence: {ais: {bogus: 1}}"), ("primary", "primary: [{bogus: 1}]"),
    ("printed", "equivalence: {ais: {margin: 0.1, source: paper 1, printed: {bogus: 1}}}"),
    ("quoted", "quoted: [{bogus: 1}]"), ("mixtures", "mixtures: {bogus: 1}"),
    ("steps", "profiles: {small: {interleave: {bogus: 1}}}"),
    ("profile", "profiles: {small: {bogus: 1}}"), ("probes", "probes: {bogus: 1}"),
    ("sections", "rules: [{set: {bogus: {}}}]"),
    ("published", "quoted: [{label: a, note: b, published: {bogus: 1}}]"), ("axes", "axes: {bogus: 1}"),
    ("resource", "resources: [{bogus: 1}]"), ("asked", "resources: [{set: {bogus: 1}}]"),
    ("resourceCondition", "resources: [{when: {bogus: 1}, set: {}}]"),
  ]

  @Test("both know the same keys", arguments: places)
  func keys(_ definition: String, _ extra: String) throws {
    let overlay = try Overlay(yaml: extra, file: "more.yaml")
    let error = #expect(throws: SuiteError.self) {
      _ = try Suite(yaml: suiteText(), file: "suites/test.yaml", overlays: [overlay])
    }
    guard case .unknownKey(_, _, _, let known) = error else {
      Issue.record("\(String(describing: error)) is no unknown key")
      return
    }
    #expect(try Set(schema().keys(of: definition)) == Set(known), "bring docs/suites.schema.json up to date")
  }

  @Test("a protocol has the keys that the schema gives it")
  func protocolKeys() throws {
    let yaml = suiteText("protocol: p.yaml")
    let text = message { _ = try suite(yaml, files: ["p.yaml": "bogus: 1"]) }
    let known = try schema().keys(of: "protocol").sorted()
    #expect(known == ["defaults", "equivalence", "paper", "profiles", "resources", "rules"])
    #expect(text?.contains("Known: paper, equivalence, defaults, rules, profiles, resources.") == true)
  }
}

/// The subset of JSON Schema that docs/suites.schema.json uses; any other keyword is an error.
private struct Schema {
  private let definitions: [String: [String: Any]]

  struct Unsupported: Error { let keyword: String }

  init(contentsOf file: URL) throws {
    let root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
    definitions = try #require(root?["$defs"] as? [String: [String: Any]])
  }

  func keys(of definition: String) -> [String] {
    ((definitions[definition]?["properties"] as? [String: Any]) ?? [:]).keys.map { $0 }
  }

  func problems(of value: Any, _ definition: String) throws -> [String] {
    try problems(value, try #require(definitions[definition]), "")
  }

  private func problems(_ value: Any, _ schema: [String: Any], _ path: String) throws -> [String] {
    var found: [String] = []
    func report(_ text: String) { found.append(path.isEmpty ? text : "\(path): \(text)") }
    func inside(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
    let number = (value as? Int).map(Double.init) ?? value as? Double
    for (keyword, argument) in schema {
      switch (keyword, argument) {
      case ("description", _), ("properties", _): break
      case ("$ref", let reference as String):
        found += try problems(value, try #require(definitions[String(reference.dropFirst("#/$defs/".count))]), path)
      case ("type", _):
        let types = argument as? [String] ?? [argument as? String ?? ""]
        if !types.contains(where: { Schema.has(value, type: $0) }) {
          report("is not \(types.joined(separator: " or "))")
        }
      case ("required", let keys as [String]):
        guard let object = value as? [String: Any] else { break }
        for key in keys where object[key] == nil { report("\(key) is missing") }
      case ("additionalProperties", _):
        guard let object = value as? [String: Any] else { break }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        for (key, member) in object {
          if let property = properties[key] {
            found += try problems(member, property, inside(key))
          } else if let other = argument as? [String: Any] {
            found += try problems(member, other, inside(key))
          } else {
            report("\(key) is not allowed")
          }
        }
      case ("items", let item as [String: Any]):
        for (index, member) in (value as? [Any] ?? []).enumerated() {
          found += try problems(member, item, inside("\(index)"))
        }
      case ("minItems", let least as Int): if let list = value as? [Any], list.count < least { report("is too short") }
      case ("uniqueItems", _):
        if let list = value as? [Any], Set(list.map { "\($0)" }).count < list.count { report("has an item twice") }
      case ("minimum", let least as Int): if let number, number < Double(least) { report("\(value) is below \(least)") }
      case ("maximum", let most as Int): if let number, number > Double(most) { report("\(value) is above \(most)") }
      case ("pattern", let pattern as String):
        if let text = value as? String, try text.firstMatch(of: Regex(pattern)) == nil {
          report("matches no \(pattern)")
        }
      case ("enum", let values as [String]):
        if !values.contains(value as? String ?? "") { report("is none of \(values.joined(separator: ", "))") }
      case ("oneOf", let choices as [[String: Any]]):
        let matches = try choices.filter { try problems(value, $0, path).isEmpty }.count
        if matches != 1 { report("matches \(matches) of \(choices.count)") }
      case ("anyOf", let choices as [[String: Any]]):
        if try !choices.contains(where: { try problems(value, $0, path).isEmpty }) {
          report("matches none of \(choices.count)")
        }
      default: throw Unsupported(keyword: keyword)
      }
    }
    return found
  }

  private static func has(_ value: Any, type: String) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "boolean": value is Bool
    case "integer": value is Int
    case "number": value is Int || value is Double
    default: false
    }
  }
}
