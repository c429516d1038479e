import Statistics

/// The best and the second-best of the rows that were run, if the paired difference to the next row has a 95 % interval
/// above 0.
struct Ranking {
  private var best: String?
  private var second: String?

  init(_ rows: [Measurement]) {
    let ranked = rows.filter { $0.state == .complete && $0.accuracyLast != nil }
      .sorted { ($0.accuracyLast?.mean ?? 0) > ($1.accuracyLast?.mean ?? 0) }
    func isSeparated(_ index: Int) -> Bool {
      guard index + 1 < ranked.count else { return false }
      let (upper, lower) = (ranked[index], ranked[index + 1])
      return (Statistic(upper.differences(to: lower))?.interval()?.low ?? 0) > 0
    }
    if isSeparated(0) { best = ranked[0].key }
    if isSeparated(1) { second = ranked[1].key }
  }

  /// Bold for the best, underlined for the second.
  func emphasized(_ text: String, _ row: Measurement) -> String {
    if row.key == best { return "**\(text)**" }
    return row.key == second ? "<u>\(text)</u>" : text
  }
}
