import Configuration
import Foundation

/// The result of a program that ran to its end.
package struct CommandOutput: Hashable, Sendable {
  package var status: Int32 = 0
  package var output = ""
  package var errors = ""
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
    guard let program = ChildProcess.path(of: command[0]) else { throw .noProgram(command[0]) }
    let ending: ChildProcess.Ending
    do {
      ending = try ChildProcess.run(program, Array(command.dropFirst()), limit: patience)
    } catch {
      throw .refused(command: command.joined(separator: " "), status: -1, reason: error.localizedDescription)
    }
    if ending.isLate { throw .silent(command: command.joined(separator: " "), seconds: patience) }
    return CommandOutput(
      status: ending.status, output: String(decoding: ending.output, as: UTF8.self), errors: ending.errors)
  }
}
