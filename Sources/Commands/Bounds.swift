import ArgumentParser
import Configuration
import Foundation

/// The largest numbers that commands accept. Their products do not overflow an integer. Memory and threads are checked
/// against the machine before they are allocated.
enum Bounds {
  /// Processors, threads, jobs and cells in work at a time.
  static let processors = 1...4096
  static let nodes = 1...100_000
}

/// Holds the number of an option against what is allowed.
func check(_ option: String, _ value: Int?, in range: ClosedRange<Int>) throws {
  guard let value, !range.contains(value) else { return }
  throw ValidationError("\(option) must be an integer from \(range.lowerBound) to \(range.upperBound), not \(value).")
}

/// Holds the path of an option against what a path can be. An empty one would be the root of the file system.
func check(_ option: String, path: String?) throws {
  guard path?.isEmpty == true else { return }
  throw ValidationError("\(option) must name a file or folder, and it is empty. Leave the option out, or name one.")
}

/// Where a profile's results are.
struct ResultsOptions: ParsableArguments {
  @Option(
    name: [.customShort("p"), .customLong("profile")],
    help:
      "Size: smoke, quick, evidence, paper or paper6, as the suite defines them; else SAMBENCH_PROFILE, else quick.",
    completion: .list(["smoke", "quick", "evidence", "paper", "paper6"]))
  var givenProfile: String?

  @Option(
    name: .customLong("results"), help: "The results folder; else SAMBENCH_RESULTS, else results/.",
    completion: .directory)
  var givenResults: String?

  var profile: String { givenProfile ?? ResultsOptions.environment("SAMBENCH_PROFILE") ?? "quick" }
  var resultsFolder: String { givenResults ?? ResultsOptions.environment("SAMBENCH_RESULTS") ?? "results" }

  /// An empty variable counts as none.
  static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The profile's own folder.
  var folder: String { "\(resultsFolder)/\(profile)" }

  func validate() throws {
    try check("--results", path: givenResults)
    guard FileName.isAllowed(profile) else {
      throw ValidationError("--profile must be \(FileName.allowed), not '\(profile.visible)'.")
    }
  }
}
