import Cluster
import Configuration
import Running

/// The status of unfinished cells according to the cluster's queue.
struct ClusterStatus {
  static let words = ["running", "pending", "requeued", "held", "lost"]

  private let view: ClusterView

  /// Nil if nothing of the profile was ever submitted.
  init?(results: String) throws {
    view = try ClusterView(results: results, slurm: Slurm())
    if view.sent.isEmpty { return nil }
    if let error = view.queueError { complain("\(error) The state of submitted cells is unknown.") }
  }

  /// One of `words`; nil for a cell that was never submitted, has a result, or whose state is unknown.
  func word(for item: RunPlan.Item) -> String? {
    // Files take precedence over the queue: a task that has written its result may still be ending.
    guard item.reason(force: false) != nil, let sent = view.sent[item.id] else { return nil }
    if let phase = sent.entry?.phase, phase != .ended { return phase.rawValue }
    if case .absent = item.status { return view.queueError == nil ? "lost" : nil }
    return nil
  }

  /// The task and node of a running cell, or the reason why it was requeued or is held; nil for others.
  func place(of item: RunPlan.Item) -> String? {
    guard let word = word(for: item), ["running", "requeued", "held"].contains(word), let sent = view.sent[item.id],
      let entry = sent.entry
    else { return nil }
    return "task \(sent.task), \(word == "running" ? "node \(entry.node)" : entry.reason)"
  }

  /// How a task without a result ended, and the path of its log.
  func detail(of item: RunPlan.Item) -> (detail: String, log: String)? {
    guard let sent = view.sent[item.id] else { return nil }
    let state = sent.entry.map { "\($0.state) " } ?? ""
    let lines = sent.lastLines().joined(separator: " | ")
    return ("\(state)task \(sent.task): \(lines.isEmpty ? "no output" : lines)", sent.log)
  }
}
