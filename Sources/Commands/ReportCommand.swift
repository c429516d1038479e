import ArgumentParser
import Reports
import Store
import Suites

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Renders tables, verdicts and figures from stored results alone; trains nothing.",
    discussion: """
      Writes report.md, report.html, every table and verdict as CSV and JSON and the figures as SVG to \
      results/<profile>/report/, and the page to standard output.

      EXAMPLES
        \(programName) report                     the quick profile of all tables
        \(programName) report table1 -p smoke --format markdown
        \(programName) report table3 --only model=resnet18   a block, on the screen only
        \(programName) report --check             sets the exit code
        \(programName) report --figures pdf --format latex > tables.tex

      With --check the exit code is 5 when results are missing, 3 when cells failed or diverged, 2 when a number differs \
      from the paper's, and 0 otherwise, also where nothing can be decided.
      """)

  @OptionGroup var options: SuiteOptions
  @Option(help: "How the page is written on standard output; latex gives the tables for a publication (booktabs).")
  var format = Format.text

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, markdown, csv, json, latex
  }

  @Option(help: "Draw the figures as pdf or png too, beside the SVG of the page.")
  var figures = Figure.Format.svg

  @Flag(help: "Set the exit code to say whether every cell has a result and no number differs from the paper's.")
  var check = false

  @Flag(help: "Write the files only.")
  var quiet = false

  func run() throws {
    let store = options.store
    let traces = TraceShelf(store)
    let selection = try options.selection()
    let grids = try (options.grids() + (options.only == nil ? options.studies(in: store) : [])).map {
      $0.only(selection)
    }
    let results = try Results(reading: store, preferring: options.fingerprints(grids))
    let study = try SamplingNorms.study(for: grids, store: store, results: options.results.resultsFolder)
    var report = Report(grids, from: results, reading: traces.reader, sampling: study)
    try traces.check()
    guard report.tally.finished + report.tally.stopped > 0 else {
      complain(
        "\(store.folder): no results of these suites yet. Train them first: \(programName) run\(options.repeated(of: "report"))"
      )
      throw ExitStatus.resultsMissing
    }
    // Results of others may lie where nothing can be written: their report is shown all the same.
    var refusal: OutputError?
    do throws(OutputError) {
      // A part of the tables is for the screen: the files stay those of the whole.
      if options.only == nil {
        try report.write(to: ReportWriter.folder(of: store))
        try report.draw(figures, into: ReportWriter.folder(of: store))
      }
    } catch { refusal = error }
    if !quiet {
      switch format {
      case .text: answer(report.plainText)
      case .markdown: answer(report.markdown)
      case .csv: for table in report.tables { answer(table.csv) }
      case .json: answer(report.json)
      case .latex: answer(report.latex)
      }
    }
    if let refusal { throw refusal }
    guard check else { return }
    switch report.check {
    case .passed: return
    case .missing: throw ExitStatus.resultsMissing
    case .stopped: throw ExitStatus.cellFailed
    case .differs: throw ExitStatus.differs
    }
  }
}

extension Figure.Format: ExpressibleByArgument {}
