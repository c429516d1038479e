import Configuration

extension Table {
  /// RFC 4180 with a header line; missing entries are empty.
  package var csv: String {
    CSV.line(columns.map(\.key)) + rows.map { CSV.line($0.map(\.text)) }.joined()
  }

  package var objects: Value {
    .list(rows.map { row in .object(Dictionary(uniqueKeysWithValues: zip(columns.map(\.key), row.map(\.json)))) })
  }

  /// One object with a versioned schema: the pairs of `head`, then `columns`, `rows` (one object each, null for missing
  /// entries) and `notes`.
  package func json(schema: String = "sambench.table", head: [(key: String, value: Value)]) -> String {
    var lines = ["{", "  \"schema\": \"\(schema)\",", "  \"version\": \(Table.schemaVersion),"]
    lines += head.map { "  \(Value.text($0.key).canonicalJSON): \($0.value.canonicalJSON)," }
    lines.append("  \"columns\": " + Value.list(columns.map { .text($0.key) }).canonicalJSON + ",")
    let objects = rows.map { row in
      let pairs = zip(columns, row).map { "\(Value.text($0.key).canonicalJSON): \($1.json.canonicalJSON)" }
      return "    {" + pairs.joined(separator: ", ") + "}"
    }
    lines.append("  \"rows\": [\n" + objects.joined(separator: ",\n") + "\n  ],")
    lines.append("  \"notes\": " + Value.list(notes.map { .text($0.text) }).canonicalJSON)
    return lines.joined(separator: "\n") + "\n}\n"
  }

  /// Raised when a column changes its meaning or is removed, not for new columns.
  package static let schemaVersion = 2
}

extension Table.Entry {
  fileprivate var json: Value { if case .value(let value) = self { value } else { .text(text) } }
}
