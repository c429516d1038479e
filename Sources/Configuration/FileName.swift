/// Texts of users as names of files and folders of ours.
public enum FileName {
  /// Bytes of the longest: the rest of the 255 that file systems allow is for what is added to it.
  public static let longest = 100

  /// What is allowed, as a phrase that fits after "must be".
  public static let allowed =
    "letters, digits, blanks and the signs . _ - + = , @ ( ), a letter or digit first, at most \(longest) bytes"

  /// Whether a text can be the name of a file of ours, on every file system that tells files by at least their letters.
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

  /// Whether two names could be one file, on file systems that do not tell small from capital letters.
  public static func isSame(_ one: String, _ other: String) -> Bool { one.lowercased() == other.lowercased() }
}
