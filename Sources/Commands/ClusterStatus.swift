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

  /// A line for each cell that a node works on or that waits for somebody.
  func running(_ items: [Agenda.Item]) -> Listing {
    var listing = Listing(head: ["cell", "state", "task", "node", "epoch", "loss", "images_per_second", "left"])
    for item in items {
      guard let word = word(for: item), ["running", "requeued", "held"].contains(word),
        let sent = view.sent[item.id], let entry = sent.entry
      else { continue }
      let progress = word == "running" ? sent.progress : nil
      listing.rows.append([
        .text(item.alias), .text(word), .text("\(sent.task)"), .text(word == "running" ? entry.node : entry.reason),
        progress.map { .text("\($0.epoch)/\($0.epochs)") } ?? "",
        progress.map { .number(($0.loss * 1000).rounded() / 1000) } ?? "",
        progress.map { .integer(Int($0.imagesPerSecond)) } ?? "",
        progress.map { .text(spoken(seconds: $0.secondsLeft)) } ?? "",
      ])
    }
    return listing
  }

  /// How a task without a result ended, and where that can be read.
  func detail(of item: Agenda.Item) -> (detail: String, log: String)? {
    guard let sent = view.sent[item.id] else { return nil }
    let state = sent.entry.map { "\($0.state) " } ?? ""
    let lines = sent.lastLines().joined(separator: " | ")
    return ("\(state)task \(sent.task): \(lines.isEmpty ? "it printed nothing" : lines)", sent.log)
  }
}
