import ArgumentParser
import Configuration
import Foundation
import Reports
import Store
import Suites

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Holds two methods against each other, run by run with the same seed.",
    discussion: """
      Over every model and data set for which a suite has both. Exit code 2 when the first is shown to be less accurate \
      by more than the suite's margin, 5 when runs are missing.

      EXAMPLES
        \(programName) compare vsam sam               the quick profile of all tables
        \(programName) compare SAM-5 SAM -p paper --format markdown
        \(programName) compare vsam sam --target 60   time until 60 % of the test are right
        \(programName) compare mine sam -p evidence --against results/shipped/evidence
      """)

  @Argument(help: "A row's label (SAM-5) or a method's name (vsam).")
  var one: String

  @Argument(help: "The row or method to compare with.")
  var other: String

  @Option(help: "The accuracy in percent that time is measured to; the other's last one by default.")
  var target: Double?

  @Option(
    help: ArgumentHelp(
      "A folder of results that has what is missing here, such as shipped baselines.",
      discussion: "Runs pair by seed, and speeds only where both ran on one machine with as many threads."),
    completion: .directory)
  var against: String?

  @OptionGroup var options: SuiteOptions
  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    if options.only != nil { throw ValidationError("Whole tables are compared: --only is for run, plan and status.") }
    if let target, !(target > 0 && target <= 100) {
      throw ValidationError("--target must be a percentage above 0 and at most 100, not \(target).")
    }
  }

  private func results(_ grids: [Grid]) throws -> Results {
    let own = try Results(reading: options.store, preferring: options.fingerprints(grids))
    guard let against else { return own }
    guard FileManager.default.fileExists(atPath: against + "/cells") else {
      throw UsageError("\(against): holds no results; name the folder that has 'cells' in it.")
    }
    return own.merged(with: try Results(reading: RunStore(folder: against)))
  }

  func run() throws {
    let grids = try options.grids()
    let results = try self.results(grids)
    let known = Comparison.names(in: grids)
    guard let comparison = Comparison(one, against: other, in: grids, from: results, target: target) else {
      throw UsageError(
        "No suite has both '\(one)' and '\(other)' as different rows of one table. Known rows: "
          + "\(known.joined(separator: ", ")).")
    }
    switch formatOption.format {
    case .text: answer(comparison.page.plainText)
    case .markdown: answer(comparison.page.markdown)
    case .csv: answer(comparison.data.csv)
    case .json: answer(comparison.json)
    }
    if comparison.isMissingRuns { throw ExitStatus.resultsMissing }
    if comparison.isWorse { throw ExitStatus.differs }
  }
}
