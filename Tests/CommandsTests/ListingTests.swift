import Testing

@testable import Commands

@Suite("Small tables on standard output") struct ListingTests {
  private let listing = Listing(
    head: ["name", "meaning"],
    rows: [
      ["plain", "one"], ["comma", "one, two"], ["quote", "so \"called\""], ["line", "one\ntwo"], ["none", ""],
    ])

  @Test("CSV quotes what would be taken apart, and nothing else")
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

  @Test("Markdown escapes the sign that parts columns")
  func markdown() {
    let listing = Listing(head: ["a", "b"], rows: [["x|y", 1]])
    #expect(listing.text(as: .markdown) == "| a | b |\n| --- | --- |\n| x\\|y | 1 |\n")
  }

  @Test("columns of text stand under each other, lines end where the words do")
  func text() {
    let listing = Listing(head: ["a", "long"], rows: [["wide", "x"], ["b", ""]])
    #expect(listing.text(as: .text) == "a     long\nwide  x\nb\n")
  }
}
