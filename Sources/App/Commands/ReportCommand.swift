import ArgumentParser
import Configuration
import Paper
import Reports
import Store
import Suites

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Renders tables, verdicts and figures from stored results; trains nothing.",
    discussion: """
      Writes report.md, report.html, the tables and verdicts as CSV and JSON, and the figures as SVG to \
      results/<profile>/report/. Prints the report to standard output. If suites are named, only these are printed; \
      the files also cover the other tables that the folder already has.

      EXAMPLES
        \(programName) report                     the quick profile of all tables
        \(programName) report table1 -p smoke --format markdown
        \(programName) report table3 --only model=resnet18   one model, on the screen only
        \(programName) report --check             sets the exit code
        \(programName) report --figures pdf --format latex > tables.tex

      With --check, the exit code is 5 if results are missing, 3 if cells failed or diverged, 2 if a number differs \
      from the paper's, and 0 otherwise, even if some comparisons are inconclusive.
      """)

  @OptionGroup var options: SuiteOptions
  @Option(help: "Output format; latex prints only the tables, for a publication (booktabs).")
  var format = Format.text

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, markdown, csv, json, latex
  }

  @Option(help: "Format to draw the figures in, in addition to the SVG of the report.")
  var figures = Figure.Format.svg

  @Flag(help: "Exit with 0 only if every cell has a result and no number differs from the paper's.")
  var check = false

  @Flag(help: "Write the files, but print nothing.")
  var quiet = false

  func run() throws {
    let store = options.store
    let traces = TraceLoader(store)
    let selection = try options.selection()
    let grids = try (options.grids() + (options.only == nil ? options.studies(in: store) : [])).map {
      $0.only(selection)
    }
    func render(_ grids: [Grid]) throws -> Report {
      let results = try Results(reading: store, preferring: options.fingerprints(grids))
      let study = try SamplingNorms.study(for: grids, store: store, results: options.results.resultsFolder)
      let paper = VSAMPaper(behind: grids, sampling: study)
      let report = Report(grids, from: results, reading: traces.reader, paper: paper)
      try traces.check()
      return report
    }
    var report = try render(grids)
    guard report.tally.finished + report.tally.stopped > 0 else {
      throw missing(
        "\(store.folder): no results of these suites yet. Train them first: "
          + "\(programName) run\(options.commandLine)")
    }
    var complete: Report?
    if options.only == nil {
      let reported = options.reported(grids, in: store)
      complete = reported.count == grids.count ? report : try render(reported)
    }
    // The results may be in a read-only folder: the report is printed nevertheless.
    var refusal: OutputError?
    do throws(OutputError) {
      // A selection is only printed: the files always cover whole tables.
      if let complete {
        var complete = complete
        try complete.write(to: ReportWriter.folder(of: store))
        try complete.draw(figures, into: ReportWriter.folder(of: store))
        report.drawing = complete.drawing
      }
    } catch { refusal = error }
    if !quiet {
      switch format {
      case .text:
        answer(report.plainText)
        // The top of a long page has left the screen.
        if TextLayout.columns != nil && complete != nil {
          answer("\nThis report with figures: \(ReportWriter.folder(of: store))/report.html\n")
        }
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
