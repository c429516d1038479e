import Configuration
import Store
import Suites

/// One table of the paper, or of a suite of one's own, filled from stored results.
package struct TableReport: Sendable {
  let grid: Grid
  /// In the order of the grid's entries: models outermost, then data sets, then methods.
  let measurements: [Measurement]
  let baselines: [Measurement]

  package init(_ grid: Grid, from results: Results) {
    self.grid = grid
    let baselines = grid.hiddenBaseline.map { Measurement($0, in: results) }
    var measurements = grid.entries.map { Measurement($0, in: results) }
    for index in measurements.indices {
      let entry = measurements[index].entry
      let reference = grid.baseline(model: entry.model.label, dataset: entry.dataset.label)
      measurements[index].compare(with: (measurements + baselines).first { $0.entry.isSameRow(as: reference) })
    }
    self.measurements = measurements
    self.baselines = baselines
  }

  /// The file name without extension: `table3`.
  package var name: String { grid.suite.name }

  /// "Table 3. The proposed method ..."
  package var title: String {
    (grid.suite.table.map { "Table \($0). " } ?? "") + grid.suite.title
  }

  /// All stored runs this table rests on.
  var summaries: [CellSummary] { (measurements + baselines).flatMap { $0.finished.map(\.summary) } }

  /// The measurements of one block of the table, in the order of its rows.
  func block(_ model: AxisItem, _ dataset: AxisItem) -> [Measurement] {
    measurements.filter { $0.entry.model == model && $0.entry.dataset == dataset }
  }

  /// Iterations of a full run: 200 epochs of 391, the sampling number that the paper prints for SAM.
  static let paperIterations = 78_200

  /// Sampling numbers compare with the paper's only when as many iterations were run; otherwise their shares do.
  var showsShares: Bool {
    guard grid.suite.published != nil else { return false }
    let runs = summaries
    return runs.isEmpty
      ? !grid.profile.isEvidence : runs.contains { $0.result.iterations != TableReport.paperIterations }
  }
}

extension Grid.Entry {
  fileprivate func isSameRow(as other: Grid.Entry?) -> Bool {
    guard let other else { return false }
    return method == other.method && model == other.model && dataset == other.dataset
  }
}

// MARK: - As a page shows it

extension TableReport {
  /// The blocks of this table: a table for each model and data set in the paper's row order, with notes.
  package var page: [Page.Block] {
    var blocks: [Page.Block] = [.heading(2, title)]
    if let published = grid.suite.published {
      blocks.append(
        .paragraph("Pairs are paper → ours. The paper: n = \(published.n), spread: \(published.spread)."))
    }
    for model in grid.models {
      for dataset in grid.datasets {
        blocks.append(.heading(3, "\(model.label), \(dataset.label)"))
        blocks.append(.table(shown(model, dataset)))
        if let standIn = standIn(model, dataset) { blocks.append(.paragraph(standIn)) }
      }
    }
    let changes = changedMethods
    if !changes.isEmpty { blocks += [.paragraph("Methods as run here:"), .list(changes)] }
    return blocks
  }

  /// The model really run, where the profile put another in the place of the one that heads the block.
  private func standIn(_ model: AxisItem, _ dataset: AxisItem) -> String? {
    guard let cell = block(model, dataset).lazy.compactMap(\.entry.cells.first).first,
      let standIn = cell.model.standIn
    else { return nil }
    let epochs = cell.recipe.values["epochs"].map { ", \($0) epochs" } ?? ""
    return "Run here as \(model.label): `\(standIn)`\(epochs)."
  }

  /// What the profile changed in the methods; rows with the same changes share a line.
  private var changedMethods: [String] {
    var rows: [(labels: [String], standIn: String)] = []
    for method in grid.entries.flatMap(\.cells).map(\.method) {
      guard let standIn = method.standIn else { continue }
      if let index = rows.firstIndex(where: { $0.standIn == standIn }) {
        if !rows[index].labels.contains(method.label) { rows[index].labels.append(method.label) }
      } else {
        rows.append(([method.label], standIn))
      }
    }
    return rows.map { "\($0.labels.joined(separator: ", ")): `\($0.standIn)`" }
  }

  private func shown(_ model: AxisItem, _ dataset: AxisItem) -> Table {
    var notes = Notes()
    var rows: [[Table.Entry]] = []
    let quoted = grid.suite.quoted
    let block = block(model, dataset)
    let ranks = Ranks(block)
    for measurement in block {
      rows.append(row(measurement, among: ranks, &notes))
      for line in quoted where line.after == measurement.entry.method.label {
        rows.append(row(line, model, dataset, &notes))
      }
    }
    for line in quoted where line.after == nil { rows.append(row(line, model, dataset, &notes)) }
    return Table(columns: columns, rows: rows, notes: notes.all)
  }

  private var columns: [Table.Column] {
    var columns = [Table.Column("method", title: grid.suite.layout.head, alignment: .left)]
    for column in grid.suite.layout.columns {
      switch column {
      case .accuracy:
        columns.append(Table.Column("accuracy", title: "accuracy %"))
        columns.append(Table.Column("best", title: "best %"))
      case .samplingNumber:
        columns.append(Table.Column("sampled", title: showsShares ? "sampled %" : "sampled"))
      case .imagesPerSecond:
        columns.append(Table.Column("ais", title: "AIS, % of \(grid.suite.baseline ?? "SAM")"))
        columns.append(Table.Column("limit", title: "limit %"))
        columns.append(Table.Column("share", title: "% of limit"))
        columns.append(Table.Column("gradients", title: "grad/image"))
        columns.append(Table.Column("images", title: "images/s"))
      }
    }
    return columns + [Table.Column("n")]
  }

  private func row(_ measurement: Measurement, among ranks: Ranks, _ notes: inout Notes) -> [Table.Entry] {
    func mark(_ column: Column) -> String {
      let mark = verdict(on: column, of: measurement)?.outcome.mark ?? ""
      return mark.isEmpty ? "" : " " + mark
    }
    let entry = measurement.entry
    let published = entry.published
    var marks = measurement.stopped.map { notes.mark("\(entry.method.label), seed \($0.seed): \($0.reason)") }
    if let missing = entry.missing { marks.append(notes.mark("`\(missing)` is planned and cannot be run yet")) }
    var row: [Table.Entry] = []
    for column in grid.suite.layout.columns {
      switch column {
      case .accuracy:
        let missing = measurement.state == .notRun ? "not run" : "no result"
        let accuracy = measurement.accuracyLast.map { ranks.emphasized($0.text(decimals: 2), measurement) }
        row.append(pair(published?.accuracy, accuracy.map { $0 + mark(.accuracy) } ?? missing))
        row.append(.text(measurement.accuracyBest?.mean.text(decimals: 2) ?? "–"))
      case .samplingNumber: row.append(sampled(measurement, published?.samplingNumber, mark(.samplingNumber)))
      case .imagesPerSecond:
        if measurement.state != .notRun { marks += measurement.speedNotes.map { notes.mark($0) } }
        let isBaseline = entry.method.label == grid.suite.baseline
        let speed =
          isBaseline ? "100" : measurement.relativeSpeed.map { $0.text(decimals: 0) + mark(.imagesPerSecond) } ?? "–"
        row.append(pair(published?.relativeSpeed?.text(decimals: 0), measurement.finished.isEmpty ? "–" : speed))
        row.append(.text(measurement.speedLimit?.text(decimals: 0) ?? "–"))
        let share = measurement.limitShare.map { $0.text(decimals: 0) } ?? "–"
        row.append(.text(isBaseline && !measurement.finished.isEmpty ? "100" : share))
        row.append(.text(measurement.gradientsPerIteration?.mean.text(decimals: 2) ?? "–"))
        row.append(.text(measurement.imagesPerSecond?.mean.text(decimals: 0) ?? "–"))
      }
    }
    let (n, planned) = (measurement.finished.count, measurement.planned)
    let head = ([entry.method.head] + marks).joined(separator: " ")
    return [.text(head)] + row + [planned == 0 ? .none : .text(n == planned ? "\(n)" : "\(n)/\(planned)")]
  }

  private func row(_ line: QuotedRow, _ model: AxisItem, _ dataset: AxisItem, _ notes: inout Notes) -> [Table.Entry] {
    let published = grid.suite.published?.row(line.published, model: model.label, dataset: dataset.label)
    var row: [Table.Entry] = [.text("\(line.label) \(notes.mark("quoted, never run: \(line.note)"))")]
    for column in grid.suite.layout.columns {
      switch column {
      case .accuracy: row += [pair(published?.accuracy, "quoted"), .none]
      case .samplingNumber: row.append(pair(shownSampling(published?.samplingNumber), "–"))
      case .imagesPerSecond:
        row += [pair(published?.relativeSpeed?.text(decimals: 0), "–"), .none, .none, .none, .none]
      }
    }
    return row + [.none]
  }

  private func sampled(_ measurement: Measurement, _ published: Int?, _ mark: String) -> Table.Entry {
    guard let mean = measurement.samplingNumber?.mean, mean > 0 || published != nil else {
      return pair(shownSampling(published), "–")
    }
    let ours =
      showsShares
      ? measurement.sampledShare?.mean.text(decimals: 1) : measurement.samplingNumber?.mean.text(decimals: 0)
    return pair(shownSampling(published), ours.map { $0 + mark } ?? "–")
  }

  private func shownSampling(_ published: Int?) -> String? {
    guard let published else { return nil }
    guard showsShares else { return String(published) }
    return (100 * Double(published) / Double(TableReport.paperIterations)).text(decimals: 1)
  }

  /// The paper's value beside ours, or ours alone where the suite stands beside no paper.
  private func pair(_ paper: String?, _ ours: String) -> Table.Entry {
    grid.suite.published == nil ? .text(ours) : .pair(paper ?? "–", ours)
  }
}

extension PublishedRow {
  fileprivate var accuracy: String? {
    guard let accuracyMean else { return nil }
    let deviation = accuracyDeviation.map { " ± " + $0.text(decimals: 2) } ?? ""
    return accuracyMean.text(decimals: 2) + deviation
  }
}
