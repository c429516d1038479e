import Records

extension Report {
  /// Where the numbers come from: the paper, and the programs, machines and commands that made the cells.
  var provenance: [Page.Block] {
    let entries = summaries.flatMap(\.provenance)
    guard !entries.isEmpty else { return [] }
    func values(_ key: String) -> [String] {
      var seen: Set<String> = []
      return entries.filter { $0.key == key && seen.insert($0.value).inserted }.map(\.value)
    }
    var lines = (paper?.links ?? []).map { "\($0.title): \($0.address)" }
    for (key, title) in [
      ("program", "Program"), ("commit", "Commit"), ("build_flags", "Build flags"), ("compiler", "Compiler"),
      ("blas", "BLAS"), ("host", "Host"), ("kernel", "Kernel"),
    ] {
      let found = values(key)
      if !found.isEmpty { lines.append("\(title): \(found.joined(separator: "; "))") }
    }
    // Dates of one format sort as text.
    let dates = values("date").sorted()
    if let first = dates.first, let last = dates.last {
      lines.append("Trained: " + (first == last ? first : "\(first) to \(last)"))
    }
    let commands = values("command")
    lines += commands.prefix(4).map { "Command: \($0)" }
    if commands.count > 4 {
      lines.append("Other commands: \(commands.count - 4); `sambench inspect` shows each cell's")
    }
    return [.heading(2, "Provenance")] + Page([.list(lines)]).showing(literally: Set(entries.map(\.value))).blocks
  }
}
