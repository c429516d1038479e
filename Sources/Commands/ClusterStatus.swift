import Cluster
import Configuration
import Running

/// What the cluster's queue adds to what the files say of cells that have no result yet.
struct ClusterStatus {
  static let words = ["running", "pending", "requeued", "held", "lost"]

  private let view: ClusterView

  /// Nil where nothing of the profile was ever submitted.
  init?(results: String) throws {
    view = try ClusterView(results: results, slurm: Slurm())
    if view.sent.isEmpty { return nil }
    if let error = view.queueError { complain("\(error) What is queued or running is not known.") }
  }

  /// One of `words`; nil for a cell that was never sent, has its result, or of which nothing is known.
  func word(for item: Agenda.Item) -> String? {
    // A file speaks before the queue: a task that has written its result may still be winding up.
    guard item.reason(force: false) != nil, let sent = view.sent[item.id] else { return nil }
    switch sent.entry?.phase {
    case .running: return "running"
    case .pending: return "pending"
    case .requeued: return "requeued"
    case .held: return "held"
    case .ended, nil:
      if case .absent = item.status { return view.queueError == nil ? "lost" : nil }
      return nil
    }
  }

  /// The task and node that work on a cell, or why it waits for somebody; nil for others.
  func place(of item: Agenda.Item) -> String? {
    guard let word = word(for: item), ["running", "requeued", "held"].contains(word), let sent = view.sent[item.id],
      let entry = sent.entry
    else { return nil }
    return "task \(sent.task), \(word == "running" ? "node \(entry.node)" : entry.reason)"
  }

  /// How a task without a result ended, and where that can be read.
  func detail(of item: Agenda.Item) -> (detail: String, log: String)? {
    guard let sent = view.sent[item.id] else { return nil }
    let state = sent.entry.map { "\($0.state) " } ?? ""
    let lines = sent.lastLines().joined(separator: " | ")
    return ("\(state)task \(sent.task): \(lines.isEmpty ? "it printed nothing" : lines)", sent.log)
  }
}
