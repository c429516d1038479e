import ArgumentParser
import Configuration
import Foundation
import Reports
import Store
import Suites

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compares two methods, paired by seed.",
    discussion: """
      Covers every model and data set for which a suite has both methods. The exit code is 2 if the first method is \
      shown to be less accurate by more than the suite's margin, and 5 if runs are missing.

      EXAMPLES
        \(programName) compare vsam sam               the quick profile of all tables
        \(programName) compare vsam,SAM-5,looksam sam  several with one, and a ranking
        \(programName) compare SAM-5 SAM -p paper --format markdown
        \(programName) compare vsam sam --target 60   time to 60 % test accuracy
        \(programName) compare mine sam -p evidence --against results/shipped/evidence
      """)

  @Argument(
    help: "Row label (SAM-5) or method name (vsam); several, separated by commas, are also ranked.",
    completion: .custom { _, _, _ in Completion.methods })
  var one: String

  @Argument(help: "Row label or method name to compare with.", completion: .custom { _, _, _ in Completion.methods })
  var other: String

  @Option(
    help: "Test accuracy in percent for the time to reach it, such as 60. (default: the other method's final accuracy)")
  var target: Double?

  @Option(
    help: ArgumentHelp(
      "Results folder to take missing runs from, such as results/shipped/evidence.",
      discussion: """
        Runs are paired by seed. Speeds are compared only between runs on the same machine with the same number of \
        threads.
        """),
    completion: .directory)
  var against: String?

  @OptionGroup var options: SuiteOptions
  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    try check("--against", path: against)
    if let target, !(target > 0 && target <= 100) {
      throw ValidationError("--target must be a percentage above 0 and at most 100, not \(target).")
    }
  }

  private func results(_ grids: [Grid]) throws -> Results {
    let own = try Results(reading: options.store, preferring: options.fingerprints(grids))
    guard let against else { return own }
    return own.merged(with: try Results(reading: existingStore(against)))
  }

  func run() throws {
    let selection = try options.selection()
    let grids = try options.grids().map { $0.only(selection) }
    let results = try self.results(grids)
    let known = Comparison.names(in: grids)
    // A label may contain a comma.
    let names =
      known.contains(one)
      ? [one]
      : one.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    guard !names.contains("") else {
      throw UsageError("'\(one)' has an empty name. Separate names by single commas, as in vsam,looksam.")
    }
    let comparisons = try names.map { name in
      guard let comparison = Comparison(name, against: other, in: grids, from: results, target: target) else {
        let unknown = [name, other].first { name in !known.contains { $0.lowercased() == name.lowercased() } }
        throw UsageError(
          "No suite has both '\(name)' and '\(other)' as different rows of a table."
            + (unknown.map { suggestion(for: $0, among: known) } ?? " Known: \(known.joined(separator: ", "))."))
      }
      return comparison
    }
    let ranking = Leaderboard(comparisons)
    // All comparisons are of one profile.
    let pages =
      comparisons.enumerated().map { $1.page(showsBanners: $0 == 0) } + [ranking?.page].compactMap(\.self)
    switch formatOption.format {
    case .text: answer(pages.map(\.plainText).joined(separator: "\n"))
    case .markdown: answer(pages.map(\.markdown).joined(separator: "\n"))
    case .csv: answer(Table(columns: comparisons[0].data.columns, rows: comparisons.flatMap(\.data.rows)).csv)
    case .json:
      let objects = comparisons.map { $0.json.trimmingCharacters(in: .newlines) }
      answer(objects.count == 1 ? objects[0] + "\n" : "[" + objects.joined(separator: ",") + "]\n")
    }
    if comparisons.contains(where: \.isMissingRuns) { throw ExitStatus.resultsMissing }
    if comparisons.contains(where: \.isWorse) { throw ExitStatus.differs }
  }
}
