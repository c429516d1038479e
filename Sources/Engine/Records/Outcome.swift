package enum Outcome: Hashable, Sendable {
  case finished
  /// The loss or the weights stopped being finite at this iteration, 1-based.
  case diverged(iteration: Int)
  /// The run could not be carried out; the reason is a sentence for the user.
  case failed(reason: String)

  /// One word for tables, JSON and files.
  package var word: String {
    switch self {
    case .finished: "finished"
    case .diverged: "diverged"
    case .failed: "failed"
    }
  }

  /// The iteration or the reason; nil for a finished run.
  package var detail: String? {
    switch self {
    case .finished: nil
    case .diverged(let iteration): "at iteration \(iteration)"
    case .failed(let reason): reason
    }
  }
}

extension Outcome: CustomStringConvertible {
  /// "diverged at iteration 40", "failed: no space left".
  package var description: String {
    let separator = if case .failed = self { ": " } else { " " }
    return word + (detail.map { separator + $0 } ?? "")
  }
}
