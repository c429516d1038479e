import Records
import Store

/// The outcome of a run and the state of the selected cells after it.
package struct RunReport: Sendable {
  /// The state of a cell at the end of a run.
  package enum Ending: Hashable, Sendable {
    /// It finished, diverged or failed, and the result is stored.
    case ended(Outcome)
    /// Not trained, because the cell from which it starts has no result.
    case blocked(reason: String)
    /// A signal or the time limit stopped it before its last iteration; its checkpoint is written.
    case stopped
    /// It was started under different conditions, or its file cannot be read; it was left unchanged.
    case refused(reason: String)
    /// Another process is training it.
    case held(by: String)
    /// Not reached.
    case missing

    /// True if the exit code must report it.
    package var isBad: Bool {
      switch self {
      case .ended(let outcome): outcome != .finished
      case .blocked, .refused: true
      case .stopped, .held, .missing: false
      }
    }

    /// True if the result is stored.
    package var isFinal: Bool { if case .ended = self { true } else { false } }
    package var isBlocked: Bool { if case .blocked = self { true } else { false } }

    /// One word for tables and JSON.
    package var word: String {
      switch self {
      case .ended(let outcome): outcome.word
      case .blocked: "blocked"
      case .stopped: "stopped"
      case .refused: "refused"
      case .held: "held"
      case .missing: "missing"
      }
    }
  }

  package struct Cell: Sendable {
    package let item: RunPlan.Item
    package let ending: Ending
    /// True if this run trained it; false for cells that were already done or not reached.
    package let wasTrained: Bool
    /// Wall-clock seconds, including evaluation.
    package var seconds = 0.0
    package var result: RunResult?
  }

  /// In the plan's order.
  package private(set) var cells: [Cell]
  /// The error that stopped the run because results could no longer be written.
  package let storeError: StoreError?
  package let isInterrupted: Bool

  /// Adds the stored results of cells that this run did not train.
  package mutating func addResults(from store: RunStore) {
    for (index, cell) in cells.enumerated() where cell.result == nil && cell.ending.isFinal {
      cells[index].result = try? store.record(of: cell.item.id, .summary).result
    }
  }

  package func count(of word: String) -> Int { cells.count { $0.ending.word == word } }
  package var trained: Int { cells.count { $0.wasTrained && $0.ending.isFinal } }
}

extension RunReport.Ending {
  init(_ status: RunStatus) {
    switch status {
    case .stored(let outcome): self = .ended(outcome)
    case .absent, .damaged: self = .missing
    case .newer: self = .refused(reason: status.advice)
    }
  }
}
