/// Widths of text pages and tables.
public enum TextLayout {
  /// Columns of the output terminal; nil if the output is a file or another program.
  @TaskLocal public static var columns: Int?

  /// Prose is wrapped at this width, because longer lines are hard to read on any screen.
  public static var proseWidth: Int { Swift.max(20, Swift.min(columns ?? 100, 100)) }

  /// Columns are not made narrower than this.
  private static let leastWidth = 24

  /// A table in columns separated by two spaces.
  ///
  /// On a terminal that is too narrow, columns of `optional` are left out, then the texts of wide columns are wrapped.
  /// If that is not enough, each row is a block of lines, one per column.
  ///
  /// - Parameters:
  ///   - lines: the head and the rows. The texts of a column are padded to the same width.
  ///   - hasRule: whether a line separates the head from the rows.
  ///   - optional: the columns that can be left out, in this order.
  public static func table(_ lines: [[String]], hasRule: Bool = false, optional: [Int] = []) -> String {
    var widths = lines[0].indices.map { column in lines.reduce(0) { Swift.max($0, $1[column].columns) } }
    var lines = lines
    var left = (columns ?? .max) - 2 * (widths.count - 1)
    if lines.count > 1, widths.reduce(0, +) > left {
      var kept = Array(widths.indices)
      for column in optional where kept.reduce(0, { $0 + widths[$1] }) > left {
        kept.removeAll { $0 == column }
        left += 2
      }
      var narrow = kept.map { widths[$0] }
      while narrow.reduce(0, +) > left {
        let widest = narrow.indices.max { narrow[$0] < narrow[$1] }!
        guard narrow[widest] > leastWidth else { return blocks(lines) }
        narrow[widest] -= 1
      }
      lines = lines.flatMap { line in wrapped(kept.map { line[$0] }, narrow) }
      widths = narrow
    }
    if hasRule { lines.insert(widths.map { String(repeating: "─", count: $0) }, at: 1) }
    return lines.map { trimmed($0.joined(separator: "  ")) + "\n" }.joined()
  }

  /// A row as several, with texts wider than their column continued in the next one.
  private static func wrapped(_ row: [String], _ widths: [Int]) -> [[String]] {
    let texts = zip(row, widths).map { text, width -> [String] in
      guard text.columns > width else { return [text] }
      return folded(bare(text), to: width, indent: 0).split(separator: "\n").map(String.init)
    }
    return (0..<Swift.max(1, texts.map(\.count).max() ?? 1)).map { index in
      zip(texts, widths).map { parts, width in
        let part = index < parts.count ? parts[index] : ""
        return part + String(repeating: " ", count: Swift.max(0, width - part.columns))
      }
    }
  }

  private static func blocks(_ lines: [[String]]) -> String {
    let texts = lines.map { $0.map(bare) }
    let width = 2 + (texts[0].map(\.columns).max() ?? 0)
    let left = Swift.max(leastWidth, (columns ?? .max) - width)
    let next = "\n" + String(repeating: " ", count: width)
    return texts.dropFirst().map { row in
      zip(texts[0], row).filter { !$1.isEmpty }.map { name, value in
        name + String(repeating: " ", count: width - name.columns)
          + folded(value, to: left, indent: 0).replacing("\n", with: next) + "\n"
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

  /// Without spaces at its ends.
  private static func bare(_ text: String) -> String { trimmed(String(text.drop { $0 == " " })) }

  /// Without spaces at its end.
  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }
}
