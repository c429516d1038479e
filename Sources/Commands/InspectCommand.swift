import ArgumentParser
import Foundation
import Reports
import Store
import Suites

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Shows one cell: recipe, result, traces, provenance.",
    discussion: """
      CELL is a file, an id, or words of its alias that fit no other: 'vsam seed 1'.

      EXAMPLES
        \(programName) inspect cifar10-resnet-vsam-s1-0a1b2c3d4e5f
        \(programName) inspect cell.h5 --tree
        \(programName) inspect cell.h5 --plot l2_psf > psf.svg
        \(programName) inspect cell.h5 --csv traces > traces.csv
      """)

  @Argument(help: "A file, an id, or words of an alias.")
  var cell: String

  @OptionGroup var results: ResultsOptions

  @Option(help: "Draw one trace as SVG on standard output.")
  var plot: String?

  @Option(help: "Write one group as CSV: \(Inspection.groupNames.joined(separator: ", ")).")
  var csv: String?

  @Flag(help: "What is in the file: groups, shapes, types, units.")
  var tree = false

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    try check("a cell", path: cell)
    if [plot != nil, csv != nil, tree].count(where: { $0 }) > 1 {
      throw ValidationError("Ask for one of --plot, --csv and --tree.")
    }
    if let csv, !Inspection.groupNames.contains(csv) {
      throw ValidationError("--csv must be one of \(Inspection.groupNames.joined(separator: ", ")), not \(csv).")
    }
    if formatOption.format == .csv || formatOption.format == .json {
      throw ValidationError("--format is text or markdown here; for data use --csv.")
    }
  }

  func run() throws {
    let inspection = Inspection(try CellLookup(cell, in: RunStore(folder: results.folder)).record())
    if let plot {
      guard let figure = inspection.figure(plot) else {
        throw UsageError("This cell has no trace '\(plot)'. It has: \(inspection.plotNames.joined(separator: ", ")).")
      }
      guard let gnuplot = Gnuplot.find() else { throw UsageError(Gnuplot.absence) }
      return answer(try gnuplot.draw(figure.script))
    }
    if let csv { return answer(inspection.csv(csv) ?? "") }
    if tree { return answer(inspection.tree) }
    answer(formatOption.format == .markdown ? inspection.page.markdown : inspection.page.plainText)
  }
}
