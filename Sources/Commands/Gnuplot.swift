import Foundation

/// Draws figures with gnuplot.
struct Gnuplot {
  private let path: String

  static let absence =
    "gnuplot is not installed. Run `make deps` or `apt-get install gnuplot-nox`, then `\(programName) report`."

  /// Searches PATH.
  static func find() -> Gnuplot? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/gnuplot" }.first { FileManager.default.isExecutableFile(atPath: $0) }
      .map { Gnuplot(path: $0) }
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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    // Ignores the start-up files of the user and the system, and environment variables that change the figure.
    process.arguments = ["-d"]
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
    let (input, output, complaints) = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, complaints)
    try process.run()
    let commands = Data(script.utf8)
    // A pipe's buffer is small, so writing must not block while gnuplot waits for its output to be read.
    DispatchQueue.global().async {
      input.fileHandleForWriting.write(commands)
      try? input.fileHandleForWriting.close()
    }
    let drawing = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = complaints.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // Output on standard error alone is no failure: gnuplot warns of what it corrects, such as an empty axis range.
    guard process.terminationStatus == 0, !drawing.isEmpty else {
      throw OutputError(description: String(decoding: complaint, as: UTF8.self))
    }
    return drawing
  }
}
