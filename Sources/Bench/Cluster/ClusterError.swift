/// An error in communication with a cluster. The description names the cause, the place and how to fix it.
package enum ClusterError: Error, Equatable, Sendable {
  /// A program of the scheduler is not on the search path.
  case noProgram(String)
  /// A program of the scheduler failed.
  case refused(command: String, status: Int32, reason: String)
  /// A program did not answer in time.
  case silent(command: String, seconds: Int)
  /// The output of a program cannot be parsed.
  case misunderstood(command: String, output: String)
  /// A plan file that is invalid or was changed.
  case badPlan(path: String, reason: String)
  /// The plan was made by another build, whose results could differ.
  case otherProgram(path: String, planned: String, found: String)
  /// The plan has no such task.
  case noTask(path: String, array: String, index: Int)
  case io(action: String, path: String, reason: String)
}

extension ClusterError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noProgram(let name):
      return "'\(name)' was not found in PATH, so Slurm is not available. Run on a login node of the cluster, preview "
        + "with --dry-run, or get commands for another scheduler with --executor print."
    case .refused(let command, let status, let reason):
      return "'\(command)' ended with status \(status): \(reason.isEmpty ? "no reason given" : reason)"
    case .silent(let command, let seconds):
      return "'\(command)' did not answer within \(seconds) s. The scheduler may be down: try 'scontrol ping'."
    case .misunderstood(let command, let output):
      return "'\(command)' printed output that cannot be parsed: \(output.prefix(200))"
    case .badPlan(let path, let reason):
      return "\(path): invalid plan: \(reason). Submit again to create a new one."
    case .otherProgram(let path, let planned, let found):
      return "\(path): planned with build \(planned.prefix(12)), but this is build \(found.prefix(12)). Another build "
        + "may give other results: restore the planned build, or cancel and submit again with this one."
    case .noTask(let path, let array, let index):
      return "\(path): no task \(index) in array \(array)."
    case .io(let action, let path, let reason):
      return "\(path): cannot \(action): \(reason). Check permissions and free space."
    }
  }
}
