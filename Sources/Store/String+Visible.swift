extension String {
  /// With escapes such as `\u{1B}` in place of what moves a cursor, ends a line or turns the direction of writing: a text
  /// from a file is data, wherever it is shown.
  var visible: String {
    guard hasControls else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.isControl {
        text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// Whether `visible` would change it.
  var hasControls: Bool { unicodeScalars.contains(where: \.isControl) }
}

extension Unicode.Scalar {
  /// Control characters but the tab, separators of lines and paragraphs, and what turns the direction of the text around
  /// it.
  fileprivate var isControl: Bool {
    switch value {
    case 0x09: false
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
