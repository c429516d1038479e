/// A language that texts of suites, files and command lines are written into.
public protocol TextLanguage {
  /// A text as one value of the language: whatever it holds, it ends no string, no line and no field.
  static func value(of text: String) -> String
}

/// Source text of a language, made of the program's own literals and of values.
///
/// A text that is interpolated becomes one value, so that none can be written raw by mistake:
/// `"set title \(title)"` as `Quoted<PlotScript>` holds the title in quotes.
public struct Quoted<Language: TextLanguage>: Hashable, Sendable, ExpressibleByStringInterpolation {
  /// The source text.
  public let text: String

  public init(stringLiteral literal: String) { text = literal }

  public init(stringInterpolation interpolation: Interpolation) { text = interpolation.text }

  /// A value alone.
  public init(value: String) { text = Language.value(of: value) }

  fileprivate init(source: String) { text = source }

  /// One part behind the other.
  public static func + (a: Quoted, b: Quoted) -> Quoted { Quoted(source: a.text + b.text) }

  /// What may stand in source text.
  public struct Interpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    public init(literalCapacity: Int, interpolationCount: Int) {}
    public mutating func appendLiteral(_ literal: String) { text += literal }
    /// A value, written as the language writes one.
    public mutating func appendInterpolation(_ value: some StringProtocol) { text += Language.value(of: String(value)) }
    /// A number.
    public mutating func appendInterpolation(_ number: Int) { text += String(number) }
    /// Source text as it is.
    public mutating func appendInterpolation(_ part: Quoted) { text += part.text }
  }
}

extension Sequence {
  /// The parts with something between them.
  public func joined<Language>(separator: Quoted<Language>) -> Quoted<Language> where Element == Quoted<Language> {
    Quoted(source: map(\.text).joined(separator: separator.text))
  }
}

// MARK: - Languages

/// gnuplot: a string, to be drawn with `noenhanced`.
public enum PlotScript: TextLanguage {
  public static func value(of text: String) -> String {
    let text = text.visible
    // In single quotes nothing but the quote itself has a meaning. gnuplot reads it doubled, but not at the beginning of a
    // string and not twice in a row; there double quotes take each sign with a meaning by its octal number.
    guard text.contains("'") else { return "'\(text)'" }
    let signs = [("\\", "\\134"), ("\"", "\\042"), ("'", "\\047"), ("`", "\\140"), ("@", "\\100")]
    return "\"" + signs.reduce(text) { $0.replacing($1.0, with: $1.1) } + "\""
  }
}

/// The shell of POSIX: one word.
public enum ShellScript: TextLanguage {
  public static func value(of text: String) -> String {
    let text = text.visible
    return text.isPlainWord(with: "/._-+=@:,") ? text : "'" + text.replacing("'", with: "'\\''") + "'"
  }
}

/// An option of a `#SBATCH` line, which `sbatch` divides into words by itself: both kinds of quotes join words, and a
/// backslash takes the next character as it is, inside quotes too.
public enum SchedulerDirective: TextLanguage {
  public static func value(of text: String) -> String {
    let text = text.visible
    return text.isPlainWord(with: "/._-+=@:,%")
      ? text : "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}

/// What stands behind a number sign: the rest of a line.
public enum ScriptComment: TextLanguage {
  public static func value(of text: String) -> String { text.visible }
}

/// A span of Markdown, in a table's row too: every sign of Markdown and HTML stands for itself.
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

/// A field of RFC 4180. A text comes back from it as it was, a leading equals sign too.
public enum CSV: TextLanguage {
  public static func value(of text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" || $0.properties.isWhitespace && $0 != " " })
    else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

extension Character {
  /// Between two of these an underscore begins no emphasis.
  fileprivate var isWordLike: Bool { isLetter || isNumber || self == "_" }
}

extension String {
  /// Whether it is made of ASCII letters, digits and these signs, and not empty.
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

// MARK: - What a terminal shows

extension String {
  /// With escapes such as `\u{1B}` in place of what moves a cursor, ends a line or turns the direction of writing.
  public var visible: String { visible(keeping: nil) }

  /// The same in several lines.
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

  /// The first control character, as a person reads it: U+000A.
  public var controlCharacter: String? {
    unicodeScalars.first(where: \.isControl).map { scalar in
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
  }
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
