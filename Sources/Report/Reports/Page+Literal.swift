import Suites

// A page's texts use a small markup (Markup.swift). In texts from a suite, the same characters are literal.

extension Page {
  /// The same page with every occurrence of these texts shown literally.
  func showing(literally texts: some Sequence<String>) -> Page {
    // Longest first: a longer text may contain a shorter one.
    let found = Set(texts).map { ($0, $0.withLiteralMarks) }.filter { $0.0 != $0.1 }
      .sorted { ($0.0.utf8.count, $0.0) > ($1.0.utf8.count, $1.0) }
    guard !found.isEmpty else { return self }
    return mapping { text in
      var text = text
      for (written, literal) in found { text = text.replacing(written, with: literal) }
      return text
    }
  }

  private func mapping(_ change: (String) -> String) -> Page {
    Page(
      blocks.map { block in
        switch block {
        case .heading(let level, let text): .heading(level, change(text))
        case .paragraph(let text): .paragraph(change(text))
        case .banner(let text): .banner(change(text))
        case .list(let items): .list(items.map(change))
        case .fold(let title, let blocks): .fold(change(title), Page(blocks).mapping(change).blocks)
        case .table(let table): .table(table.mapping(change))
        case .figure(let figure): .figure(figure.mapping(change))
        case .links(let links):
          .links(links.map { Link(text: change($0.text), file: $0.file, section: $0.section, part: $0.part) })
        case .appendix(let appendix):
          .appendix(
            Appendix(
              file: appendix.file, title: appendix.title, note: appendix.note,
              parts: appendix.parts.map {
                Appendix.Part(title: change($0.title), blocks: Page($0.blocks).mapping(change).blocks)
              }))
        }
      })
  }
}

extension Table {
  fileprivate func mapping(_ change: (String) -> String) -> Table {
    var table = self
    table.columns = columns.map { Column($0.key, title: change($0.title), alignment: $0.alignment) }
    table.rows = rows.map { row in
      row.map { entry in
        switch entry {
        case .value(.text(let text)): .text(change(text))
        case .pair(let left, let right): .pair(change(left), change(right))
        case .value: entry
        }
      }
    }
    table.notes = notes.map { Note(mark: $0.mark, text: change($0.text)) }
    table.caption = caption.map(change)
    return table
  }
}

extension Figure {
  /// Changes the texts beside the drawing; the drawing itself has no markup.
  fileprivate func mapping(_ change: (String) -> String) -> Figure {
    Figure(name: name, title: change(title), caption: change(caption), finding: finding.map(change), plot: plot)
  }
}

/// Stand-ins for literal markup characters: the last private-use code points of Unicode.
private let standIns = [("*", "\u{10FFFB}"), ("`", "\u{10FFFC}"), ("<", "\u{10FFFD}")]

extension String {
  /// With stand-ins for characters that a page would read as markup.
  fileprivate var withLiteralMarks: String {
    guard contains(/[*`]|<\/?u>/) else { return self }
    var text = self
    for (sign, standIn) in standIns { text = text.replacing(sign, with: standIn) }
    return text
  }

  /// With the stand-ins replaced by literal characters, as written by the output language.
  func withMarks(_ write: (String) -> String = { $0 }) -> String {
    guard utf8.contains(0xF4) else { return self }
    var text = self
    for (sign, standIn) in standIns { text = text.replacing(standIn, with: write(sign)) }
    return text
  }
}

extension Grid {
  /// Texts of the suite that a page shows.
  var texts: [String] {
    [suite.title, suite.layout.head] + [profile.banner, suite.published?.spread].compactMap { $0 }
      + (datasets + models).map(\.label) + methods.flatMap { [$0.label, $0.head] }
      + suite.quoted.flatMap { [$0.label, $0.note] }
  }
}
