import Configuration

/// Texts of a page use a small markup: `**strong**`, `*emphasis*`, `` `code` `` and `<u>underline</u>`. Everything
/// else, such as labels of a suite or reasons from damaged files, is literal text in every output language.
extension String {
  /// As Markdown in which only the markup above has a meaning: no HTML, links, images or block syntax.
  var markdownSpan: String { markdown(inCell: false) }

  var markdownCell: String { markdown(inCell: true) }

  private func markdown(inCell: Bool) -> String {
    var quoted = ""
    // Between backticks everything except a table's bar is literal.
    var parts = visible.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    // A backtick without a partner is literal.
    if parts.count % 2 == 0, let last = parts.popLast() { parts[parts.count - 1] += "\u{0}" + last }
    for (index, part) in parts.enumerated() {
      let isCode = index % 2 == 1
      var text = part
      if !isCode {
        text = text.replacing("\\", with: "\\\\").replacing("<", with: "\\<")
        text = text.replacing(/&#?[A-Za-z0-9]+;/) { "\\\($0.0)" }
        text = text.replacing("\\<u>", with: "<u>").replacing("\\</u>", with: "</u>")
        text = text.replacing("](", with: "]\\(").replacing("]:", with: "]\\:").replacing("][", with: "]\\[")
        // Wrapping may move these to the start of a line, where they would start a heading or a quotation.
        text = text.replacing(/(^| )(#+|>)(?= |$)/) { "\($0.1)\\\($0.2)" }
        text = text.replacing("\u{0}", with: "\\`")
      }
      text = text.withMarks { isCode ? $0 : "\\" + $0 }
      if inCell { text = text.replacing("|", with: "\\|") }
      quoted += isCode ? "`\(text)`" : text
    }
    return quoted
  }

  var htmlText: String {
    visible.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  var markdownPath: String {
    replacing("%", with: "%25").replacing(" ", with: "%20").replacing("(", with: "%28").replacing(")", with: "%29")
  }
}
