/// Widths of text pages and tables.
public enum TextLayout {
  /// Columns of the output terminal; nil if the output is a file or another program.
  @TaskLocal public static var columns: Int?

  /// Prose is wrapped at this width, because longer lines are hard to read on any screen.
  public static var proseWidth: Int { Swift.max(20, Swift.min(columns ?? 100, 100)) }

  /// A table as one block of lines per row, for a terminal that is too narrow for columns.
  ///
  /// - Parameters:
  ///   - head: one text per column.
  ///   - rows: the texts of each row, one per column.
  /// - Returns: nil if the table fits or is not shown on a terminal.
  public static func stacked(head: [String], rows: [[String]]) -> String? {
    guard let columns, !rows.isEmpty else { return nil }
    let widths = head.indices.map { column in rows.reduce(head[column].columns) { Swift.max($0, $1[column].columns) } }
    guard widths.reduce(0, +) + 2 * (widths.count - 1) > columns else { return nil }
    let width = head.map(\.columns).max() ?? 0
    return rows.map { row in
      zip(head, row).filter { !$1.isEmpty }.map { name, value in
        name + String(repeating: " ", count: width - name.columns + 2) + value + "\n"
      }.joined()
    }.joined(separator: "\n")
  }
}
