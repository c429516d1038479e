/// A language in which texts of suites, files and command lines are embedded.
public protocol TextLanguage {
  /// A text quoted as one value of the language, so that it cannot end a string, a line or a field.
  static func value(of text: String) -> String
}

/// Source text of a language, made of literals and quoted values.
///
/// An interpolated text becomes one value, so that no text is embedded unquoted by mistake:
/// `"set title \(title)"` as `Quoted<PlotScript>` contains the title in quotes.
public struct Quoted<Language: TextLanguage>: Hashable, Sendable, ExpressibleByStringInterpolation {
  /// The source text.
  public let text: String

  public init(stringLiteral literal: String) { text = literal }

  public init(stringInterpolation interpolation: Interpolation) { text = interpolation.text }

  /// A single value.
  public init(value: String) { text = Language.value(of: value) }

  fileprivate init(source: String) { text = source }

  /// Concatenates two parts.
  public static func + (a: Quoted, b: Quoted) -> Quoted { Quoted(source: a.text + b.text) }

  /// Builds source text from literals and interpolations.
  public struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    public init(literalCapacity: Int, interpolationCount: Int) {}
    public mutating func appendLiteral(_ literal: String) { text += literal }
    /// Appends a text as a quoted value.
    public mutating func appendInterpolation(_ value: some StringProtocol) { text += Language.value(of: String(value)) }
    /// Appends a number.
    public mutating func appendInterpolation(_ number: Int) { text += String(number) }
    /// Appends source text unchanged.
    public mutating func appendInterpolation(_ part: Quoted) { text += part.text }
  }
}

extension Sequence {
  /// The parts with a separator between them.
  public func joined<Language>(separator: Quoted<Language>) -> Quoted<Language> where Element == Quoted<Language> {
    Quoted(source: map(\.text).joined(separator: separator.text))
  }
}

// MARK: - Languages

/// gnuplot: a value is a string, to be drawn with `noenhanced`.
public enum PlotScript: TextLanguage {
  public static func value(of text: String) -> String {
    let text = text.visible
    // In single quotes, only the quote itself is special. gnuplot reads it doubled, but not at the start of a string
    // and not twice in a row. Hence double quotes, in which special characters are written as octal codes.
    guard text.contains("'") else { return "'\(text)'" }
    let signs = [("\\", "\\134"), ("\"", "\\042"), ("'", "\\047"), ("`", "\\140"), ("@", "\\100")]
    return "\"" + signs.reduce(text) { $0.replacing($1.0, with: $1.1) } + "\""
  }
}

/// POSIX shell: a value is one word.
public enum ShellScript: TextLanguage {
  public static func value(of text: String) -> String {
    let text = text.visible
    return text.isPlainWord(with: "/._-+=@:,") ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }
}

/// An option of a `#SBATCH` line. `sbatch` splits the line into words: both kinds of quotes join words, and a backslash
/// escapes the next character, also inside quotes.
public enum SchedulerDirective: TextLanguage {
  public static func value(of text: String) -> String {
    let text = text.visible
    return text.isPlainWord(with: "/._-+=@:,%")
      ? text : "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

/// A comment after a number sign: a value is the rest of the line.
public enum ScriptComment: TextLanguage {
  public static func value(of text: String) -> String { text.visible }
}

/// Inline Markdown, also in table rows: the special characters of Markdown and HTML are escaped.
public enum Markdown: TextLanguage {
  public static func value(of text: String) -> String {
    let characters = Array(text.visible)
    var quoted = ""
    for (index, character) in characters.enumerated() {
      let isInWord =
        index > 0 && index + 1 < characters.count && characters[index - 1].isWordLike
        && characters[index + 1].isWordLike
      if "\\`*[]<>|~&".contains(character) || character == "_" && !isInWord { quoted += "\\" }
      quoted.append(character)
    }
    return quoted
  }
}

/// A CSV field of RFC 4180. Parsing gives back the same text, including a leading equals sign.
public enum CSV: TextLanguage {
  public static func value(of text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0.properties.isWhitespace && $0 != " " })
    else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

extension Character {
  /// Whether an underscore between this character and another such one does not start emphasis.
  fileprivate var isWordLike: Bool { isLetter || isNumber || self == "_" }
}

extension String {
  /// Whether the text is not empty and consists of ASCII letters, digits and the given signs.
  fileprivate func isPlainWord(with signs: String) -> Bool {
    !isEmpty
      && unicodeScalars.allSatisfy { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
          || signs.unicodeScalars.contains(scalar)
      }
  }
}

extension CSV {
  /// A line of fields.
  public static func line(_ fields: some Sequence<String>) -> String {
    fields.map(value(of:)).joined(separator: ",") + "\n"
  }
}

// MARK: - Terminal output

extension String {
  /// The text with escapes such as `\u{1B}` in place of control characters, line ends and changes of text direction.
  public var visible: String { visible(keeping: nil) }

  /// The same for a text of several lines, whose line ends are kept.
  public var visibleLines: String { visible(keeping: "\n") }

  private func visible(keeping kept: Unicode.Scalar?) -> String {
    guard unicodeScalars.contains(where: { $0.isControl && $0 != kept }) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.isControl && scalar != kept {
        text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// The first control character, in the form U+000A.
  public var controlCharacter: String? {
    unicodeScalars.first(where: \.isControl).map { scalar in
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
  }
}

extension Unicode.Scalar {
  /// Whether it is a control character other than tab, a line or paragraph separator, or a change of text direction.
  fileprivate var isControl: Bool {
    switch value {
    case 0x09: false
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
