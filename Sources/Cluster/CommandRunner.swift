import Foundation
import Synchronization

/// The result of a program that ran to its end.
package struct CommandOutput: Hashable, Sendable {
  package var status: Int32
  package var output: String
  package var errors: String

  package init(status: Int32 = 0, output: String = "", errors: String = "") {
    self.status = status
    self.output = output
    self.errors = errors
  }
}

/// Runs the scheduler's programs; tests substitute a simulated scheduler.
package protocol CommandRunner: Sendable {
  /// Runs a program from PATH, given with its arguments, to its end.
  ///
  /// - Throws: `ClusterError.noProgram` if there is no such program, `.silent` if it takes too long.
  func run(_ command: [String]) throws(ClusterError) -> CommandOutput
}

/// The programs of this machine.
package struct SystemCommands: CommandRunner {
  /// Seconds.
  private let patience: Int

  /// - Parameter patience: timeout in seconds; a busy scheduler answers within a minute.
  package init(patience: Int = 120) { self.patience = patience }

  package func run(_ command: [String]) throws(ClusterError) -> CommandOutput {
    guard let program = SystemCommands.program(named: command[0]) else { throw .noProgram(command[0]) }
    let process = Process(), output = Pipe(), errors = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(command.dropFirst())
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
    } catch {
      throw .refused(command: command.joined(separator: " "), status: -1, reason: error.localizedDescription)
    }
    // Both pipes are read concurrently, or a child that fills one of them would block forever.
    let complaint = Mutex(Data())
    let reading = DispatchGroup()
    let handle = errors.fileHandleForReading
    DispatchQueue.global().async(group: reading) {
      let data = handle.readDataToEndOfFile()
      complaint.withLock { $0 = data }
    }
    let isLate = Mutex(false)
    let child = process.processIdentifier
    let alarm = DispatchWorkItem {
      isLate.withLock { $0 = true }
      kill(child, SIGKILL)
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(patience), execute: alarm)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    alarm.cancel()
    reading.wait()
    if isLate.withLock({ $0 }) {
      throw .silent(command: command.joined(separator: " "), seconds: patience)
    }
    return CommandOutput(
      status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
      errors: String(decoding: complaint.withLock { $0 }, as: UTF8.self))
  }

  /// The first program of that name in PATH.
  private static func program(named name: String) -> String? {
    if name.contains("/") { return name }
    return (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
      .map { $0 + "/" + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
