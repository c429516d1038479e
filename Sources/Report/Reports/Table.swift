import Configuration

/// Rows and columns without layout; rendered as Markdown, plain text, LaTeX, CSV or JSON.
package struct Table: Hashable, Sendable {
  package enum Alignment: Hashable, Sendable { case left, right }

  package enum Style: Hashable, Sendable {
    /// Part of a page: texts may have markup, and a dash stands for a missing entry.
    case page
    /// The output of a command: texts are literal, and a missing entry is empty.
    case listing
  }

  package struct Column: Hashable, Sendable {
    /// The name in CSV and JSON; not shown on pages.
    package let key: String
    /// The head in Markdown and plain text.
    package let title: String
    package let alignment: Alignment

    package init(_ key: String, title: String? = nil, alignment: Alignment = .right) {
      (self.key, self.title, self.alignment) = (key, title ?? key, alignment)
    }

    package static func left(_ key: String, _ title: String? = nil) -> Column {
      Column(key, title: title, alignment: .left)
    }

    package static func right(_ key: String, _ title: String? = nil) -> Column { Column(key, title: title) }
  }

  package enum Entry: Hashable, Sendable {
    /// Numbers have full precision; rounded numbers on a page are text.
    case value(Value)
    /// The paper's value and ours, with the arrows of a column aligned.
    case pair(String, String)
  }

  package var columns: [Column]
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

  private(set) var style = Style.page
  /// The keys of columns that a narrow terminal omits, in this order.
  package var optional: [String] = []

  package init(columns: [Column], rows: [[Entry]] = [], notes: [Note] = []) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "Table: every row has one entry for each column")
    (self.columns, self.rows, self.notes) = (columns, rows, notes)
  }

  /// The output of a command, or data for other programs: columns by their keys.
  package init(_ keys: [String], rows: [[Entry]] = [], optional: [String] = []) {
    self.init(columns: keys.map { .left($0) }, rows: rows)
    (style, self.optional) = (.listing, optional)
  }

  package static func row(_ cells: (any TableCell)...) -> [Entry] { cells.map(\.entry) }

  package mutating func add(_ cells: (any TableCell)...) { rows.append(cells.map(\.entry)) }
}

extension Table.Entry {
  package static var none: Table.Entry { .value(.null) }
  package static func text(_ text: String) -> Table.Entry { .value(.text(text)) }
  package static func integer(_ integer: Int?) -> Table.Entry { .value(integer.map(Value.integer) ?? .null) }
  package static func number(_ number: Double?) -> Table.Entry { .value(.known(number)) }

  /// Empty for a missing value; pairs before alignment.
  package var text: String {
    switch self {
    case .value(let value): value.description
    case .pair(let left, let right): "\(left) → \(right)"
    }
  }
}

/// The types of values in tables. Nil and numbers that are not finite are missing entries.
package protocol TableCell {
  var entry: Table.Entry { get }
}

extension String: TableCell { package var entry: Table.Entry { .text(self) } }
extension Int: TableCell { package var entry: Table.Entry { .integer(self) } }
extension Double: TableCell { package var entry: Table.Entry { .number(self) } }
extension Bool: TableCell { package var entry: Table.Entry { .value(.flag(self)) } }
extension Value: TableCell { package var entry: Table.Entry { .value(self) } }
extension Table.Entry: TableCell { package var entry: Table.Entry { self } }
extension Optional: TableCell where Wrapped: TableCell {
  package var entry: Table.Entry { map(\.entry) ?? Table.Entry.none }
}
