import Methods
import Reports
import Statistics

/// The sampling number of a run with constants other than the assumed ones.
package struct SamplingSensitivity: Sendable {
  package struct Row: Sendable {
    /// "I_start x 2".
    package let change: String
    /// Sampled shares, one per alpha.
    package let bands: [Band?]
  }

  package let name: String
  package let alphas: [Double]
  package let rows: [Row]
  /// Shares by the closed form with the assumed constants, one per alpha.
  package let expected: [Double?]

  package init?(_ replay: SamplingReplay, name: String, alphas: [Double], draws: Int) {
    guard let constants = ReplayConstants(replay) else { return nil }
    self.name = name
    self.alphas = alphas
    typealias Change = (String, (inout SamplingRate.Constants) -> Void)
    let changes: [Change] = [
      ("as assumed", { _ in }),
      ("I_start x 1/2", { $0.start = max($0.window, $0.start / 2) }),
      ("I_start x 2", { $0.start *= 2 }),
      ("s_1 x 1/2", { $0.initial /= 2 }),
      ("s_1 x 2", { $0.initial *= 2 }),
      ("s_1 = s_min = 1", { ($0.initial, $0.minimum) = (1, 1) }),
      ("N x 2", { ($0.window, $0.initial, $0.minimum) = (2 * $0.window, 2 * $0.initial, 2 * $0.minimum) }),
    ]
    rows = changes.map { words, change in
      Row(
        change: words,
        bands: alphas.map { alpha in
          var changed = constants.constants(alpha: alpha)
          change(&changed)
          return Band(replay.shares(changed, draws: draws))
        })
    }
    expected = alphas.map { constants.expected(alpha: $0) }
  }

  fileprivate var table: Table {
    Table(
      columns: [.left("constants")] + alphas.map { .right("alpha \($0)") },
      rows: rows.map { row in [.text(row.change)] + row.bands.map { .text($0?.percent ?? "") } }
        + [[.text("closed form")] + expected.map { .text($0.map { (100 * $0).text(decimals: 1) } ?? "") }])
  }
}

extension SamplingStudy {
  package func page(_ sensitivity: [SamplingSensitivity]) -> Page {
    Page(
      blocks([])
        + sensitivity.flatMap { one -> [Page.Block] in
          [.heading(3, "Sampled % with other constants: \(one.name)"), .table(one.table)]
        })
  }

  /// One row per run, set of constants and alpha, at full precision.
  package func data(_ sensitivity: [SamplingSensitivity]) -> Table {
    let keys = ["run", "norms", "constants", "alpha", "sampled_percent", "sampled_percent_low", "sampled_percent_high"]
    func row(_ run: String, _ norms: String, _ constants: String, _ alpha: Double, _ band: Band?) -> [Table.Entry] {
      Table.row(
        run, norms, constants, alpha, band.map { 100 * $0.mean }, band.map { 100 * $0.low }, band.map { 100 * $0.high })
    }
    var rows: [[Table.Entry]] = []
    for alpha in alphas {
      rows.append(row("", "noise", "as assumed", alpha, noise[alpha]))
      for run in runs { rows.append(row(run.name, "shuffled", "as assumed", alpha, run.shuffled[alpha])) }
    }
    for one in sensitivity {
      for change in one.rows {
        for (alpha, band) in zip(one.alphas, change.bands) {
          rows.append(row(one.name, "stored", change.change, alpha, band))
        }
      }
    }
    return Table(keys, rows: rows)
  }
}
