import Configuration

extension Table {
  /// A pipe table; on a page, with aligned source, readable in a terminal.
  package var markdown: String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
    guard style == .page else {
      let cells = [columns.map(\.title), columns.map { _ in "---" }] + rows.map { $0.map(\.text) }
      return cells.enumerated().map { line($0 == 1 ? $1 : $1.map(Markdown.value(of:))) }.joined()
    }
    let cells = aligned { $0.markdownCell }
    let rule = zip(columns, cells[0]).map { column, cell in
      switch column.alignment {
      case .left: String(repeating: "-", count: max(3, cell.columns))
      case .right: String(repeating: "-", count: max(2, cell.columns - 1)) + ":"
      }
    }
    let footnotes = notes.map { $0.line.markdownSpan.wrapped(prefix: "  ", first: "- ") + "\n" }
    return ([cells[0], rule] + cells.dropFirst()).map(line).joined() + (notes.isEmpty ? "" : "\n") + footnotes.joined()
  }

  /// Columns separated by spaces, for a terminal.
  package var plainText: String {
    let cells = aligned { (style == .page ? $0.withoutMarks : $0).visible.replacing("\t", with: " ") }
    let footnotes = notes.map { $0.line.withoutMarks.visible.wrapped() + "\n" }
    return TextLayout.table(
      cells, hasRule: style == .page, optional: optional.compactMap { key in columns.firstIndex { $0.key == key } })
      + (notes.isEmpty ? "" : "\n") + footnotes.joined()
  }

  /// Heads, then rows, each entry padded to its column's width.
  private func aligned(_ escape: (String) -> String) -> [[String]] {
    columns.indices.map { index -> [String] in
      let entries = rows.map { $0[index] }
      let pairs = entries.compactMap { if case .pair(let paper, let ours) = $0 { (paper, ours) } else { nil } }
      let (paper, ours) = (Side(pairs.map(\.0)), Side(pairs.map(\.1)))
      let texts = entries.map { entry in
        if case .pair(let left, let right) = entry { return escape("\(paper.fill(left)) → \(ours.fill(right))") }
        return style == .page && entry == .none ? "–" : escape(entry.text)
      }
      let all = [escape(columns[index].title)] + texts
      let width = max(style == .page ? 3 : 0, all.map(\.columns).max() ?? 0)
      return all.map { $0.filled(to: width, columns[index].alignment) }
    }.transposed
  }
}

/// One side of a column of pairs: aligns means and deviations.
private struct Side {
  private var mean = 0
  private var deviation = 0
  private var word = 0

  init(_ texts: [String]) {
    for parts in texts.map(Side.parts(_:)) {
      mean = max(mean, parts.mean.columns)
      deviation = max(deviation, parts.deviation.columns)
      word = max(word, parts.word.columns)
    }
  }

  func fill(_ text: String) -> String {
    let parts = Side.parts(text)
    let number = parts.mean.filled(to: mean, .right) + parts.deviation.filled(to: deviation, .left)
    return (parts.word.isEmpty ? number : parts.word).filled(to: max(mean + deviation, word), .left)
  }

  /// "96.64", " ± 0.12" and nothing; or a word such as "not run" alone. A dash takes the place of a mean.
  private static func parts(_ text: String) -> (mean: String, deviation: String, word: String) {
    guard let first = text.first, first.isNumber || first == "–" || first == "-" else { return ("", "", text) }
    guard let sign = text.firstIndex(of: "±") else { return (text, "", "") }
    let mean = text[..<sign].trimmingEnd
    return (mean, String(text[mean.endIndex...]), "")
  }
}

extension Table.Note {
  fileprivate var line: String { "\(mark) \(text)" }
}

extension String {
  fileprivate func filled(to width: Int, _ alignment: Table.Alignment) -> String {
    let space = String(repeating: " ", count: max(0, width - columns))
    return alignment == .left ? self + space : space + self
  }
}

extension StringProtocol {
  fileprivate var trimmingEnd: String { String(reversed().drop { $0 == " " }.reversed()) }
}

extension Array where Element == [String] {
  fileprivate var transposed: [[String]] {
    guard let first else { return [] }
    return first.indices.map { row in map { $0[row] } }
  }
}
