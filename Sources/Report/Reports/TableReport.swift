import Configuration
import Records
import Statistics
import Store
import Suites

/// One table, of the paper or of a user's suite, filled from stored results.
package struct TableReport: Sendable {
  package let grid: Grid
  /// In the order of the grid's entries: models outermost, then data sets, then methods.
  package let measurements: [Measurement]
  package let baselines: [Measurement]
  let paper: (any PaperKnowledge)?

  package init(_ grid: Grid, from results: Results) {
    self.init(grid, from: results, on: TimeScales([grid], from: results))
  }

  init(_ grid: Grid, from results: Results, on scales: TimeScales, paper: (any PaperKnowledge)? = nil) {
    self.grid = grid
    self.paper = paper
    let baselines = grid.hiddenBaseline.map { Measurement($0, in: results) }
    var measurements = grid.entries.map { Measurement($0, in: results) }
    for index in measurements.indices {
      let entry = measurements[index].entry
      let reference = grid.baseline(model: entry.model.label, dataset: entry.dataset.label)
      measurements[index].compare(
        with: (measurements + baselines).first { $0.entry.isSameRow(as: reference) }, on: scales[entry])
    }
    self.measurements = measurements
    self.baselines = baselines
  }

  /// The file name without extension: `table3`.
  package var name: String { grid.suite.name }

  /// "Table 2. The proposed method ..."
  package var title: String {
    (grid.suite.table.map { "Table \($0). " } ?? "") + grid.suite.title
  }

  package var summaries: [RunRecord] { (measurements + baselines).flatMap { $0.finished.map(\.summary) } }

  package func block(_ model: AxisItem, _ dataset: AxisItem) -> [Measurement] {
    measurements.filter { $0.entry.model == model && $0.entry.dataset == dataset }
  }

  /// Whether it is the paper's main table.
  var isMain: Bool { paper?.mainTable.map { $0 == grid.suite.table } ?? false }

  /// Sampling numbers compare with the paper's only in runs of the same length; otherwise shares do.
  var showsShares: Bool {
    guard grid.suite.published != nil, let paper = grid.suite.paperRuns else { return false }
    let runs = summaries
    return runs.isEmpty ? !grid.profile.isEvidence : runs.contains { $0.result.iterations != paper.iterations }
  }
}

extension Component {
  /// The component run in place of the labeled one: "resnet width 8"; nil if nothing was replaced.
  var substitute: String? { standIn?.replacing(/\ \(not [^)]*\)/, with: "") }
}

extension Grid.Entry {
  fileprivate func isSameRow(as other: Grid.Entry?) -> Bool {
    guard let other else { return false }
    return method == other.method && model == other.model && dataset == other.dataset
  }
}

// MARK: - As a page shows it

extension TableReport {
  /// A table for each model and data set in the paper's row order; their notes follow the last.
  package var page: [Page.Block] {
    var blocks: [Page.Block] = [.heading(2, title)]
    var words = grid.suite.published.map { "Paper: n = \($0.n), spread: \($0.spread)." }.map { [$0] } ?? []
    let sizes = Set(grid.blocks.compactMap { size($0.model, $0.dataset) })
    if sizes.count == 1 { words += sizes }
    if !words.isEmpty { blocks.append(.paragraph(words.joined(separator: " "))) }
    if isTimedByTurns {
      blocks += [.table(stepTable)] + (sizes.count > 1 ? [.list(stepSizes)] : [])
    } else {
      var notes = Footnotes()
      for (model, dataset) in grid.blocks {
        blocks.append(.heading(3, heading(model, dataset)))
        if sizes.count > 1, let size = size(model, dataset) { blocks.append(.paragraph(size)) }
        var table = shown(model, dataset, &notes)
        table.notes = model == grid.models.last && dataset == grid.datasets.last ? notes.all : []
        blocks.append(.table(table))
      }
    }
    return blocks + [.links(links)] + mixtureBlocks
  }

  /// Each model and data set as a table with its own notes.
  var blockTables: [Table] {
    if isTimedByTurns { return [stepTable] }
    return grid.blocks.map { model, dataset in
      var notes = Footnotes()
      return shown(model, dataset, &notes)
    }
  }

  /// Every number with its interval, all values, and the files of the cells.
  private var links: [Page.Link] {
    let numbers = Page.Link(
      text: "intervals and verdicts", file: Report.numbersFile, section: Report.numbersTitle, part: shortName)
    return (detailBlocks.isEmpty ? [] : [numbers])
      + ["\(name).csv", "cells.csv"].map { Page.Link(text: $0, file: $0) }
  }

  /// Kinds of steps on all models: c from processor time with its standard error, and from wall time.
  private var stepTable: Table {
    let columns = grid.models.flatMap { model -> [Table.Column] in
      [
        .right("c_\(model.name)", "\(model.label): c"), .right("counted_\(model.name)", "counted"),
        .right("wall_\(model.name)", "wall"),
      ]
    }
    let rows = grid.methods.map { method -> [Table.Entry] in
      let marks = grid.models.flatMap { model -> [Table.Entry] in
        guard let row = measurements.first(where: { $0.entry.method == method && $0.entry.model == model }),
          !row.finished.isEmpty
        else { return [.none, .none, .none] }
        let scaled = row.makesScale ? (row.entry.method.name == "sgd" ? "1" : "2") : nil
        let cost = costEstimate(row).map { "\($0.value.text(decimals: 2)) ± \($0.error.text(decimals: 2))" }
        return [scaled ?? cost, row.countedCost?.mean.text(decimals: 2), row.wallCost?.value.text(decimals: 2)].map {
          .text($0 ?? "")
        }
      }
      return [.text(method.head)] + marks
    }
    var table = Table(
      columns: [.left("method", grid.suite.layout.head)] + columns, rows: rows)
    table.caption = "c by kind of step: from processor time ± standard error, counted, from wall time"
    return table
  }

  /// Sizes and turns by model.
  private var stepSizes: [String] {
    grid.models.compactMap { model in
      let turns = measurements.filter { $0.entry.model == model }.compactMap(\.cost?.n).max()
      return grid.datasets.compactMap { size(model, $0) }.first.map { size in
        "\(model.label): \(size)\(turns.map { " Turns: \($0)." } ?? "")"
      }
    }
  }

  /// The network that was run, then the paper's name for it.
  private func heading(_ model: AxisItem, _ dataset: AxisItem) -> String {
    guard let substitute = cell(model, dataset)?.model.substitute else { return "\(model.label), \(dataset.label)" }
    return "\(substitute), in place of \(model.label), \(dataset.label)"
  }

  func cell(_ model: AxisItem, _ dataset: AxisItem) -> Cell? {
    block(model, dataset).lazy.compactMap(\.entry.cells.first).first
  }

  /// Images, epochs and iterations, if runs are shorter than the paper's.
  private func size(_ model: AxisItem, _ dataset: AxisItem) -> String? {
    guard let run = block(model, dataset).lazy.compactMap(\.finished.first?.summary).first,
      case .integer(let epochs)? = cell(model, dataset)?.recipe.values["epochs"],
      grid.suite.paperRuns?.iterations != run.result.iterations
    else { return nil }
    let seeds = isUniform && !isTimedByTurns ? ", n = \(measurements[0].planned)" : ""
    let paper = isTimedByTurns ? nil : grid.suite.paperRuns
    return "\(run.data.trainingCount) \(run.data.kind == .generated ? "generated " : "")images, \(epochs) epochs, "
      + "\(run.result.iterations) iterations\(seeds)\(paper.map { " (paper: \($0.words))" } ?? "")."
  }

  private func shown(_ model: AxisItem, _ dataset: AxisItem, _ notes: inout Footnotes) -> Table {
    let block = block(model, dataset)
    let columns = columns(Ranking(block), block)
    // A column of equal numbers says no more than the line above the table.
    let hasSeeds = !isUniform
    let showsSpeeds = grid.suite.layout.columns.contains(.imagesPerSecond)
    var rows: [[Table.Entry]] = []
    var targets: [Table.Place: String] = [:]
    func quoted(after label: String?) {
      for line in grid.suite.quoted where line.after == label {
        let row = grid.suite.published?.row(line.published, model: model.label, dataset: dataset.label)
        let head = "\(line.label) \(notes.mark("quoted: \(line.note)"))"
        rows.append([.text(head)] + columns.map { $0.quoted(row) } + (hasSeeds ? [.text("")] : []))
      }
    }
    for measurement in block {
      let entry = measurement.entry
      var marks = measurement.stopped.map { notes.mark("\(entry.method.label), seed \($0.seed): \($0.reason)") }
      if measurement.state != .notRun, showsSpeeds { marks += measurement.speedNotes.map { notes.mark($0) } }
      let (n, planned) = (measurement.finished.count, measurement.planned)
      for (index, shown) in columns.enumerated() {
        guard let quantity = shown.quantity, let verdict = verdict(on: quantity, of: measurement), isListed(verdict)
        else {
          continue
        }
        targets[Table.Place(row: rows.count, column: index + 1)] = verdict.anchor(in: name)
      }
      rows.append(
        [.text(([entry.method.head] + marks).joined(separator: " "))] + columns.map { $0.measured(measurement) }
          + (hasSeeds ? [planned == 0 ? .none : .text(n == planned ? "\(n)" : "\(n)/\(planned)")] : []))
      quoted(after: entry.method.label)
    }
    quoted(after: nil)
    var table = Table(
      columns: [.left("method", grid.suite.layout.head)] + columns.map(\.column)
        + (hasSeeds ? [.right("n")] : []), rows: rows, notes: notes.all)
    table.caption = "\(shortName), \(heading(model, dataset))\(grid.suite.published == nil ? "" : ": paper → here")"
    table.targets = targets
    return table
  }

  /// A column with its entries for rows that were run and for rows that the paper quotes.
  private struct Shown {
    let column: Table.Column
    /// The quantity whose verdict its entries carry.
    var quantity: Column?
    let measured: (Measurement) -> Table.Entry
    var quoted: (PublishedRow?) -> Table.Entry = { _ in .text("") }
  }

  private func columns(_ ranks: Ranking, _ block: [Measurement]) -> [Shown] {
    grid.suite.layout.columns.flatMap { column -> [Shown] in
      switch column {
      case .imagesPerSecond: [speed, stepCost(block), counted]
      case .samplingNumber: [sampled] + added
      case .accuracy:
        [
          Shown(column: .right("accuracy", "accuracy %"), quantity: .accuracy) { row in
            let missing = row.state == .notRun ? "not run" : "no result"
            let accuracy = row.accuracyLast.map { ranks.emphasized($0.text(decimals: 2), row) }
            return pair(row.entry.published?.accuracy, accuracy.map { $0 + mark(.accuracy, row) } ?? missing)
          } quoted: { row in
            pair(row?.accuracy, "quoted")
          }
        ]
          + (accuraciesCount
            ? [
              Shown(column: .right("best", "best %")) { row in
                .text(row.accuracyBest?.mean.text(decimals: 2) ?? "")
              }
            ] : []) + keptGain(block)
      }
    }
  }

  private var speed: Shown {
    Shown(column: .right("ais", "AIS, % of \(grid.suite.baseline ?? "SAM")")) { row in
      let isBaseline = row.entry.method.label == grid.suite.baseline
      let ours = isBaseline ? "100" : row.relativeSpeed.map { $0.text(decimals: 0) }
      return pair(printedSpeed(row)?.text(decimals: 0), row.finished.isEmpty ? nil : ours)
    } quoted: { row in
      pair(row?.relativeSpeed?.text(decimals: 0), nil)
    }
  }

  /// The part of the baseline's gain over SGD, if the accuracies of this table mean something and it has both rows.
  private func keptGain(_ block: [Measurement]) -> [Shown] {
    guard block.contains(where: { keptGain($0) != nil }) else { return [] }
    return [
      Shown(column: Table.Column("gain", title: "% of \(grid.suite.baseline ?? "SAM")'s gain [95 %]")) { row in
        .text(keptGain(row)?.percent ?? "")
      }
    ]
  }

  /// Nil for SGD and the baseline, whose parts are 0 and 1, and outside of studies at small scale.
  package func keptGain(_ row: Measurement) -> PairedRatio? {
    guard grid.profile.scale == .small else { return nil }
    let rows = (measurements + baselines).filter {
      $0.entry.model == row.entry.model && $0.entry.dataset == row.entry.dataset
    }
    guard let baseline = rows.first(where: { $0.entry.method.label == grid.suite.baseline }),
      let plain = rows.first(where: { $0.entry.method.name == "sgd" }),
      ![baseline, plain].contains(where: { $0.entry.method == row.entry.method })
    else { return nil }
    return row.keptGain(of: baseline, over: plain)
  }

  /// The rows of a model share the deviation of c; it stands in the head.
  private func stepCost(_ block: [Measurement]) -> Shown {
    let deviation = block.lazy.filter { $0.cost != nil }.compactMap { pooledCost($0)?.pooled.deviation }.first
    return Shown(
      column: .right("cost", "c" + (deviation.map { " (± \($0.text(decimals: 2)))" } ?? "")),
      quantity: .imagesPerSecond
    ) { row in
      if row.makesScale { return .text("") }
      return pair(
        printedCost(row)?.value.text(decimals: 2),
        row.cost.map { $0.value.text(decimals: 2) + mark(.imagesPerSecond, row) })
    }
  }

  private var isTimedByTurns: Bool { measurements.contains(where: \.isTimedByTurns) }

  /// Whether every row has all its seeds, and as many as every other.
  private var isUniform: Bool {
    measurements.allSatisfy { $0.state == .complete } && Set(measurements.map(\.planned)).count == 1
  }

  /// Whether the accuracies of this table mean something: the best epoch is of interest only then.
  private var accuraciesCount: Bool {
    grid.suite.published == nil || grid.profile.comparable.contains(.accuracy) || grid.profile.scale == .small
  }

  private var counted: Shown {
    Shown(column: .right("counted", "counted")) { row in
      pair(printedCount(row)?.text(decimals: 2), row.countedCost?.mean.text(decimals: 2))
    }
  }

  private var sampled: Shown {
    Shown(
      column: .right("sampled", showsShares ? "sampled %" : "sampled"), quantity: .samplingNumber
    ) { row in
      let published = row.entry.published
      guard let mean = row.samplingNumber?.mean, mean > 0 || published?.samplingNumber != nil else {
        return pair(shownSampling(published), nil)
      }
      let ours = showsShares ? row.sampledShare?.mean.text(decimals: 1) : row.samplingNumber?.mean.text(decimals: 0)
      return pair(shownSampling(published), ours.map { $0 + mark(.samplingNumber, row) })
    } quoted: { row in
      pair(shownSampling(row), nil)
    }
  }

  /// The paper's own columns, if a row has an entry.
  private var added: [Shown] {
    (paper?.columns(for: self) ?? []).map { own in Shown(column: own.column) { .text(own.entry($0) ?? "") } }
      .filter { shown in measurements.contains { shown.measured($0) != .text("") } }
  }

  private func mark(_ column: Column, _ measurement: Measurement) -> String {
    let mark = verdict(on: column, of: measurement)?.outcome.mark ?? ""
    return mark.isEmpty ? "" : " " + mark
  }

  private func shownSampling(_ published: PublishedRow?) -> String? {
    showsShares ? published?.sampledPercent?.text(decimals: 1) : published?.samplingNumber.map(String.init)
  }

  /// The paper's value beside ours; ours alone in a suite without a paper; empty if there is neither.
  private func pair(_ paper: String?, _ ours: String?) -> Table.Entry {
    if grid.suite.published == nil { return .text(ours ?? "") }
    return paper == nil && ours == nil ? .text("") : .pair(paper ?? "–", ours ?? "–")
  }
}

extension PublishedRow {
  fileprivate var accuracy: String? {
    guard let accuracyMean else { return nil }
    let deviation = accuracyDeviation.map { " ± " + $0.text(decimals: 2) } ?? ""
    return accuracyMean.text(decimals: 2) + deviation
  }
}

extension PaperRuns {
  fileprivate var words: String {
    guard let images, let epochs else { return "\(iterations) iterations" }
    return "\(images), \(epochs), \(iterations)"
  }
}
