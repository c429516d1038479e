import Testing

@testable import Reports

@Suite struct TableTests {
  let table = Table(
    columns: [
      Table.Column("method", alignment: .left), Table.Column("accuracy", title: "accuracy %, paper → ours"),
      Table.Column("n"),
    ],
    rows: [
      [.text("SGD"), .pair("96.13 ± 0.03", "50.00 ± 1.00"), .integer(3)],
      [.text("a|b, \"c\" ᵃ"), .pair("–", "7.50"), .none],
    ],
    notes: [Table.Note(mark: "ᵃ", text: "seed 2 diverged")])

  @Test("Markdown is a pipe table with aligned source and aligned arrows") func markdown() {
    #expect(
      table.markdown == """
        | method      |    accuracy %, paper → ours |   n |
        | ----------- | --------------------------: | --: |
        | SGD         | 96.13 ± 0.03 → 50.00 ± 1.00 |   3 |
        | a\\|b, "c" ᵃ |     –        →  7.50        |   – |

        - ᵃ seed 2 diverged

        """)
  }

  @Test("Plain text has no markup") func plainText() {
    #expect(
      table.plainText == """
        method         accuracy %, paper → ours    n
        ──────────  ───────────────────────────  ───
        SGD         96.13 ± 0.03 → 50.00 ± 1.00    3
        a|b, "c" ᵃ      –        →  7.50           –

        ᵃ seed 2 diverged

        """)
  }

  @Test("CSV quotes only where necessary and leaves missing entries empty") func csv() {
    #expect(
      table.csv == """
        method,accuracy,n
        SGD,96.13 ± 0.03 → 50.00 ± 1.00,3
        "a|b, ""c"" ᵃ",– → 7.50,

        """)
  }

  @Test("JSON names its schema and version and has null for missing entries") func json() {
    let numbers = Table(
      columns: [Table.Column("a"), Table.Column("b")], rows: [[.number(0.5), .none], [.number(.nan), .text("x\"y")]])
    #expect(
      numbers.json(head: [("suite", "table3")]) == """
        {
          "schema": "sambench.table",
          "version": 2,
          "suite": "table3",
          "columns": ["a","b"],
          "rows": [
            {"a": 0.5, "b": null},
            {"a": null, "b": "x\\"y"}
          ],
          "notes": []
        }

        """)
  }

  @Test("A table without rows is still a table") func empty() {
    let empty = Table(columns: [Table.Column("a", alignment: .left)])
    #expect(empty.markdown == "| a   |\n| --- |\n")
    #expect(empty.csv == "a\n")
  }
}
