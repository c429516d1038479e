import Foundation

/// The program that turns scripts into drawings.
struct Gnuplot {
  private let path: String

  static let absence =
    "gnuplot is not installed: make deps, or apt-get install gnuplot-nox, then: \(programName) report."

  /// Looks along PATH.
  static func find() -> Gnuplot? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/gnuplot" }.first { FileManager.default.isExecutableFile(atPath: $0) }
      .map { Gnuplot(path: $0) }
  }

  /// An SVG drawing; the same script gives the same text whatever the version, the day and the settings of the user.
  func draw(_ script: String) throws -> String {
    let text = String(decoding: try output(of: script), as: UTF8.self)
    guard text.contains("</svg>") else { throw OutputError(description: "gnuplot drew no SVG") }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.filter { !$0.contains("<desc>Produced by GNUPLOT") }.joined(separator: "\n")
  }

  /// Whatever the script's terminal writes.
  func output(of script: String) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    // Without the start files of the user and the machine, and without variables that change what is drawn.
    process.arguments = ["-d"]
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
    let (input, output, complaints) = (Pipe(), Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (input, output, complaints)
    try process.run()
    let commands = Data(script.utf8)
    // A pipe holds little: writing must not wait for a reader that waits for us.
    DispatchQueue.global().async {
      input.fileHandleForWriting.write(commands)
      try? input.fileHandleForWriting.close()
    }
    let drawing = output.fileHandleForReading.readDataToEndOfFile()
    let complaint = complaints.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // It warns of what it puts right by itself, such as an axis whose values are all equal; that is no failure.
    guard process.terminationStatus == 0, !drawing.isEmpty else {
      throw OutputError(description: String(decoding: complaint, as: UTF8.self))
    }
    return drawing
  }
}
