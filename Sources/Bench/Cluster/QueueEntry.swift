/// One task as the scheduler's queue shows it.
package struct QueueEntry: Hashable, Sendable {
  package enum Phase: String, Hashable, Sendable {
    /// Waiting for its first start.
    case pending
    /// Waiting for a restart.
    case requeued
    /// Waiting to be released by a user.
    case held
    case running
    /// Ended; the queue lists it for some minutes.
    case ended
  }

  package let task: TaskName
  /// State in Slurm's terms: `PENDING`, `NODE_FAIL`.
  package let state: String
  package var restarts = 0
  /// Why it waits or how it ended, in Slurm's terms.
  package var reason = ""
  package var node = ""

  package var phase: Phase {
    switch state {
    case "PENDING", "REQUEUED", "REQUEUE_FED":
      // "launch failed requeued held", "JobHeldUser", "JobHeldAdmin", "job requeued in held state"
      return reason.lowercased().contains("held") ? .held : restarts > 0 ? .requeued : .pending
    case "REQUEUE_HOLD", "SPECIAL_EXIT": return .held
    case "RUNNING", "COMPLETING", "CONFIGURING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING":
      return .running
    // Among them COMPLETED, FAILED, TIMEOUT, CANCELLED, NODE_FAIL, OUT_OF_MEMORY, PREEMPTED, BOOT_FAIL, DEADLINE.
    default: return .ended
    }
  }

  /// Whether it is queued or running.
  package var isAlive: Bool { phase != .ended }
}

extension QueueEntry {
  /// The fields requested from `squeue -O`, in order.
  static let fields = ["ArrayJobID", "ArrayTaskID", "State", "RestartCnt", "NodeList", "Reason"]

  /// Parses a line of `squeue -r -h -O`, with a bar after each field; nil for jobs that are not tasks of an array.
  init?(line: Substring) {
    let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= QueueEntry.fields.count, let index = Int(parts[1]) else { return nil }
    func text(_ part: String) -> String { ["None", "N/A", "(null)"].contains(part) ? "" : part }
    self.init(
      task: TaskName(job: parts[0], index: index), state: parts[2], restarts: Int(parts[3]) ?? 0,
      reason: text(parts[5]), node: text(parts[4]))
  }
}
