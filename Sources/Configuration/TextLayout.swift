/// How wide pages and tables of text may be.
public enum TextLayout {
  /// Columns of the terminal that text goes to; nil where it goes to a file or another program, which can scroll.
  @TaskLocal public static var columns: Int?

  /// Lines of prose are broken at this width: longer ones are hard to read on any screen.
  public static var proseWidth: Int { Swift.max(20, Swift.min(columns ?? 100, 100)) }

  /// A table as text: heads and cells of equal width, or, where a terminal is too narrow for that, a block of lines for
  /// each row.
  ///
  /// - Parameters:
  ///   - head: one text for each column.
  ///   - rows: the texts of each row, as many as there are heads.
  /// - Returns: nil where the table fits, or is not for a terminal.
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
