import ArgumentParser
import Configuration
import Foundation
import Records
import Reports
import Store
import Suites

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Shows one cell: recipe, result, traces, provenance.",
    discussion: """
      CELL is a file, an id or its beginning, or a pattern that matches exactly one cell: words of its alias, or terms \
      such as model=resnet,method=vsam,seed=1. `\(programName) list cells` lists the stored cells. For a running or \
      stopped cell, the progress and the epochs so far are shown.

      EXAMPLES
        \(programName) inspect 'table4 resnet cifar-10 vsam-a seed 1' -p smoke
        \(programName) inspect model=resnet,dataset=cifar10,method=sgd,seed=1 -p smoke
        \(programName) inspect cell.h5 --tree
        \(programName) inspect cell.h5 --plot l2_psf > psf.svg
        \(programName) inspect cell.h5 --csv traces > traces.csv
        \(programName) inspect cell.h5 --format json > cell.json
      """)

  @Argument(
    help: "Cell to show: a file, an id, or a pattern such as 'vsam seed 1'.",
    completion: .custom { _, _, _ in Completion.cells })
  var cell: String

  @OptionGroup var results: ResultsOptions

  @Option(help: "Trace to draw as SVG on standard output, such as l2_psf.")
  var plot: String?

  @Option(help: "Group to write as CSV to standard output: \(Inspection.groupNames.joined(separator: ", ")).")
  var csv: String?

  @Flag(help: "Show the structure of the file: groups, shapes, types and units.")
  var tree = false

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    try check("the cell", path: cell)
    if [plot != nil, csv != nil, tree].count(where: { $0 }) > 1 {
      throw ValidationError("Give only one of --plot, --csv and --tree.")
    }
    if let csv, !Inspection.groupNames.contains(csv) {
      throw ValidationError("--csv must be one of \(Inspection.groupNames.joined(separator: ", ")), not \(csv).")
    }
  }

  func run() throws {
    let store = RunStore(folder: results.folder)
    let lookup = CellLookup(cell, in: store)
    guard let record = try lookup.finished() else {
      guard let (id, progress) = try lookup.unfinished() else { throw try lookup.absence() }
      return try show(progress, of: id, in: store)
    }
    let inspection = Inspection(record)
    if let plot {
      guard let figure = inspection.figure(plot) else {
        throw UsageError("This cell has no trace '\(plot)'. It has: \(inspection.plotNames.joined(separator: ", ")).")
      }
      guard let gnuplot = Gnuplot.find() else { throw UsageError(Gnuplot.absence) }
      return answer(try gnuplot.draw(figure.script))
    }
    if let csv { return answer(inspection.csv(csv) ?? "") }
    if tree { return answer(inspection.tree) }
    switch formatOption.format {
    case .json: answer(inspection.json)
    case .markdown: answer(inspection.page.markdown)
    case .csv: answer(try RunTable([record], store: store).runs.text(as: .csv))
    case .text: answer(inspection.page.plainText)
    }
  }

  /// Shows an unfinished cell. Its traces are in the checkpoint and become readable when it has finished.
  private func show(_ progress: CellProgress, of id: String, in store: RunStore) throws {
    let work = store.work(of: id)
    if let csv {
      guard csv == "epochs" else { throw UsageError("This cell has not finished: only --csv epochs is available.") }
      return answer(work.metrics ?? "")
    }
    guard plot == nil && !tree else {
      throw UsageError("This cell has not finished: its traces are stored when it ends.")
    }
    let holder = work.holder
    let state =
      holder.map { "running, \($0)" } ?? "stopped; the next run resumes after iteration \(work.resumeIteration ?? 0)"
    let rows: [(String, Value)] = [
      ("cell", .text(id)), ("alias", .text(progress.alias)), ("state", .text(state)),
      ("iteration", .integer(progress.iteration)), ("iterations", .integer(progress.iterations)),
      ("epoch", .integer(progress.epoch)), ("epochs", .integer(progress.epochs)), ("loss", .number(progress.loss)),
      ("test_accuracy", progress.testAccuracy.map(Value.number) ?? .null),
      ("images_per_second", .number(progress.imagesPerSecond)), ("seconds_left", .number(progress.secondsLeft)),
    ]
    if formatOption.format == .json {
      return answer(Value.object(Dictionary(uniqueKeysWithValues: rows)).canonicalJSON + "\n")
    }
    let texts = [
      "loss": progress.loss.text(decimals: 3), "images_per_second": progress.imagesPerSecond.text(decimals: 0),
      "seconds_left": progress.secondsLeft.text(decimals: 0),
    ]
    let shown = formatOption.format == .csv ? rows : rows.map { ($0.0, texts[$0.0].map(Value.text) ?? $0.1) }
    answer(Table(["item", "value"], rows: shown.map { Table.row($0.0, $0.1) }).text(as: formatOption.format))
    guard formatOption.format != .csv, let metrics = work.metrics else { return }
    let lines = metrics.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    guard let head = lines.first else { return }
    let listing = Table(
      head.map(String.init),
      rows: lines.dropFirst().filter { $0.count == head.count }.map { $0.map { .text(String($0)) } })
    answer("\n" + listing.text(as: formatOption.format))
  }
}
