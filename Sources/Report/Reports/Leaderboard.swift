import Statistics

/// Several methods against one baseline, over the blocks (model and data set) that all of them have: mean ranks
/// (Demšar 2006) and the performance profile of the time to the baseline's accuracy (Dolan and Moré 2002).
package struct Leaderboard: Sendable {
  private struct Standing {
    let label: String
    /// For each block: accuracy minus the baseline's in points, mean over seeds.
    var gains: [Double]
    /// For each block: training time to the target in percent of the baseline's; infinite if it is never reached.
    var times: [Double]
  }

  /// Multiples of the fastest method's time at which a performance profile counts blocks.
  private static let ratios = [1, 1.25, 1.5, 2.0, 4.0]

  private let standings: [Standing]
  private let blocks: Int

  /// - Parameter comparisons: of different methods, all against the same baseline.
  /// - Returns: nil if no block has results of all of them.
  package init?(_ comparisons: [Comparison]) {
    struct Block: Hashable { let model, dataset: String }
    func block(_ row: Comparison.Row) -> Block {
      Block(model: row.one.entry.model.label, dataset: row.one.entry.dataset.label)
    }
    let measured = comparisons.map { comparison in
      Dictionary(
        comparison.rows.filter { !$0.differences.isEmpty }.map { (block($0), $0) },
        uniquingKeysWith: { first, _ in first })
    }
    guard let first = measured.first, comparisons.count > 1 else { return nil }
    let shared = comparisons[0].rows.map(block).filter { block in
      first[block] != nil && measured.allSatisfy { $0[block] != nil }
    }
    guard !shared.isEmpty else { return nil }
    blocks = shared.count
    standings =
      zip(comparisons, measured).map { comparison, rows in
        Standing(
          label: comparison.one,
          gains: shared.map { block in
            let differences = rows[block]!.differences
            return differences.reduce(0, +) / Double(differences.count)
          }, times: shared.map { rows[$0]!.time ?? .infinity })
      } + [
        Standing(
          label: comparisons[0].other, gains: shared.map { _ in 0 }, times: shared.map { _ in 100 })
      ]
  }

  /// Best first.
  package var page: Page {
    let ranks = standings.map { standing in
      (0..<blocks).reduce(0) { $0 + rank(of: standing.gains[$1], in: $1) } / Double(blocks)
    }
    let fastest = (0..<blocks).map { block in standings.map { $0.times[block] }.min() ?? .infinity }
    let columns: [Table.Column] =
      [
        .left("method"), .right("rank", "mean rank"), .right("gain", "points"), .right("best", "first"),
      ] + Leaderboard.ratios.map { .right("within_\($0)", "≤ \(shortest($0))x") }
    let order = standings.indices.sorted { (ranks[$0], standings[$0].label) < (ranks[$1], standings[$1].label) }
    let rows = order.map { index -> [Table.Entry] in
      let standing = standings[index]
      let gain = standing.gains.reduce(0, +) / Double(blocks)
      let best = (0..<blocks).count { block in standings.allSatisfy { $0.gains[block] <= standing.gains[block] } }
      return Table.row(standing.label, ranks[index].text(decimals: 2), gain.text(decimals: 2), best)
        + Leaderboard.ratios.map { ratio in
          let within = (0..<blocks).count { standing.times[$0] <= ratio * fastest[$0] && standing.times[$0].isFinite }
          return .text((100 * Double(within) / Double(blocks)).text(decimals: 0))
        }
    }
    return Page([
      .heading(2, "Ranking over \(blocks) \(blocks == 1 ? "block" : "blocks") (model and data set)"),
      .table(Table(columns: columns, rows: rows)),
      .paragraph(
        "Ranks are by mean accuracy over seeds; ties share a rank. With few blocks, they describe these runs only. "
          + "Points: accuracy minus that of \(standings[standings.count - 1].label). First: blocks with the highest "
          + "accuracy. ≤ 2x: % of blocks in which the target is reached within twice the fastest method's time; the "
          + "target is \(standings[standings.count - 1].label)'s final accuracy with the same seed."),
    ])
  }

  /// "1", "1.25", "1.5".
  private func shortest(_ ratio: Double) -> String {
    ratio == ratio.rounded() ? String(Int(ratio)) : String(ratio)
  }

  /// 1 for the highest; ties share their mean rank.
  private func rank(of gain: Double, in block: Int) -> Double {
    let gains = standings.map { $0.gains[block] }
    let above = gains.count { $0 > gain }
    let equal = gains.count { $0 == gain }
    return Double(above) + Double(equal + 1) / 2
  }
}
