import Foundation
import Synchronization

/// The submitted cells with their tasks and their entries in the scheduler's queue. Whether a cell is finished depends
/// on its result file, not on this view.
package struct ClusterView: Sendable {
  package struct Sent: Sendable {
    package let submission: Submission
    package let task: TaskName
    package let cell: ClusterPlan.Task
    /// Nil if the queue no longer contains the task, or is not available.
    package let entry: QueueEntry?

    package var isAlive: Bool { entry?.isAlive ?? false }
    package var log: String { submission.log(of: task) }
  }

  /// By the cell's id: the task that is alive, else the last one submitted.
  package let sent: [String: Sent]
  /// The error that kept the queue from being read; which tasks are alive is then unknown.
  package let queueError: ClusterError?

  /// - Parameter results: the results folder of a profile.
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

  /// Tasks that are queued or running, by cell. These cells need not be submitted again.
  package var alive: [String: TaskName] { sent.filter(\.value.isAlive).mapValues(\.task) }

  /// Tasks that are held after a failure of the cluster, not of the cell.
  package var heldAfterFailure: [TaskName] {
    sent.values.compactMap { $0.entry }
      .filter { $0.phase == .held && $0.reason.lowercased().contains("launch") }.map(\.task)
      .sorted { ($0.job, $0.index) < ($1.job, $1.index) }
  }
}

extension ClusterView.Sent {
  package func lastLines(_ count: Int = 3) -> [String] {
    guard let file = FileHandle(forReadingAtPath: log) else { return [] }
    defer { try? file.close() }
    let end = (try? file.seekToEnd()) ?? 0
    try? file.seek(toOffset: end > 8192 ? end - 8192 : 0)
    let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    return text.split(separator: "\n").suffix(count).map(String.init)
  }
}
