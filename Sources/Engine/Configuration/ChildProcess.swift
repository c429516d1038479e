import Foundation
import Synchronization

/// A program that runs as a child process, started without a shell.
package struct ChildProcess {
  /// What an ended child leaves.
  package struct Ending: Sendable {
    package let status: Int32
    package let output: Data
    package let errors: String
    /// True if the child was killed because it ran longer than allowed.
    package let isLate: Bool
  }

  /// The first executable of that name on the search path; a name with a slash is a path already.
  package static func path(of name: String) -> String? {
    if name.contains("/") { return name }
    return (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").lazy
      .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - input: its standard input; empty by default.
  ///   - environment: instead of this process's environment.
  ///   - showsErrors: passes standard error on to this process's instead of collecting it.
  ///   - limit: seconds after which the child is killed; nil for none.
  /// - Throws: the system's error if the program cannot be started.
  package static func run(
    _ path: String, _ arguments: [String], input: Data? = nil, environment: [String: String]? = nil,
    showsErrors: Bool = false, limit: Int? = nil
  ) throws -> Ending {
    let process = Process()
    let output = Pipe()
    let errors = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    if let environment { process.environment = environment }
    process.standardOutput = output
    if !showsErrors { process.standardError = errors }
    let source = input.map { _ in Pipe() }
    process.standardInput = source ?? FileHandle.nullDevice
    try process.run()

    // All pipes at the same time: a child that fills one, or waits for input, would otherwise wait forever.
    let pipes = DispatchGroup()
    let complaint = Mutex(Data())
    let isLate = Mutex(false)
    if let input, let writing = source?.fileHandleForWriting {
      DispatchQueue.global().async(group: pipes) {
        try? writing.write(contentsOf: input)
        try? writing.close()
      }
    }
    if !showsErrors {
      let reading = errors.fileHandleForReading
      DispatchQueue.global().async(group: pipes) {
        let data = reading.readDataToEndOfFile()
        complaint.withLock { $0 = data }
      }
    }
    let child = process.processIdentifier
    let alarm = DispatchWorkItem {
      isLate.withLock { $0 = true }
      kill(child, SIGKILL)
    }
    if let limit { DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(limit), execute: alarm) }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    alarm.cancel()
    pipes.wait()
    return Ending(
      status: process.terminationStatus, output: data,
      errors: String(decoding: complaint.withLock { $0 }, as: UTF8.self), isLate: isLate.withLock { $0 })
  }
}
