/// An error in talking to a cluster. The description names the cause, the place and the remedy.
package enum ClusterError: Error, Equatable, Sendable {
  /// A program of the scheduler is not on the search path.
  case noProgram(String)
  /// A program of the scheduler refused.
  case refused(command: String, status: Int32, reason: String)
  /// A program did not answer in time.
  case silent(command: String, seconds: Int)
  /// A program answered what cannot be understood.
  case misunderstood(command: String, output: String)
  /// A plan file that this program did not write, or that was changed.
  case badPlan(path: String, reason: String)
  /// The plan was made by another build: its numbers could differ.
  case otherProgram(path: String, planned: String, found: String)
  /// There is no such task in the plan.
  case noTask(path: String, array: String, index: Int)
  case io(action: String, path: String, reason: String)
}

extension ClusterError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noProgram(let name):
      return "'\(name)' is not on the search path: no Slurm here. Run on a login node of the cluster, look with "
        + "--dry-run, or take plain commands for another scheduler with --executor print."
    case .refused(let command, let status, let reason):
      return "'\(command)' ended with status \(status): \(reason.isEmpty ? "it gave no reason" : reason)"
    case .silent(let command, let seconds):
      return "'\(command)' gave no answer within \(seconds) s. The scheduler may be down: try 'scontrol ping'."
    case .misunderstood(let command, let output):
      return "'\(command)' answered what this program does not understand: \(output.prefix(200))"
    case .badPlan(let path, let reason):
      return "\(path): not a plan that this program can carry out: \(reason). Submit again to make a new one."
    case .otherProgram(let path, let planned, let found):
      return "\(path): planned with the build \(planned.prefix(12)), but this is the build \(found.prefix(12)). "
        + "Another build may give other numbers: restore the planned one, or cancel and submit again with this one."
    case .noTask(let path, let array, let index):
      return "\(path): has no task \(index) in the array \(array)."
    case .io(let action, let path, let reason):
      return "\(path): cannot \(action): \(reason). Check permissions and free space."
    }
  }
}
