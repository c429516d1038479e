import Testing

@testable import Configuration

@Suite("Text fits the terminal")
struct TextLayoutTests {
  private let table = [
    ["cell  ", "accuracy", "file"], ["SAM   ", "93.1    ", "a/b"],
    ["vSAM-A", "        ", "one two three four five six"],
  ]

  private func text(_ columns: Int?, _ optional: [Int] = [], hasRule: Bool = false) -> String {
    TextLayout.$columns.withValue(columns) { TextLayout.table(table, hasRule: hasRule, optional: optional) }
  }

  private let whole = """
    cell    accuracy  file
    SAM     93.1      a/b
    vSAM-A            one two three four five six

    """

  @Test("a table that fits, or is written to a file, keeps its columns", arguments: [45, nil])
  func fits(_ columns: Int?) { #expect(text(columns, [1]) == whole) }

  @Test("a table that is too wide loses optional columns, the first one named first")
  func optional() {
    let narrow = "cell    file\nSAM     a/b\nvSAM-A  one two three four five six\n"
    #expect(text(44, [1, 0]) == narrow)
    #expect(text(35, [1, 0]) == narrow)
  }

  @Test("then texts of wide columns are wrapped, and the rule is as wide as the table")
  func wrapped() {
    let expected = """
      cell    accuracy  file
      ──────  ────────  ────────────────────────
      SAM     93.1      a/b
      vSAM-A            one two three four five
                        six

      """
    #expect(text(42, hasRule: true) == expected)
  }

  @Test("the widest column is made narrower first, and right-aligned numbers stay aligned")
  func widest() {
    let words = "one two three four five six seven"
    let lines = [
      ["a" + String(repeating: " ", count: 24), "b" + String(repeating: " ", count: 32), "  n"],
      ["twenty-four and one more.", words, " 17"],
    ]
    let text = TextLayout.$columns.withValue(59) { TextLayout.table(lines) }
    #expect(
      text == """
        a                          b                              n
        twenty-four and one more.  one two three four five six   17
                                   seven

        """)
  }

  @Test("then each row is a block of lines, without empty texts", arguments: [(20, "\n          "), (41, " ")])
  func blocks(_ columns: Int, _ next: String) {
    let expected = """
      cell      SAM
      accuracy  93.1
      file      a/b

      cell      vSAM-A
      file      one two three four five\(next)six

      """
    #expect(text(columns) == expected)
  }

  @Test("long lines are continued at spaces, further in; inner spaces and long words stay")
  func folded() {
    let text = "short\n  a  b cc ddd eeee\n/a/very/long/path"
    let expected = "short\n  a  b cc\n    ddd eeee\n/a/very/long/path"
    #expect(TextLayout.folded(text, to: 12) == expected)
    #expect(TextLayout.folded(text) == text)
  }

  @Test(
    "prose is as wide as the terminal, at most 100 columns", arguments: [(nil, 100), (60, 60), (300, 100), (5, 20)])
  func prose(_ columns: Int?, _ width: Int) {
    #expect(TextLayout.$columns.withValue(columns) { TextLayout.proseWidth } == width)
  }
}
