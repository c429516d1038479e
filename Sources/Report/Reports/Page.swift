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
      }
    }.joined(separator: "\n").withMarks { "\\" + $0 }
  }

  package var plainText: String {
    blocks.map { block in
      switch block {
      case .heading(1, let text): "\(text.visible)\n\(String(repeating: "═", count: text.visible.columns))\n"
      case .heading(_, let text): "\(text.visible)\n"
      case .paragraph(let text): text.withoutMarks.visible.wrapped() + "\n"
      case .banner(let text): text.withoutMarks.visible.wrapped(prefix: "! ") + "\n"
      case .table(let table): table.plainText
      case .list(let items): items.map { $0.withoutMarks.visible.wrapped(prefix: "  ", first: "- ") + "\n" }.joined()
      case .fold(let title, let blocks): "\(title.visible)\n\n\(Page(blocks).plainText)"
      case .figure(let figure): figure.plainText
      }
    }.joined(separator: "\n").withMarks()
  }
}
