import Foundation

/// The parts of Slurm that this program needs: `sbatch`, `squeue`, `scontrol` and `scancel`, but no accounting.
package struct Slurm: Sendable {
  private let commands: any CommandRunner

  package init(_ commands: any CommandRunner = SystemCommands()) { self.commands = commands }

  /// One more than the largest index of an array.
  package func maxArraySize() throws(ClusterError) -> Int {
    let command = ["scontrol", "show", "config"]
    let output = try answer(command)
    for line in output.split(separator: "\n") where line.hasPrefix("MaxArraySize") {
      if let size = line.split(separator: "=").last.flatMap({ Int($0.filter { !$0.isWhitespace }) }), size > 0 {
        return size
      }
    }
    throw .misunderstood(command: command.joined(separator: " "), output: output)
  }

  /// Submits a batch script and returns the job's id.
  package func submit(_ script: String, options: [String]) throws(ClusterError) -> String {
    let command = ["sbatch", "--parsable"] + options + [script]
    let output = try answer(command)
    // "1234", or "1234;cluster"; a site's own submit filter may write lines before it.
    guard let id = output.split(separator: "\n").last?.split(separator: ";").first.map(String.init),
      !id.isEmpty, id.allSatisfy(\.isNumber)
    else { throw .misunderstood(command: command.joined(separator: " "), output: output) }
    return id
  }

  /// This user's tasks, including those that ended within the last minutes.
  ///
  /// Lists all jobs, because `squeue` fails if it is given the id of a job that it no longer knows.
  package func queue() throws(ClusterError) -> [QueueEntry] {
    let format = QueueEntry.fields.map { $0 + ":|" }.joined(separator: ",")
    let output = try answer(["squeue", "-r", "-h", "-t", "all", "-u", String(getuid()), "-O", format])
    return output.split(separator: "\n").compactMap { QueueEntry(line: $0) }
  }

  /// Requeues a running task. If called by the task itself, Slurm ends it with a signal soon after.
  package func requeue(_ task: TaskName) throws(ClusterError) { _ = try answer(["scontrol", "requeue", "\(task)"]) }

  package func release(_ task: TaskName) throws(ClusterError) { _ = try answer(["scontrol", "release", "\(task)"]) }

  package func cancel(_ tasks: [TaskName]) throws(ClusterError) {
    for (job, tasks) in Dictionary(grouping: tasks, by: \.job).sorted(by: { $0.key < $1.key }) {
      _ = try answer(["scancel", "\(job)_[\(ranges(of: tasks.map(\.index)))]"])
    }
  }

  private func answer(_ command: [String]) throws(ClusterError) -> String {
    let result = try commands.run(command)
    guard result.status == 0 else {
      throw .refused(
        command: command.joined(separator: " "), status: result.status,
        reason: result.errors.split(separator: "\n").joined(separator: "; "))
    }
    return result.output
  }
}
