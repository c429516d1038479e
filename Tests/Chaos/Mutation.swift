import Foundation
import TestSupport

/// Texts as they are when somebody mistyped them, cut them, or meant harm.
struct Mutator {
  var dice: Dice

  private static let tokens = [
    "&a ", "*a", "!!binary ", "? ", "- ", ": ", "---\n", "...\n", "{", "}", "[", "]", "\t", "\"", "'", "#", "|\n",
    ">-\n", "%", "@",
    "`", "<<: ", "~", ",", "=", "\n", "\r\n", "\u{FEFF}", "\u{0}", "null", "true", "yes", "0x10", "1_000", "1e3",
    "10:30", ".nan",
    "2026-01-01", String(repeating: "[", count: 40), String(repeating: "{a: ", count: 40),
    String(repeating: "\n", count: 200),
  ]

  private static let numbers = [
    "0", "-0", "-1", "1", "2", "0.5", "-0.5", "1e-300", "1e18", "1e300", "-1e300", "1e400", "2147483647", "2147483648",
    "4294967296",
    "9007199254740993", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "0.0000000000000000001",
    "00", "010",
    "100000", "65536", "4096", "12345678901234567890123456789012345678901234567890",
  ]

  /// One to four changes.
  mutating func mutated(_ text: String) -> String {
    var characters = Array(text)
    for _ in 0..<Int.random(in: 1...4, using: &dice) { change(&characters) }
    return String(characters)
  }

  private mutating func change(_ text: inout [Character]) {
    func range(in count: Int, longest: Int, _ dice: inout Dice) -> Range<Int> {
      let start = Int.random(in: 0...count, using: &dice)
      return start..<min(count, start + Int.random(in: 0...longest, using: &dice))
    }
    switch Int.random(in: 0..<10, using: &dice) {
    case 0: text.removeSubrange(range(in: text.count, longest: 20, &dice))
    case 1: text.removeSubrange(Int.random(in: 0...text.count, using: &dice)...)
    case 2:
      let part = Array(text[range(in: text.count, longest: 80, &dice)])
      text.insert(contentsOf: part, at: Int.random(in: 0...text.count, using: &dice))
    case 3, 4: replaceNumber(in: &text)
    case 5, 6: replaceWord(in: &text, by: HostileTexts.all.randomElement(using: &dice)!)
    case 7: replaceWord(in: &text, by: nil)
    default:
      let token = Bool.random(using: &dice) ? Mutator.tokens : HostileTexts.all
      text.insert(contentsOf: token.randomElement(using: &dice)!, at: Int.random(in: 0...text.count, using: &dice))
    }
  }

  private func runs(of isIn: (Character) -> Bool, in text: [Character]) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start: Int?
    for (index, character) in text.enumerated() {
      if isIn(character) {
        start = start ?? index
      } else if let begin = start {
        runs.append(begin..<index)
        start = nil
      }
    }
    return runs + (start.map { [$0..<text.count] } ?? [])
  }

  private mutating func replaceNumber(in text: inout [Character]) {
    let numbers = runs(of: { $0.isNumber || $0 == "." }, in: text)
    guard let place = numbers.randomElement(using: &dice) else { return }
    text.replaceSubrange(place, with: Mutator.numbers.randomElement(using: &dice)!)
  }

  /// - Parameter other: nil for another word of the text.
  private mutating func replaceWord(in text: inout [Character], by other: String?) {
    let words = runs(of: { $0.isLetter || $0.isNumber || "-_".contains($0) }, in: text)
    guard let place = words.randomElement(using: &dice) else { return }
    let word = other.map(Array.init) ?? Array(text[words.randomElement(using: &dice)!])
    text.replaceSubrange(place, with: word)
  }
}
