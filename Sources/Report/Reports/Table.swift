/// Rows and columns without layout; rendered as Markdown, plain text, LaTeX, CSV or JSON.
package struct Table: Hashable, Sendable {
  package enum Alignment: Hashable, Sendable { case left, right }

  package struct Column: Hashable, Sendable {
    /// The name in CSV and JSON; not shown on pages.
    package let key: String
    /// The head in Markdown and plain text.
    package let title: String
    package let alignment: Alignment

    package init(_ key: String, title: String? = nil, alignment: Alignment = .right) {
      self.key = key
      self.title = title ?? key
      self.alignment = alignment
    }
  }

  package enum Entry: Hashable, Sendable {
    case text(String)
    /// Full precision; rounded numbers on a page are text.
    case number(Double)
    case integer(Int)
    /// The paper's value and ours, with the arrows of a column aligned.
    case pair(String, String)
    case none
  }

  package var columns: [Column]
  /// One entry for each column.
  package var rows: [[Entry]]
  /// Footnotes with the marks that rows use.
  package var notes: [Note]
  /// A description that does not depend on the headings above it.
  package var caption: String?
  /// Link targets of rows, by row, and the links of cells: for HTML.
  package var anchors: [Int: String] = [:]
  package var targets: [Place: String] = [:]

  package struct Place: Hashable, Sendable {
    package let row, column: Int
  }

  package struct Note: Hashable, Sendable {
    package let mark: String
    package let text: String
  }

  package init(columns: [Column], rows: [[Entry]] = [], notes: [Note] = []) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "Table: every row has one entry for each column")
    self.columns = columns
    self.rows = rows
    self.notes = notes
  }
}

extension Table.Entry {
  package static func number(_ value: Double?) -> Table.Entry { value.map { .number($0) } ?? .none }
  static func integer(_ value: Int?) -> Table.Entry { value.map { .integer($0) } ?? .none }

  /// As shown on a page, before alignment.
  var text: String {
    switch self {
    case .text(let text): text
    case .number(let number): String(describing: number)
    case .integer(let integer): String(integer)
    case .pair(let left, let right): "\(left) → \(right)"
    case .none: "–"
    }
  }
}
