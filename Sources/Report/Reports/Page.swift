import Configuration

/// A document as a list of blocks, rendered as Markdown, plain text or HTML.
package struct Page: Hashable, Sendable {
  package enum Block: Hashable, Sendable {
    /// Level 1 is the page's title.
    case heading(Int, String)
    case paragraph(String)
    /// A warning that stands out.
    case banner(String)
    case table(Table)
    case list([String])
    /// Blocks that open on demand, below a summary line.
    case fold(String, [Block])
    case figure(Figure)
    /// Files of the report's folder, or parts of an appendix; plain text omits them.
    case links([Link])
    /// A section with folds; in Markdown a file of its own.
    case appendix(Appendix)
  }

  package struct Link: Hashable, Sendable {
    let text, file: String
    /// The appendix and its part that the link points to, if it is not to a whole file.
    var section: String?
    var part: String?
  }

  package struct Appendix: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
      let title: String
      let blocks: [Block]
    }

    package let file: String
    let title, note: String
    let parts: [Part]

    /// As blocks of the page itself.
    var section: [Block] {
      [.heading(2, title), .paragraph(note)] + parts.map { .fold($0.title, $0.blocks) }
    }

    package var page: Page {
      Page([.heading(1, title), .paragraph(note)] + parts.flatMap { [.heading(2, $0.title)] + $0.blocks })
    }
  }

  package var blocks: [Block]

  package init(_ blocks: [Block] = []) { self.blocks = blocks }

  package var markdown: String {
    blocks.map { block in
      switch block {
      case .heading(let level, let text): "\(String(repeating: "#", count: level)) \(text.markdownSpan)\n"
      case .paragraph(let text): text.markdownSpan.wrapped() + "\n"
      case .banner(let text): text.markdownSpan.wrapped(prefix: "> ") + "\n"
      case .table(let table): table.markdown
      case .list(let items): items.map { $0.markdownSpan.wrapped(prefix: "  ", first: "- ") + "\n" }.joined()
      case .fold(let title, let blocks):
        "<details>\n<summary>\(title.htmlText.withMarks { $0.htmlText })</summary>\n\n\(Page(blocks).markdown)\n</details>\n"
      case .figure(let figure): figure.markdown
      case .links(let links): links.map(\.markdown).joined(separator: " · ") + "\n"
      case .appendix(let appendix):
        "## \(appendix.title.markdownSpan)\n\n"
          + "\(Link(text: appendix.file, file: appendix.file).markdown). \(appendix.note.markdownSpan)".wrapped() + "\n"
      }
    }.joined(separator: "\n").withMarks { "\\" + $0 }
  }

  package var plainText: String {
    inOneFile.blocks.compactMap { block -> String? in
      switch block {
      case .heading(1, let text): "\(text.visible)\n\(String(repeating: "═", count: text.visible.columns))\n"
      case .heading(_, let text): "\(text.visible)\n"
      case .paragraph(let text): text.withoutMarks.visible.wrapped() + "\n"
      case .banner(let text): text.withoutMarks.visible.wrapped(prefix: "! ") + "\n"
      case .table(let table): table.plainText
      case .list(let items): items.map { $0.withoutMarks.visible.wrapped(prefix: "  ", first: "- ") + "\n" }.joined()
      case .fold(let title, let blocks): "\(title.visible)\n\n\(Page(blocks).plainText)"
      case .figure(let figure): figure.plainText
      case .links, .appendix: nil
      }
    }.joined(separator: "\n").withMarks()
  }

  package var appendices: [Appendix] {
    blocks.compactMap { if case .appendix(let appendix) = $0 { appendix } else { nil } }
  }

  var inOneFile: Page {
    Page(blocks.flatMap { block in if case .appendix(let appendix) = block { appendix.section } else { [block] } })
  }
}

extension Page.Link {
  /// Headings of Markdown files have their text as a link target, in lower case with dashes.
  fileprivate var markdown: String {
    "[\(text.markdownSpan)](\(file.markdownPath)\(part.map { "#" + $0.identifier } ?? ""))"
  }
}
