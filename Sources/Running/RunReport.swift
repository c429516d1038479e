import Records
import Store

/// What a run did and what the selected cells are now.
package struct RunReport: Sendable {
  /// The state of a cell at the end of a run.
  package enum Ending: Hashable, Sendable {
    /// It ran to its end, and the result is stored.
    case ended(Outcome)
    /// Not trained, because a cell it starts from has no result.
    case blocked(reason: String)
    /// A signal or the time limit stopped it before its last iteration; its checkpoint is written.
    case stopped
    /// It was started under different conditions, or its file cannot be read; it was left as it is.
    case refused(reason: String)
    /// Another runner is training it.
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
    package let item: Agenda.Item
    package let ending: Ending
    /// By this run; false for cells that were there already, or not reached.
    package let wasTrained: Bool
    /// Wall seconds, evaluation included.
    package let seconds: Double
    package let result: RunResult?

    init(
      _ item: Agenda.Item, ending: Ending, wasTrained: Bool, seconds: Double = 0, result: RunResult? = nil
    ) {
      self.item = item
      self.ending = ending
      self.wasTrained = wasTrained
      self.seconds = seconds
      self.result = result
    }
  }

  /// In the agenda's order.
  package private(set) var cells: [Cell]
  /// What stopped the run when results could no longer be written.
  package let storeError: StoreError?
  package let isInterrupted: Bool

  /// Adds the stored results of cells that were there before.
  package mutating func addResults(from store: RunStore) {
    for (index, cell) in cells.enumerated() where cell.result == nil && cell.ending.isFinal {
      cells[index] = Cell(
        cell.item, ending: cell.ending, wasTrained: cell.wasTrained, seconds: cell.seconds,
        result: try? store.record(of: cell.item.id, .summary).result)
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
