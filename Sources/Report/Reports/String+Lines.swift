import Configuration

extension String {
  /// Wrapped at spaces to the width of prose (`TextLayout.proseWidth`).
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

  /// Without the markup for emphasis and code.
  var withoutMarks: String {
    replacing("**", with: "").replacing("<u>", with: "").replacing("</u>", with: "").filter { $0 != "`" }
  }
}
