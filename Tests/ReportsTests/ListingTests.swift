import Testing

@testable import Reports

@Suite("Tables that commands write to standard output") struct ListingTests {
  @Test("CSV quotes only fields that would be split")
  func csv() {
    let listing = Table(
      ["name", "meaning"],
      rows: [
        Table.row("plain", "one"), Table.row("comma", "one, two"), Table.row("quote", "so \"called\""),
        Table.row("line", "one\ntwo"), Table.row("none", nil as String?),
      ])
    #expect(
      listing.csv == """
        name,meaning
        plain,one
        comma,"one, two"
        quote,"so ""called""\"
        line,"one
        two"
        none,

        """)
  }

  @Test("Markdown escapes the column separator and emphasis")
  func markdown() {
    let listing = Table(["a", "b"], rows: [Table.row("x|y *z*", 1)])
    #expect(listing.markdown == "| a | b |\n| --- | --- |\n| x\\|y \\*z\\* | 1 |\n")
  }

  @Test("columns of text are aligned, texts are literal, and lines have no trailing spaces")
  func text() {
    let listing = Table(["a", "long"], rows: [Table.row("**b**", "x"), Table.row("b", nil as Int?)])
    #expect(listing.plainText == "a      long\n**b**  x\nb\n")
  }

  @Test("JSON has an object per row with the types of the values, null for nil and for numbers that are not finite")
  func objects() {
    let listing = Table(["i", "x", "flag", "none"], rows: [Table.row(2, 0.1, true, Double.nan)])
    #expect(listing.objects.canonicalJSON == #"[{"flag":true,"i":2,"none":null,"x":0.1}]"#)
  }
}
