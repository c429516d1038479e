/// Widths of text pages and tables.
public enum TextLayout {
  /// Columns of the output terminal; nil if the output is a file or another program.
  @TaskLocal public static var columns: Int?

  /// Prose is wrapped at this width, because longer lines are hard to read on any screen.
  public static var proseWidth: Int { Swift.max(20, Swift.min(columns ?? 100, 100)) }

  /// The last column of a table is wrapped if at least this width is left for it.
  private static let leastWidth = 24

  /// A table in columns separated by two spaces.
  ///
  /// On a terminal that is too narrow, columns of `optional` are left out, then the last column is wrapped. If that is
  /// not enough, each row is a block of lines, one per column.
  ///
  /// - Parameters:
  ///   - lines: the head and the rows. The texts of a column are padded to the same width.
  ///   - hasRule: whether a line separates the head from the rows.
  ///   - optional: the columns that can be left out, in this order.
  public static func table(_ lines: [[String]], hasRule: Bool = false, optional: [Int] = []) -> String {
    let widths = lines[0].indices.map { column in lines.reduce(0) { Swift.max($0, $1[column].columns) } }
    func width(_ kept: [Int]) -> Int { kept.reduce(0) { $0 + widths[$1] + 2 } - 2 }
    var kept = Array(widths.indices)
    guard let columns, lines.count > 1, width(kept) > columns else { return text(lines, hasRule) }
    for column in optional where width(kept) > columns { kept.removeAll { $0 == column } }
    let shown = lines.map { line in kept.map { line[$0] } }
    guard width(kept) > columns else { return text(shown, hasRule) }
    let left = columns - width(kept) + widths[kept[kept.count - 1]]
    guard left >= leastWidth else { return blocks(lines) }
    return text(shown, hasRule, lastWidth: left)
  }

  private static func text(_ lines: [[String]], _ hasRule: Bool, lastWidth: Int? = nil) -> String {
    var lines = lines
    if let lastWidth { lines = lines.flatMap { wrapped($0, lastWidth) } }
    if hasRule {
      let last = lines[0].count - 1
      let rule = lines[0].enumerated().map { column, text in
        String(repeating: "─", count: column == last ? lastWidth ?? text.columns : text.columns)
      }
      lines.insert(rule, at: 1)
    }
    return lines.map { trimmed($0.joined(separator: "  ")) + "\n" }.joined()
  }

  /// A row as several, with the last column wrapped.
  private static func wrapped(_ row: [String], _ width: Int) -> [[String]] {
    let last = trimmed(String(row[row.count - 1].drop { $0 == " " }))
    let pieces = folded(last, to: width, indent: 0).split(separator: "\n").map(String.init)
    let blank = row.dropLast().map { String(repeating: " ", count: $0.columns) }
    guard let first = pieces.first else { return [row.dropLast() + [""]] }
    return [row.dropLast() + [first]] + pieces.dropFirst().map { blank + [$0] }
  }

  private static func blocks(_ lines: [[String]]) -> String {
    let texts = lines.map { $0.map { trimmed(String($0.drop { $0 == " " })) } }
    let width = texts[0].map(\.columns).max() ?? 0
    return texts.dropFirst().map { row in
      zip(texts[0], row).filter { !$1.isEmpty }.map { name, value in
        name + String(repeating: " ", count: width - name.columns + 2) + value + "\n"
      }.joined()
    }.joined(separator: "\n")
  }

  /// Lines wider than the terminal are continued at spaces, two columns further in than they begin.
  public static func folded(_ text: String) -> String {
    guard let columns else { return text }
    return folded(text, to: columns)
  }

  /// Lines wider than `columns` are continued at spaces, `indent` columns further in than they begin.
  public static func folded(_ text: String, to columns: Int, indent: Int = 2) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard String(line).columns > columns else { return String(line) }
      let start = String(repeating: " ", count: line.prefix { $0 == " " }.count)
      let next = start + String(repeating: " ", count: indent)
      var lines: [String] = []
      var current = start
      var isEmpty = true
      for word in line.dropFirst(start.count).split(separator: " ", omittingEmptySubsequences: false) {
        if !isEmpty && current.columns + 1 + String(word).columns > columns {
          lines.append(trimmed(current))
          current = next
          isEmpty = true
        }
        current += (isEmpty ? "" : " ") + word
        isEmpty = false
      }
      return (lines + [current]).joined(separator: "\n")
    }.joined(separator: "\n")
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }
}
