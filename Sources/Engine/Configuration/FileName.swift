/// Rules for texts of users that become names of files and folders.
public enum FileName {
  /// Maximum length in bytes. The rest of the 255 bytes that file systems allow is reserved for suffixes.
  public static let longest = 100

  /// The allowed texts, as a phrase after "must be".
  public static let allowed =
    "letters, digits, spaces and the signs . _ - + = , @ ( ), starting with a letter or digit, at most \(longest) bytes"

  /// Whether a text is allowed as a file name. Such a name is valid on all common file systems.
  public static func isAllowed(_ name: String) -> Bool {
    guard let first = name.first, first.isLetter || first.isNumber, name.last != " ", name.utf8.count <= longest else {
      return false
    }
    return name.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
        .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
        true
      default: " ._-+=,@()".unicodeScalars.contains(scalar)
      }
    }
  }

  /// Whether two names denote the same file on case-insensitive file systems.
  public static func isSame(_ one: String, _ other: String) -> Bool { one.lowercased() == other.lowercased() }
}
