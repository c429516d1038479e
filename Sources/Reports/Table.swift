/// Rows and columns without any layout; renderers turn it into Markdown, plain text, CSV or JSON.
package struct Table: Hashable, Sendable {
  package enum Alignment: Hashable, Sendable { case left, right }

  package struct Column: Hashable, Sendable {
    /// The name in CSV and JSON; never shown to readers of a page.
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
    /// Full precision; what has fewer digits on a page is text there.
    case number(Double)
    case integer(Int)
    /// The paper's value and ours, set so that the arrows of a column stand below each other.
    case pair(String, String)
    case none
  }

  package var columns: [Column]
  /// One entry for each column.
  package var rows: [[Entry]]
  /// Notes below the table, each with the mark that rows refer to it by.
  package var notes: [Note]
  /// What the table shows, for those who cannot see what stands above it.
  package var caption: String?
  /// Names of rows for links, by row, and what cells link to: for pages that can be clicked.
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
  static func number(_ value: Double?) -> Table.Entry { value.map { .number($0) } ?? .none }
  static func integer(_ value: Int?) -> Table.Entry { value.map { .integer($0) } ?? .none }

  /// As a page shows it, before alignment.
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
