import Configuration
import Foundation

struct Gnuplot {
  private let path: String

  static let absence =
    "gnuplot is not installed. Run `make deps` or `apt-get install gnuplot-nox`, then `\(programName) report`."

  /// Searches PATH.
  static func find() -> Gnuplot? {
    ChildProcess.path(of: "gnuplot").map { Gnuplot(path: $0) }
  }

  /// The figure as SVG. The same script gives the same text on every day and for every user.
  func draw(_ script: String) throws -> String {
    let text = String(decoding: try output(of: script), as: UTF8.self)
    guard text.contains("</svg>") else { throw OutputError(description: "gnuplot drew no SVG") }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.filter { !$0.contains("<desc>Produced by GNUPLOT") }.joined(separator: "\n")
  }

  /// The output of the script's terminal.
  func output(of script: String) throws -> Data {
    // `-d` and the environment: neither start-up files nor variables of the user change the figure.
    let ending = try ChildProcess.run(
      path, ["-d"], input: Data(script.utf8), environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"])
    // Output on standard error alone is no failure: gnuplot warns of what it corrects, such as an empty axis range.
    guard ending.status == 0, !ending.output.isEmpty else { throw OutputError(description: ending.errors) }
    return ending.output
  }
}
