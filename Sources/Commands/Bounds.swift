import ArgumentParser
import Configuration

/// The largest numbers that commands take. Products of them fit an integer with room to spare, and what they ask of a
/// machine is held against it before any of it is taken.
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
    name: [.short, .long], help: "Size: smoke, quick, paper or paper6, as the suite defines them.",
    completion: .list(["smoke", "quick", "paper", "paper6"]))
  var profile = "quick"

  @Option(name: .customLong("results"), help: "The results folder.", completion: .directory)
  var resultsFolder = "results"

  /// The profile's own folder.
  var folder: String { "\(resultsFolder)/\(profile)" }

  func validate() throws {
    try check("--results", path: resultsFolder)
    guard FileName.isAllowed(profile) else {
      throw ValidationError("--profile must be \(FileName.allowed), not '\(profile.visible)'.")
    }
  }
}
