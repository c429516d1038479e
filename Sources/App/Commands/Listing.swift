import Configuration
import Foundation  // pow

/// A small table for standard output, in any of the formats.
struct Listing {
  let head: [String]
  var rows: [[Value]] = []
  /// Columns that a narrow terminal omits, in this order.
  var optional: [String] = []

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
      let widths = head.indices.map { column in lines.reduce(0) { max($0, $1[column].columns) } }
      let padded = lines.map { row in
        zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.columns) }
      }
      return TextLayout.table(padded, optional: optional.compactMap { head.firstIndex(of: $0) })
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
