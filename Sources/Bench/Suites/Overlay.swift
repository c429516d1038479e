import Configuration
import Foundation

/// A partial suite that is merged into a whole one: adds rows, rules and sizes without copying the suite.
///
/// Mappings are merged key by key. Lists of mappings are appended, and a row replaces the row with the same label.
/// Every other value replaces the previous one.
public struct Overlay: Sendable {
  let document: Document
  /// The rows of methods that a `--method` adds; empty for other overlays.
  public private(set) var rows: [Row] = []

  /// One row of methods.
  public struct Row: Hashable, Sendable {
    /// The row's label in the suite: "sam rho 0.1".
    public let label: String
    /// The `--method` that adds this row alone: "sam,rho=0.1".
    public let method: String
  }

  /// Reads a YAML text with any of a suite's keys.
  public init(yaml: String, file: String) throws(SuiteError) {
    document = try Document(yaml: yaml, file: file)
    guard case .mapping = document.content else {
      throw .wrongValue(document.place, key: "the overlay", allowed: "a mapping", found: document.found)
    }
  }

  /// Reads the file at a path.
  public init(contentsOf path: String) throws(SuiteError) { try self.init(yaml: suiteText(at: path), file: path) }

  /// Seeds for every suite and profile, as written on the command line: `1..5` or `1,2,11`.
  public init(seeds text: String) throws(SuiteError) {
    let place = Place(file: "--seeds \(text)")
    var seeds: [Document] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let range = try Selection.range(String(part), at: place)
      guard range.count <= 1000, seeds.count + range.count <= 1000 else {
        throw .wrongValue(place, key: "seeds", allowed: "at most 1000 seeds", found: "'\(text)'")
      }
      seeds += range.map { Document(place, .scalar(.integer(Int($0)))) }
    }
    func mapping(_ key: String, _ value: Document) -> Document {
      Document(place, .mapping([.init(key: key, place: place, value: value)]))
    }
    document = mapping("axes", mapping("seeds", Document(place, .list(seeds))))
  }

  /// An additional method row, as written on the command line: `gsam` or `sam,rho=0.1,period=5`. Values separated by
  /// bars, `sam,rho=0.05|0.1|0.2`, give one row each.
  public init(method text: String) throws(SuiteError) {
    let place = Place(file: "--method \(text)")
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard let name = parts.first, !name.isEmpty, !name.contains("=") else {
      throw .syntax(place, reason: "expected a method with settings after commas, such as sam,rho=0.1")
    }
    var label = name
    var given: String?
    var settings: [Document.Member] = []
    for part in parts.dropFirst() {
      guard let equals = part.firstIndex(of: "="), equals != part.startIndex,
        let value = Overlay.value(String(part[part.index(after: equals)...]), at: place)
      else { throw .syntax(place, reason: "expected key=value after each comma, not '\(part)'") }
      let key = String(part[..<equals])
      guard key != "name" else { throw .syntax(place, reason: "the method's name comes first and only once") }
      if key == "label" {
        given = String(part[part.index(after: equals)...])
        continue
      }
      if case .scalar(let value) = value.content { label += " \(key) \(value)" }
      settings.append(Document.Member(key: key, place: place, value: value))
    }
    func member(_ key: String, _ content: Document.Content) -> Document.Member {
      Document.Member(key: key, place: place, value: Document(place, content))
    }
    let row = Document(
      place,
      .mapping([member("name", .scalar(.text(name))), member("label", .scalar(.text(given ?? label)))] + settings))
    document = Document(place, .mapping([member("axes", .mapping([member("methods", .list([row]))]))]))
    rows = zip(row.spread, Overlay.alternatives(parts)).map { Row(label: $0.label ?? name, method: $1) }
  }

  /// The parts of a `--method` with one value in place of several, for each combination, in the order of the rows.
  private static func alternatives(_ parts: [String]) -> [String] {
    parts.reduce([""]) { texts, part in
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      // A label is text, with bars or without.
      let choices =
        sides.count == 2 && sides[0] != "label"
        ? sides[1].split(separator: "|").map { "\(sides[0])=\($0)" } : [part]
      let isSpread = texts.count * choices.count <= Document.maximumSpread
      return texts.flatMap { text in (isSpread ? choices : [part]).map { text.isEmpty ? $0 : "\(text),\($0)" } }
    }
  }

  /// A scalar, or a list if the text contains bars; nil if a value is empty.
  private static func value(_ text: String, at place: Place) -> Document? {
    let values = text.split(separator: "|", omittingEmptySubsequences: false).compactMap { Value(plain: String($0)) }
    guard values.count == text.count(where: { $0 == "|" }) + 1 else { return nil }
    let documents = values.map { Document(place, .scalar($0)) }
    return documents.count == 1 ? documents[0] : Document(place, .list(documents))
  }
}

extension Document {
  func value(at path: [String]) -> Document? {
    path.reduce(Optional(self)) { document, key in
      guard case .mapping(let members)? = document?.content else { return nil }
      return members.first { $0.key == key }?.value
    }
  }

  func overlaid(by other: Document) -> Document {
    switch (content, other.content) {
    case (.mapping(var members), .mapping(let additions)):
      for addition in additions {
        guard let index = members.firstIndex(where: { $0.key == addition.key }) else {
          members.append(addition)
          continue
        }
        members[index] = Member(
          key: addition.key, place: addition.place, value: members[index].value.overlaid(by: addition.value))
      }
      return Document(place, .mapping(members))
    case (.list(var items), .list(let additions))
    where additions.allSatisfy(\.isMapping) && items.allSatisfy(\.isMapping):
      for addition in additions {
        if let label = addition.label, let index = items.firstIndex(where: { $0.label == label }) {
          items[index] = addition
        } else {
          items.append(addition)
        }
      }
      return Document(place, .list(items))
    default: return other
    }
  }

  private var isMapping: Bool { if case .mapping = content { true } else { false } }

  /// The label of a row, or its name if it has none.
  fileprivate var label: String? {
    guard case .mapping(let members) = content,
      let member = members.first(where: { $0.key == "label" }) ?? members.first(where: { $0.key == "name" }),
      case .scalar(.text(let text)) = member.value.content
    else { return nil }
    return text
  }
}
