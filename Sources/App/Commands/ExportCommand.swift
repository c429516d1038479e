import ArgumentParser
import Configuration
import Foundation
import Reports
import Store

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Exports stored runs as a CSV or JSON table, or as small cells without weights.",
    discussion: """
      --runs, --epochs and --traces write one table to standard output, with one line per run, per epoch or per \
      iteration. An empty field means that the value does not exist.

      --light copies cells to a folder without their weights. A light cell keeps its recipe, traces, results, \
      predictions, provenance and science digest, and is sealed like any cell: report, compare, inspect, verify and \
      merge read it, and run treats it as finished. The weights are needed only by rows that start from them. Existing \
      files are never overwritten. The exit code is 2 if a cell in the folder differs, 5 if there is nothing to \
      export, and 7 if a file is damaged.

      EXAMPLES
        \(programName) export --runs -p smoke > runs.csv
        \(programName) export --epochs method=vsam -p smoke > epochs.csv
        \(programName) export --traces 'table3 resnet vsam seed 1' -p smoke > traces.csv
        \(programName) export --light results/shipped/evidence -p evidence
      """)

  enum Form: String, EnumerableFlag {
    case runs, epochs, traces, light

    static func help(for form: Form) -> ArgumentHelp? {
      switch form {
      case .runs: "One line per run: configuration, results, counts, speed and provenance."
      case .epochs: "One line per epoch of each run."
      case .traces: "One line per iteration of each run."
      case .light: "Copy all cells to a folder, without their weights."
      }
    }
  }

  @Flag var form: Form

  @Argument(help: "With --light, the folder in which to create 'cells'; otherwise a pattern as for `list cells`.")
  var target: String?

  @Flag(help: "With --light, mark the times of all cells as not valid, such as those of runs beside other work.")
  var invalidTimes = false

  @OptionGroup var results: ResultsOptions

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    try check("the folder or pattern", path: target)
    if form == .light && target == nil { throw ValidationError("--light requires a folder to write to.") }
    if form != .light && invalidTimes { throw ValidationError("--invalid-times requires --light.") }
    if form != .light && formatOption.format == .markdown {
      throw ValidationError("--format must be csv or json for a table of runs.")
    }
  }

  func run() throws {
    let store = RunStore(folder: results.folder)
    guard form == .light, let target else { return try writeTable(store) }
    try writeLight(store, to: target)
  }

  private func writeTable(_ store: RunStore) throws {
    let table = try RunTable(try CellLookup.some(target, in: store), store: store)
    let listing: Table
    switch form {
    case .epochs: listing = try table.epochs()
    case .traces: listing = try table.traces()
    case .runs, .light: listing = table.runs
    }
    answer(listing.text(as: formatOption.format == .json ? .json : .csv))
  }

  private func writeLight(_ store: RunStore, to folder: String) throws {
    let target = RunStore(folder: folder)
    let ids = try store.ids()
    guard !ids.isEmpty else { throw missing("\(store.folder): no cells found.") }
    try target.checkWritable()
    var listing = Table(["cell", "outcome", "bytes", "detail"])
    for id in ids {
      let outcome = try target.takeLight(
        id, from: store, invalidTimes: invalidTimes ? "marked at export: the machine did other work" : nil)
      let attributes = try? FileManager.default.attributesOfItem(atPath: target.path(of: id))
      let bytes = (attributes?[.size] as? Int) ?? 0
      listing.add(id, outcome.word, bytes, outcome.reason)
    }
    let bytes = listing.rows.reduce(0) { $0 + (Int($1[2].text) ?? 0) }
    let counts = MergeCommand.write(
      listing, as: formatOption.format, ["folder": .text(folder), "bytes": .integer(bytes)],
      ending: "; \(bytes) bytes in \(folder)")
    if counts["damaged"] != nil { throw ExitStatus.damagedFile }
    if counts["refused"] != nil || counts["unreadable"] != nil { throw ExitStatus.inputOutput }
    if counts["differs"] != nil { throw ExitStatus.differs }
  }
}
