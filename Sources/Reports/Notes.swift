/// Gives each different note a mark.
struct Notes {
  private(set) var all: [Table.Note] = []

  mutating func mark(_ text: String) -> String {
    if let known = all.first(where: { $0.text == text }) { return known.mark }
    let marks = Array("ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")
    let mark = String(repeating: marks[all.count % marks.count], count: 1 + all.count / marks.count)
    all.append(Table.Note(mark: mark, text: text))
    return mark
  }
}
