/// How a run ended.
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
}
