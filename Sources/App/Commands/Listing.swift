import Configuration
import Foundation  // pow

/// A small table for standard output, in any of the formats.
struct Listing {
  let head: [String]
  var rows: [[Value]] = []

  func text(as format: OutputFormat) -> String {
    let cells = rows.map { $0.map(\.description) }
    switch format {
    case .json: return json.canonicalJSON + "\n"
    case .csv: return ([head] + cells).map(CSV.line).joined()
    case .markdown:
      let rule = head.map { _ in "---" }
      return ([head.map(Markdown.value(of:)), rule] + cells.map { $0.map(Markdown.value(of:)) }).map { row in
        "| " + row.joined(separator: " | ") + " |\n"
      }.joined()
    case .text:
      let lines = ([head] + cells).map { row in row.map { $0.visible.replacing("\t", with: " ") } }
      if let stacked = TextLayout.stacked(head: lines[0], rows: Array(lines.dropFirst())) { return stacked }
      let widths = head.indices.map { column in lines.reduce(0) { max($0, $1[column].columns) } }
      return lines.map { row in
        var line = ""
        for (column, cell) in row.enumerated() {
          line += cell
          if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.columns + 2) }
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
      }.joined()
    }
  }

  /// One object per row.
  var json: Value {
    .list(rows.map { row in .object(Dictionary(uniqueKeysWithValues: zip(head, row))) })
  }
}

extension Double {
  func rounded(toPlaces places: Int) -> Double {
    let factor = pow(10, Double(places))
    return (self * factor).rounded() / factor
  }
}
