import Configuration
import Statistics
import Suites

extension TableReport {
  /// The table's part of the appendix; empty if it has none.
  var detailBlocks: [Page.Block] { verdictBlocks + pairedBlocks }

  /// Every printed number with its verdict. Columns outside the profile's scope are summarized in one line.
  private var verdictBlocks: [Page.Block] {
    let verdicts = self.verdicts
    guard !verdicts.isEmpty else { return [] }
    let unfit = Column.allCases.filter { column in
      verdicts.contains { $0.column == column && $0.reason == self.unfit(column) }
    }
    let lines = unfit.map { column in
      let count = verdicts.count { $0.column == column && $0.reason == self.unfit(column) }
      return "\(column.quantity): \(count) not comparable, \(self.unfit(column))."
    }
    let columns: [Table.Column] = [
      .left("model", "paper's model"), .left("dataset", "data"), .left("method"), .left("quantity"), .right("paper"),
      .right("ours"), .right("difference", "ours − paper [95 %]"), .right("n"), .left("verdict"),
    ]
    var notes = Footnotes()
    let listed = verdicts.filter(isListed)
    let rows = listed.map { verdict -> [Table.Entry] in
      let isJudged = [.reproduced, .differs, .inconclusive].contains(verdict.outcome)
      let mark = verdict.footnote.map { " " + notes.mark($0) } ?? ""
      let (paper, ours) = verdict.shown
      return Table.row(
        verdict.model, verdict.dataset, verdict.method, verdict.column.quantity, paper, ours ?? "",
        isJudged ? verdict.difference?.text(decimals: verdict.column.differenceDecimals) ?? "" : "",
        verdict.ours.map { String($0.n) } ?? "", verdict.outcome.rawValue + mark)
    }
    var table = Table(columns: columns, rows: rows, notes: notes.all)
    table.caption = "\(shortName), number by number"
    table.anchors = Dictionary(
      listed.enumerated().map { ($0.offset, $0.element.anchor(in: name)) }, uniquingKeysWith: { first, _ in first })
    return (rows.isEmpty ? [] : [.table(table)]) + (lines.isEmpty ? [] : [.list(lines)])
  }

  func isListed(_ verdict: Verdict) -> Bool { verdict.reason != unfit(verdict.column) }

  /// Accuracy differences to the baseline's runs of the same seeds: descriptive, without tests.
  private var pairedBlocks: [Page.Block] {
    guard let baseline = grid.suite.baseline else { return [] }
    let rows = measurements.filter { $0.accuracyDifferences.count > 1 }
    guard !rows.isEmpty else { return [] }
    let columns: [Table.Column] = [
      .left("model", "paper's model"), .left("dataset", "data"), .left("method"), .right("difference", "points [95 %]"),
      .right("n"),
    ]
    let entries = rows.map { row -> [Table.Entry] in
      Table.row(
        row.entry.model.label, row.entry.dataset.label, row.entry.method.label,
        Statistic(row.accuracyDifferences).flatMap { Estimate($0) }?.text(decimals: 2) ?? "",
        String(row.accuracyDifferences.count))
    }
    var table = Table(columns: columns, rows: entries)
    table.caption = "\(shortName), accuracy after the last epoch minus \(baseline)'s with the same seed: descriptive"
    return [.table(table)]
  }

  /// The suite's primary comparisons, each over all models and data sets.
  var primary: [PrimaryResult] {
    grid.suite.primary.compactMap { comparison in
      let blocks = (measurements + baselines).filter { $0.entry.method.label == comparison.method }.map { row in
        (measurements + baselines).first {
          $0.entry.method.label == comparison.against && $0.entry.model == row.entry.model
            && $0.entry.dataset == row.entry.dataset
        }.map { row.differences(to: $0) } ?? []
      }
      return StratifiedPairs(blocks).map { PrimaryResult(table: shortName, comparison: comparison, pairs: $0) }
    }
  }
}

/// The result of a comparison that was named before any run.
struct PrimaryResult: Hashable, Sendable {
  let table: String
  let comparison: PrimaryComparison
  let pairs: StratifiedPairs
}

extension Verdict {
  func anchor(in table: String) -> String {
    [table, model, dataset, method, column.rawValue].joined(separator: "-").identifier
  }

  /// The reason as a footnote; changed settings are listed once, with the table.
  fileprivate var footnote: String? {
    reason?.replacing(/other settings: .*/, with: "other settings, listed under What was run")
  }

  /// The paper's number and ours as a page shows them.
  fileprivate var shown: (paper: String, ours: String?) {
    guard column == .imagesPerSecond else {
      return (paper.text(decimals: column.decimals), ours?.text(decimals: column.decimals))
    }
    func text(_ cost: Estimate?, _ speed: Statistic?) -> String? {
      guard let speed else { return cost?.value.text(decimals: 2) }
      let percent = "\(speed.mean.text(decimals: 0)) %"
      return cost.map { "\($0.value.text(decimals: 2)) (\(percent))" } ?? percent
    }
    return (text(costs?.paper, paper) ?? "", text(costs?.ours, ours))
  }
}

extension Measurement {
  var key: String { "\(entry.model.label)|\(entry.dataset.label)|\(entry.method.label)" }
}

// MARK: - Over all tables

extension Report {
  /// The primary comparisons with p of the stratified sign-flip test and Holm's correction over them alone.
  /// Empty where accuracies mean nothing: a p value would be read as one on the paper's claims.
  var primaryBlocks: [Page.Block] {
    guard profile.comparable.contains(.accuracy) || profile.scale == .small else { return [] }
    let results = tables.flatMap(\.primary)
    guard !results.isEmpty else { return [] }
    let holm = holmAdjusted(results.map(\.pairs.signFlipProbability))
    let attainable = results.map(\.pairs.smallestProbability).min().map { $0 * Double(results.count) } ?? 1
    let columns: [Table.Column] = [
      .left("comparison"), .left("table"), .right("points", "points [95 %]"), .right("blocks"), .right("pairs"),
    ]
    let tested = attainable <= 0.05
    let rows = zip(results, holm).map { result, p -> [Table.Entry] in
      let estimate = result.pairs.estimate?.text(decimals: 2) ?? result.pairs.mean.signed(decimals: 2)
      let row = Table.row(
        "\(result.comparison.method) − \(result.comparison.against)", result.table, estimate, result.pairs.blocks.count,
        result.pairs.count)
      return tested ? row + [.text(p.text(decimals: 3))] : row
    }
    let test =
      tested
      ? "p: stratified sign-flip test over all pairs, Holm's correction over these rows."
      : "No p: the smallest attainable corrected p exceeds 0.05."
    return [
      .paragraph(
        "Primary comparisons of accuracy, named before any run: paired by seed, blocks (model and data set) weighted "
          + "equally. \(test)"
          + (profile.scale == .small ? " Accuracies at small scale, not the paper's." : "")),
      .table(Table(columns: columns + (tested ? [.right("p", "p, Holm")] : []), rows: rows)),
    ]
  }

  var verdictCounts: [Page.Block] {
    let judged = tables.filter { $0.grid.suite.published != nil }
    guard !judged.isEmpty else { return [] }
    let all = judged.map { ($0.shortName, $0.verdicts) }
    let shown = VerdictOutcome.allCases.filter { outcome in all.contains { $0.1.contains { $0.outcome == outcome } } }
    func row(_ name: String, _ verdicts: [Verdict]) -> [Table.Entry] {
      [.text(name)] + shown.map { outcome in .integer(verdicts.count { $0.outcome == outcome }) }
        + [.integer(verdicts.count)]
    }
    var rows = all.map { row($0.0, $0.1) }
    if all.count > 1 { rows.append(row("total", all.flatMap(\.1))) }
    let study = tables.first { $0.grid.suite.mixtures != nil }?.title
    let paragraph = study.map {
      Page.Block.paragraph(
        "Verdicts on these tables as run here. The answer's verdicts on speeds are those under *\($0)*.")
    }
    return [paragraph].compactMap(\.self) + [
      .table(
        Table(
          columns: [.left("table")] + shown.map { .right($0.rawValue) } + [.right("numbers")], rows: rows))
    ]
  }

  var margins: [String] {
    var lines: [String] = []
    for column in Column.allCases {
      for margin in tables.compactMap({ $0.grid.suite.equivalence[column] }) {
        let unit = column == .imagesPerSecond ? "gradients" : "points"
        let printed =
          margin.printed.map { " Deviation of a printed number: \($0.deviation) points, \($0.source)." } ?? ""
        let line = "Margin of \(column.quantity): ±\(margin.value) \(unit), \(margin.source).\(printed)"
        if !lines.contains(line) { lines.append(line) }
      }
    }
    return lines.isEmpty ? ["No suite defines a margin: nothing is judged."] : lines
  }

  package var verdictData: Table {
    let keys = [
      "table", "model", "dataset", "method", "quantity", "paper", "paper_deviation", "paper_n", "ours",
      "ours_deviation", "n", "judged_paper", "judged_ours", "difference", "difference_low", "difference_high", "margin",
      "verdict", "reason",
    ]
    let rows = tables.flatMap { table in
      table.verdicts.map { verdict -> [Table.Entry] in
        let interval = verdict.difference?.interval()
        let isSpeed = verdict.column == .imagesPerSecond
        return Table.row(
          table.name, verdict.model, verdict.dataset, verdict.method, verdict.column.rawValue, verdict.paper.mean,
          verdict.paper.deviation, verdict.paper.n, verdict.ours?.mean, verdict.ours?.deviation, verdict.ours?.n ?? 0,
          isSpeed ? verdict.costs?.paper?.value : verdict.paper.mean,
          isSpeed ? verdict.costs?.ours?.value : verdict.ours?.mean, verdict.difference?.value, interval?.low,
          interval?.high, verdict.margin?.value, verdict.outcome.rawValue, verdict.reason)
      }
    }
    return Table(keys, rows: rows)
  }

  package var verdictJSON: String {
    verdictData.json(schema: "sambench.verdicts", head: [("profile", .text(profile.name))])
  }

  /// The result of `--check`: the worst case found.
  package enum Check: Hashable, Sendable { case passed, missing, stopped, differs }

  package var check: Check {
    if tally.missing > 0 { return .missing }
    if tally.stopped > 0 { return .stopped }
    return tables.contains { $0.verdicts.contains { $0.outcome == .differs } } ? .differs : .passed
  }
}

extension TableReport {
  /// "Table 2", or the suite's name.
  package var shortName: String { grid.suite.table.map { "Table \($0)" } ?? name }
}
