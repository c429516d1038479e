import Suites

/// What a report knows about the paper behind its suites. Each paper has its own type, outside this target; only
/// `heading`, `citation` and `claims` are required.
package protocol PaperKnowledge: Sendable {
  /// The title of a page about the paper.
  var heading: String { get }
  /// The paper as the start of a sentence: authors, *title*, identifier.
  var citation: String { get }
  var links: [(title: String, address: String)] { get }
  /// The number of the table with the main result. Its first figure follows the claims.
  var mainTable: Int? { get }
  /// Where the paper defines the speed of a run: "Eq. 20".
  var speedDefinition: String? { get }

  /// The claims that these tables can judge. Without any, the page is not about the paper.
  func claims(in tables: [TableReport], reading traces: @escaping TraceReader) -> [Claim]
  /// The answer in a few lines, each derived from the tables.
  func answer(_ claims: [Claim], in tables: [TableReport]) -> [String]
  /// Contradictions among the printed numbers, those that matter first.
  func contradictions(in tables: [TableReport]) -> [Contradiction]
  /// The paper's own figures, after the general ones of a table.
  func figures(for table: TableReport, reading traces: TraceReader) -> [Figure]
  /// Columns beside the sampling numbers of a table.
  func columns(for table: TableReport) -> [PaperColumn]
  /// Conclusions that short runs do not support.
  func limits(of tables: [TableReport]) -> [String]
  /// Sections after the tables.
  func sections(on tables: [TableReport]) -> [Page.Block]
}

extension PaperKnowledge {
  package var links: [(title: String, address: String)] { [] }
  package var mainTable: Int? { nil }
  package var speedDefinition: String? { nil }

  package func answer(_ claims: [Claim], in tables: [TableReport]) -> [String] { [] }
  package func contradictions(in tables: [TableReport]) -> [Contradiction] { [] }
  package func figures(for table: TableReport, reading traces: TraceReader) -> [Figure] { [] }
  package func columns(for table: TableReport) -> [PaperColumn] { [] }
  package func limits(of tables: [TableReport]) -> [String] { [] }
  package func sections(on tables: [TableReport]) -> [Page.Block] { [] }
}

package struct PaperColumn: Sendable {
  let column: Table.Column
  /// The entry of a row; nil leaves it empty.
  let entry: @Sendable (Measurement) -> String?

  package init(_ key: String, title: String, entry: @escaping @Sendable (Measurement) -> String?) {
    (column, self.entry) = (Table.Column.right(key, title), entry)
  }
}

/// A contradiction among a paper's printed numbers.
package struct Contradiction: Hashable, Sendable {
  package enum Weight: Hashable, Sendable {
    /// A conclusion of the paper rests on it.
    case matters
    case minor
  }

  package let weight: Weight
  package let text: String

  package init(_ weight: Weight, _ text: String) { (self.weight, self.text) = (weight, text) }
}

extension Report {
  /// Contradictions among the printed numbers of this report's tables.
  var contradictions: [Page.Block] {
    let found = paper?.contradictions(in: tables) ?? []
    guard !found.isEmpty else { return [] }
    let (matters, minor) = (found.filter { $0.weight == .matters }, found.filter { $0.weight == .minor })
    return [
      .heading(2, "The paper's own inconsistencies"),
      .paragraph(
        "Computed from the printed numbers alone; those that affect a conclusion come first."),
      .list(matters.map(\.text)),
    ]
      + (minor.isEmpty
        ? []
        : [
          .appendix(
            Page.Appendix(
              file: "inconsistencies.md", title: "Minor inconsistencies",
              note: "\(minor.count) that affect no conclusion.",
              parts: [Page.Appendix.Part(title: "Minor: \(minor.count)", blocks: [.list(minor.map(\.text))])]))
        ])
  }
}
