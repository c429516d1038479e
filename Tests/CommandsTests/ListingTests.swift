import Testing

@testable import Commands

@Suite("Small tables on standard output") struct ListingTests {
  private let listing = Listing(
    head: ["name", "meaning"],
    rows: [
      ["plain", "one"], ["comma", "one, two"], ["quote", "so \"called\""], ["line", "one\ntwo"], ["none", ""],
    ])

  @Test("CSV quotes only fields that would be split")
  func csv() {
    #expect(
      listing.text(as: .csv) == """
        name,meaning
        plain,one
        comma,"one, two"
        quote,"so ""called""\"
        line,"one
        two"
        none,

        """)
  }

  @Test("Markdown escapes the column separator")
  func markdown() {
    let listing = Listing(head: ["a", "b"], rows: [["x|y", 1]])
    #expect(listing.text(as: .markdown) == "| a | b |\n| --- | --- |\n| x\\|y | 1 |\n")
  }

  @Test("columns of text are aligned, and lines have no trailing spaces")
  func text() {
    let listing = Listing(head: ["a", "long"], rows: [["wide", "x"], ["b", ""]])
    #expect(listing.text(as: .text) == "a     long\nwide  x\nb\n")
  }
}
