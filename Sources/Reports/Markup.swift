import Configuration

/// A page's texts carry a few signs of our own: `**strong**`, `*emphasis*`, `` `code` `` and `<u>underline</u>`. Whatever
/// else stands in them, a label of a suite or the reason in a damaged file, is text in every language.
extension String {
  /// In Markdown. No sign of it but ours has a meaning: no HTML, no link, no image, no line of its own.
  var markdownSpan: String { markdown(inCell: false) }

  /// The same in a row of a table.
  var markdownCell: String { markdown(inCell: true) }

  private func markdown(inCell: Bool) -> String {
    var quoted = ""
    // Between backticks everything but a table's bar stands for itself.
    var parts = visible.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    // One without a partner is a character like any other.
    if parts.count % 2 == 0, let last = parts.popLast() { parts[parts.count - 1] += "\u{0}" + last }
    for (index, part) in parts.enumerated() {
      let isCode = index % 2 == 1
      var text = part
      if !isCode {
        text = text.replacing("\\", with: "\\\\").replacing("<", with: "\\<")
        text = text.replacing(/&#?[A-Za-z0-9]+;/) { "\\\($0.0)" }
        text = text.replacing("\\<u>", with: "<u>").replacing("\\</u>", with: "</u>")
        text = text.replacing("](", with: "]\\(").replacing("]:", with: "]\\:").replacing("][", with: "]\\[")
        // At the start of a line, where wrapping may put them, these would be a heading or a quotation.
        text = text.replacing(/(^| )(#+|>)(?= |$)/) { "\($0.1)\\\($0.2)" }
        text = text.replacing("\u{0}", with: "\\`")
      }
      text = text.withMarks { isCode ? $0 : "\\" + $0 }
      if inCell { text = text.replacing("|", with: "\\|") }
      quoted += isCode ? "`\(text)`" : text
    }
    return quoted
  }

  /// As text in HTML.
  var htmlText: String {
    visible.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  /// As the path of a link in Markdown.
  var markdownPath: String {
    replacing("%", with: "%25").replacing(" ", with: "%20").replacing("(", with: "%28").replacing(")", with: "%29")
  }
}
