/// Footnotes of a table: equal texts share a mark.
struct Footnotes {
  private(set) var all: [Table.Note] = []
  private static let marks = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"

  static func letter(_ mark: Character) -> Character? {
    zip(marks, "abcdefghijklmnoprstuvwxyz").first { $0.0 == mark }?.1
  }

  mutating func mark(_ text: String) -> String {
    if let known = all.first(where: { $0.text == text }) { return known.mark }
    let marks = Array(Footnotes.marks)
    let mark = String(repeating: marks[all.count % marks.count], count: 1 + all.count / marks.count)
    all.append(Table.Note(mark: mark, text: text))
    return mark
  }
}
