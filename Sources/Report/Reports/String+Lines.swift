import Configuration

extension String {
  /// Wrapped at spaces to the width of prose (`TextLayout.proseWidth`).
  func wrapped(prefix: String = "", first: String? = nil) -> String {
    let text = split(separator: " ").joined(separator: " ")
    let folded = TextLayout.folded(text, to: TextLayout.proseWidth - prefix.columns, indent: 0)
    return (first ?? prefix) + folded.replacing("\n", with: "\n" + prefix)
  }

  /// Without the markup for emphasis and code.
  var withoutMarks: String {
    replacing("**", with: "").replacing("<u>", with: "").replacing("</u>", with: "").filter { $0 != "`" }
  }
}
