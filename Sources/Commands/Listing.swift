import Configuration

/// A small table for standard output, in any of the formats.
struct Listing {
  let head: [String]
  var rows: [[Value]] = []

  func text(as format: OutputFormat) -> String {
    let cells = rows.map { $0.map { $0 == "" ? "" : $0.description } }
    switch format {
    case .json: return json.canonicalJSON + "\n"
    case .csv: return ([head] + cells).map { $0.map(Listing.quoted).joined(separator: ",") + "\n" }.joined()
    case .markdown:
      let rule = head.map { _ in "---" }
      return ([head, rule] + cells).map { row in
        "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
      }.joined()
    case .text:
      let widths = head.indices.map { column in ([head] + cells).map { $0[column].count }.max() ?? 0 }
      return ([head] + cells).map { row in
        var line = ""
        for (column, cell) in row.enumerated() {
          line += cell
          if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
      }.joined()
    }
  }

  /// One object a row.
  var json: Value {
    .list(rows.map { row in .object(Dictionary(uniqueKeysWithValues: zip(head, row))) })
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}

/// Writes an answer as it is.
func answer(_ text: String) { print(text, terminator: "") }
