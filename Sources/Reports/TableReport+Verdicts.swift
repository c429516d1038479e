import Configuration
import Statistics
import Suites

extension TableReport {
  /// Every printed number with its verdict, folded away below the paper's layout.
  var verdictBlocks: [Page.Block] {
    let verdicts = self.verdicts
    guard !verdicts.isEmpty else { return [] }
    let columns = [
      Table.Column("model", alignment: .left), Table.Column("dataset", title: "data", alignment: .left),
      Table.Column("method", alignment: .left), Table.Column("quantity", alignment: .left),
      Table.Column("paper"), Table.Column("ours"), Table.Column("difference", title: "difference [95 %]"),
      Table.Column("n"), Table.Column("verdict", alignment: .left),
    ]
    var notes = Notes()
    let rows = verdicts.map { verdict -> [Table.Entry] in
      let decimals = verdict.column.decimals
      let isJudged = verdict.outcome != .notComparable
      let mark = verdict.reason.map { " " + notes.mark($0) } ?? ""
      return [
        .text(verdict.model), .text(verdict.dataset), .text(verdict.method), .text(verdict.column.quantity),
        .text(verdict.paper.printed(decimals: decimals)), .text(verdict.ours?.text(decimals: decimals) ?? "–"),
        .text(isJudged ? verdict.difference?.text(decimals: decimals) ?? "–" : "–"),
        .text(verdict.ours.map { String($0.n) } ?? "–"), .text(verdict.outcome.rawValue + mark),
      ]
    }
    return [
      .fold("Verdicts, number by number", [.table(Table(columns: columns, rows: rows, notes: notes.all))])
    ]
  }

  /// Accuracy and cost of every row against the baseline's runs of the same seeds.
  var pairedBlocks: [Page.Block] {
    guard let baseline = grid.suite.baseline else { return [] }
    let rows = measurements.filter { $0.accuracyDifferences.count > 1 }
    guard !rows.isEmpty else { return [] }
    let adjusted = holmByRow
    let columns = [
      Table.Column("model", alignment: .left), Table.Column("dataset", title: "data", alignment: .left),
      Table.Column("method", alignment: .left), Table.Column("difference", title: "points [95 %]"),
      Table.Column("bootstrap", title: "bootstrap [95 %]"), Table.Column("p"), Table.Column("holm", title: "p, Holm"),
      Table.Column("gradients", title: "grad/image"), Table.Column("n"),
    ]
    let entries = rows.map { row -> [Table.Entry] in
      let differences = row.accuracyDifferences
      let estimate = Statistic(differences).flatMap { Estimate($0) }
      return [
        .text(row.entry.model.label), .text(row.entry.dataset.label), .text(row.entry.method.label),
        .text(estimate?.text(decimals: 2) ?? "–"), .text(bootstrapInterval(differences)?.text(decimals: 2) ?? "–"),
        .text(signFlipProbability(differences)?.text(decimals: 3) ?? "–"),
        .text(adjusted[row.key]?.text(decimals: 3) ?? "–"),
        .text(row.gradientsPerIteration?.mean.text(decimals: 2) ?? "–"), .text(String(differences.count)),
      ]
    }
    let n = rows.map(\.accuracyDifferences.count).max() ?? 0
    let smallest = smallestSignFlipProbability(n)
    var text =
      "Accuracy after the last epoch, run by run against \(baseline) with the same seed: Student's interval, the "
      + "bootstrap over all resamples (too narrow for so few), the exact sign-flip test and Holm's correction over this "
      + "table."
    if smallest > 0.05 {
      text += " **n = \(n) cannot reach p < 0.05**: the smallest possible p is \(smallest.text(decimals: 2))."
    }
    return [
      .fold("Paired by seed against \(baseline)", [.paragraph(text), .table(Table(columns: columns, rows: entries))])
    ]
  }

  /// Holm's p-values of all rows of this table that are paired with the baseline.
  var holmByRow: [String: Double] {
    let tested = measurements.filter { $0.accuracyDifferences.count > 1 }.compactMap { row in
      signFlipProbability(row.accuracyDifferences).map { (row.key, $0) }
    }
    return Dictionary(zip(tested.map(\.0), holmAdjusted(tested.map(\.1))), uniquingKeysWith: { first, _ in first })
  }
}

extension Measurement {
  var key: String { "\(entry.model.label)|\(entry.dataset.label)|\(entry.method.label)" }
}

extension Statistic {
  /// As a publication prints it: without a deviation where it gives none.
  fileprivate func printed(decimals: Int) -> String { text(decimals: decimals) }
}

// MARK: - Over all tables

extension Report {
  /// How many numbers have each outcome, table by table.
  var verdictCounts: [Page.Block] {
    let judged = tables.filter { $0.grid.suite.published != nil }
    guard !judged.isEmpty else { return [] }
    let columns =
      [Table.Column("table", alignment: .left)] + Outcome.allCases.map { Table.Column($0.rawValue) }
      + [Table.Column("numbers")]
    func row(_ name: String, _ verdicts: [Verdict]) -> [Table.Entry] {
      [.text(name)] + Outcome.allCases.map { outcome in .integer(verdicts.count { $0.outcome == outcome }) }
        + [.integer(verdicts.count)]
    }
    var rows = judged.map { row($0.shortName, $0.verdicts) }
    if judged.count > 1 { rows.append(row("together", judged.flatMap(\.verdicts))) }
    return [
      .heading(2, "Verdicts"),
      .paragraph(
        "Every number the paper prints: accuracies, sampling numbers as shares of the iterations, speeds relative to "
          + "the baseline; images a second belong to the paper's machine and are not judged. **Reproduced**: two "
          + "one-sided t-tests at 5 % place the true difference within the margin. **Differs**: the 95 % interval of the "
          + "difference lies beyond the margin. **Inconclusive**: neither; failing to find a difference is no "
          + "reproduction. The interval is Welch's where the paper prints a deviation; where it prints none its number "
          + "counts as exact."),
      .list(margins), .table(Table(columns: columns, rows: rows)),
    ]
  }

  private var margins: [String] {
    var lines: [String] = []
    for column in Column.allCases {
      for margin in tables.compactMap({ $0.grid.suite.equivalence[column] }) {
        let line = "Margin of \(column.quantity): ±\(margin.value) points, \(margin.source)."
        if !lines.contains(line) { lines.append(line) }
      }
    }
    return lines.isEmpty ? ["No suite names a margin, so nothing is judged."] : lines
  }

  /// All verdicts as one table of data.
  package var verdictData: Table {
    let keys = [
      "table", "model", "dataset", "method", "quantity", "paper", "paper_deviation", "paper_n", "ours",
      "ours_deviation", "n", "difference", "difference_low", "difference_high", "margin", "verdict", "reason",
    ]
    let rows = tables.flatMap { table in
      table.verdicts.map { verdict -> [Table.Entry] in
        let interval = verdict.difference?.interval()
        return [
          .text(table.name), .text(verdict.model), .text(verdict.dataset), .text(verdict.method),
          .text(verdict.column.rawValue), .number(verdict.paper.mean), .number(verdict.paper.deviation),
          .integer(verdict.paper.n), .number(verdict.ours?.mean), .number(verdict.ours?.deviation),
          .integer(verdict.ours?.n ?? 0), .number(verdict.difference?.value), .number(interval?.low),
          .number(interval?.high), .number(verdict.margin?.value), .text(verdict.outcome.rawValue),
          verdict.reason.map { .text($0) } ?? .none,
        ]
      }
    }
    return Table(columns: keys.map { Table.Column($0, alignment: .left) }, rows: rows)
  }

  package var verdictJSON: String {
    verdictData.json(schema: "sambench.verdicts", head: [("profile", .text(profile.name))])
  }

  /// What `--check` answers: the worst that happened.
  package enum Check: Hashable, Sendable { case passed, missing, stopped, differs }

  package var check: Check {
    if tally.missing > 0 { return .missing }
    if tally.stopped > 0 { return .stopped }
    return tables.contains { $0.verdicts.contains { $0.outcome == .differs } } ? .differs : .passed
  }
}

extension TableReport {
  /// "Table 3", or the suite's name.
  var shortName: String { grid.suite.table.map { "Table \($0)" } ?? name }
}
