import Configuration

/// How far a number may lie from the paper's and still count as the same.
public struct Margin: Hashable, Sendable {
  /// In the column's own unit: percentage points for accuracies, for shares of the iterations and for relative speeds.
  public let value: Double
  /// Why this much.
  public let source: Origin

  public init(_ value: Double, from source: Origin) { (self.value, self.source) = (value, source) }
}

extension SuiteSource {
  /// `accuracy: {margin: 0.3, source: "assumed: why"}` for any of the columns.
  mutating func addEquivalence(_ document: Document) throws(SuiteError) {
    for member in try document.members(of: "'equivalence'", known: Column.allCases.map(\.rawValue)).members {
      guard let column = Column(rawValue: member.key) else { continue }
      let members = try member.value.members(of: "the margin of '\(member.key)'", known: ["margin", "source"])
      let margin = try members.required("margin")
      let value = try margin.number("margin")
      guard value > 0, value.isFinite else {
        throw .wrongValue(margin.place, key: "margin", allowed: "a number > 0", found: "\(value)")
      }
      let source = try members.required("source")
      guard let origin = try SuiteSource.origin(source) else { continue }
      equivalence[column] = Margin(value, from: origin)
    }
  }

  /// `comparable: [sampling_number, ais]`: which of a profile's numbers may be held against the paper's.
  static func comparable(_ document: Document?) throws(SuiteError) -> Set<Column>? {
    guard let document else { return nil }
    var columns: Set<Column> = []
    for item in try document.items(of: "comparable") {
      let name = try item.text("comparable")
      guard let column = Column(rawValue: name) else {
        throw .unknownName(item.place, kind: "column", name: name, known: Column.allCases.map(\.rawValue))
      }
      columns.insert(column)
    }
    return columns
  }
}
