import Testing

@testable import Configuration

@Suite("Text fits the terminal")
struct TextLayoutTests {
  private let head = ["method", "accuracy"], rows = [["SAM", "93.1"], ["vSAM-A", ""]]

  @Test("a table that is too wide is a block of lines per row, without empty cells", arguments: [8, 15])
  func stacked(_ columns: Int) {
    let text = TextLayout.$columns.withValue(columns) { TextLayout.stacked(head: head, rows: rows) }
    #expect(text == "method    SAM\naccuracy  93.1\n\nmethod    vSAM-A\n")
  }

  @Test("a table that fits, or is written to a file, keeps its columns", arguments: [16, nil])
  func whole(_ columns: Int?) {
    #expect(TextLayout.$columns.withValue(columns) { TextLayout.stacked(head: head, rows: rows) } == nil)
  }

  @Test(
    "prose is as wide as the terminal, at most 100 columns", arguments: [(nil, 100), (60, 60), (300, 100), (5, 20)])
  func prose(_ columns: Int?, _ width: Int) {
    #expect(TextLayout.$columns.withValue(columns) { TextLayout.proseWidth } == width)
  }
}
