extension Table {
  /// A booktabs table for publications; it requires only \\usepackage{booktabs}.
  package var latex: String {
    let sides = columns.map { $0.alignment == .left ? "l" : "r" }.joined()
    func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
    var lines = ["\\begin{table}", "\\centering"]
    if let caption { lines.append("\\caption{\(caption.latexText)}") }
    lines += ["\\begin{tabular}{\(sides)}", "\\toprule", line(columns.map(\.title.latexText)), "\\midrule"]
    lines += rows.map { row in line(row.map(\.text.latexText)) }
    lines += ["\\bottomrule", "\\end{tabular}"]
    if !notes.isEmpty {
      lines.append("\\par\\footnotesize " + notes.map { "\($0.mark) \($0.text)".latexText }.joined(separator: " "))
    }
    return (lines + ["\\end{table}"]).joined(separator: "\n") + "\n"
  }
}

extension Report {
  /// The tables in the paper's layout.
  package var latex: String {
    let tables = self.tables.map { table in
      table.blockTables.map { Page.Block.table($0) } + table.mixtureBlocks
    }
    return Page(tables.flatMap { $0 }).showing(literally: self.tables.flatMap(\.grid.texts)).blocks.compactMap {
      block in
      if case .table(let table) = block { table.latex } else { nil }
    }.joined(separator: "\n")
  }
}

extension String {
  /// As LaTeX; markup for emphasis becomes commands.
  var latexText: String {
    var text = ""
    for character in self {
      switch character {
      case "\\": text += "\\textbackslash{}"
      case "&", "%", "$", "#", "_", "{", "}": text += "\\\(character)"
      case "~": text += "\\textasciitilde{}"
      case "^": text += "\\textasciicircum{}"
      case "→": text += "$\\to$"
      case "±": text += "$\\pm$"
      case "−": text += "$-$"
      case "×": text += "$\\times$"
      case "✓": text += "$\\surd$"
      case "✗": text += "$\\times$"
      case "–": text += "--"
      default: text.append(Footnotes.letter(character).map { "\\textsuperscript{\($0)}" } ?? String(character))
      }
    }
    text = text.replacing(/\*\*(.+?)\*\*/) { "\\textbf{\($0.1)}" }
    text = text.replacing("<u>", with: "\\underline{").replacing("</u>", with: "}")
    return text.replacing(/`([^`]+)`/) { "\\texttt{\($0.1)}" }.withMarks()
  }
}
