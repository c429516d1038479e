import Foundation
import Synchronization

/// What became of the cells that were sent: which tasks they are, and what the scheduler's queue says of them. Whether a
/// cell is done is not asked here: its result file says that.
package struct ClusterView: Sendable {
  /// One cell that was sent.
  package struct Sent: Sendable {
    package let submission: Submission
    package let task: TaskName
    package let cell: ClusterPlan.Task
    /// Nil when the queue knows it no more, or there is no queue here.
    package let entry: QueueEntry?

    package var isAlive: Bool { entry?.isAlive ?? false }
    package var log: String { submission.log(of: task) }
  }

  /// By the cell's id: the task that is alive, else the last one that was sent.
  package let sent: [String: Sent]
  /// Why the queue could not be asked; what is alive is unknown then.
  package let queueError: ClusterError?

  /// - Parameter results: the folder of a profile's results.
  package init(results: String, slurm: Slurm) throws(ClusterError) {
    var all: [(Submission, TaskName, ClusterPlan.Task)] = []
    for submission in Submission.all(in: results) {
      for (task, cell) in try submission.sent() { all.append((submission, task, cell)) }
    }
    var entries: [TaskName: QueueEntry] = [:]
    var failure: ClusterError?
    if !all.isEmpty {
      do throws(ClusterError) {
        for entry in try slurm.queue() { entries[entry.task] = entry }
      } catch {
        failure = error
      }
    }
    var sent: [String: Sent] = [:]
    for (submission, task, cell) in all {
      let one = Sent(submission: submission, task: task, cell: cell, entry: entries[task])
      if let earlier = sent[cell.id], earlier.isAlive && !one.isAlive { continue }
      sent[cell.id] = one
    }
    (self.sent, queueError) = (sent, failure)
  }

  /// Cells that need not be sent again, with the tasks they are.
  package var alive: [String: TaskName] { sent.filter(\.value.isAlive).mapValues(\.task) }

  /// Tasks that a failure of the cluster's, not the cell's, left waiting for somebody.
  package var heldAfterFailure: [TaskName] {
    sent.values.compactMap { $0.entry }
      .filter { $0.phase == .held && $0.reason.lowercased().contains("launch") }.map(\.task)
      .sorted { ($0.job, $0.index) < ($1.job, $1.index) }
  }
}

extension ClusterView.Sent {
  /// The last lines that the task printed, the latest last.
  package func lastLines(_ count: Int = 3) -> [String] {
    guard let file = FileHandle(forReadingAtPath: log) else { return [] }
    defer { try? file.close() }
    let end = (try? file.seekToEnd()) ?? 0
    try? file.seek(toOffset: end > 8192 ? end - 8192 : 0)
    let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    return text.split(separator: "\n").suffix(count).map(String.init)
  }
}
