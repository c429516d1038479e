import ArgumentParser
import Configuration
import Foundation

/// Limits of the numbers that commands accept, small enough that their products fit an integer. Memory and threads are
/// also checked against the machine before they are allocated.
enum Bounds {
  /// Processors, threads, jobs and cells that run at a time.
  static let processors = 1...4096
  static let nodes = 1...100_000
}

/// Throws if the number of an option is out of range.
func check(_ option: String, _ value: Int?, in range: ClosedRange<Int>) throws {
  guard let value, !range.contains(value) else { return }
  throw ValidationError("\(option) must be an integer from \(range.lowerBound) to \(range.upperBound), not \(value).")
}

/// Throws if the path of an option is empty: it would mean the root of the file system.
func check(_ option: String, path: String?) throws {
  guard path?.isEmpty == true else { return }
  throw ValidationError("\(option) must not be empty. Name a file or folder, or omit it.")
}

/// The options that locate the results of a profile.
struct ResultsOptions: ParsableArguments {
  @Option(
    name: [.customShort("p"), .customLong("profile")],
    help:
      "Size of the runs: smoke, quick, evidence, paper or paper6. (default: SAMBENCH_PROFILE, else quick)",
    completion: .list(["smoke", "quick", "evidence", "paper", "paper6"]))
  var givenProfile: String?

  @Option(
    name: .customLong("results"), help: "Results folder. (default: SAMBENCH_RESULTS, else results/)",
    completion: .directory)
  var givenResults: String?

  var profile: String { givenProfile ?? ResultsOptions.environment("SAMBENCH_PROFILE") ?? "quick" }
  var resultsFolder: String { givenResults ?? ResultsOptions.environment("SAMBENCH_RESULTS") ?? "results" }

  /// The value of an environment variable; nil if it is unset or empty.
  static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  var folder: String { "\(resultsFolder)/\(profile)" }

  func validate() throws {
    try check("--results", path: givenResults)
    guard FileName.isAllowed(profile) else {
      throw ValidationError("--profile must be \(FileName.allowed), not '\(profile.visible)'.")
    }
  }
}
