import Configuration

extension String {
  /// Broken at spaces into lines that a terminal can show and a reader can follow: at most 100 characters.
  func wrapped(prefix: String = "", first: String? = nil) -> String {
    var lines: [String] = []
    var line = first ?? prefix
    var isEmpty = true
    for word in split(separator: " ") {
      if !isEmpty && line.count + 1 + word.count > TextLayout.proseWidth {
        lines.append(line)
        line = prefix
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return (lines + [line]).joined(separator: "\n")
  }

  /// Without Markdown's signs for emphasis and code.
  var withoutMarks: String {
    replacing("**", with: "").replacing("<u>", with: "").replacing("</u>", with: "").filter { $0 != "`" }
  }
}
