import Store

/// What a run did and what the selected cells are now.
package struct RunReport: Sendable {
  package enum Outcome: Hashable, Sendable {
    case finished
    case diverged(iteration: Int)
    case failed(reason: String)
    /// Not trained, because a cell it starts from has no result.
    case blocked(reason: String)
    /// A signal or the time limit ended it before its last iteration; its checkpoint is written.
    case stopped
    /// It was begun under conditions that are not these, so it was left as it is.
    case refused(reason: String)
    /// Another runner works on it.
    case held(by: String)
    /// Not reached.
    case missing

    /// Whether the exit code must tell of it.
    package var isBad: Bool {
      switch self {
      case .diverged, .failed, .blocked, .refused: true
      case .finished, .stopped, .held, .missing: false
      }
    }

    /// Whether the cell came to an end of its own, with a result that is stored.
    package var isFinal: Bool {
      switch self {
      case .finished, .diverged, .failed: true
      case .blocked, .stopped, .refused, .held, .missing: false
      }
    }

    package var isBlocked: Bool { if case .blocked = self { true } else { false } }

    /// One word for tables and JSON.
    package var word: String {
      switch self {
      case .finished: "finished"
      case .diverged: "diverged"
      case .failed: "failed"
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
    package let outcome: Outcome
    /// By this run; false for cells that were there already, or not reached.
    package let wasTrained: Bool
    /// Wall seconds, evaluation included.
    package let seconds: Double
    package let result: ResultRecord?

    init(
      _ item: Agenda.Item, outcome: Outcome, wasTrained: Bool, seconds: Double = 0, result: ResultRecord? = nil
    ) {
      self.item = item
      self.outcome = outcome
      self.wasTrained = wasTrained
      self.seconds = seconds
      self.result = result
    }
  }

  /// In the agenda's order.
  package private(set) var cells: [Cell]
  package let waiting: [Agenda.Waiting]
  /// What stopped the run when results could no longer be written.
  package let storeError: StoreError?
  package let isInterrupted: Bool

  /// Adds the stored results of cells that were there before.
  package mutating func addResults(from store: RunStore) {
    for (index, cell) in cells.enumerated() where cell.result == nil && cell.outcome.isFinal {
      cells[index] = Cell(
        cell.item, outcome: cell.outcome, wasTrained: cell.wasTrained, seconds: cell.seconds,
        result: try? store.summary(of: cell.item.id).result)
    }
  }

  package func count(of word: String) -> Int { cells.count { $0.outcome.word == word } }
  package var trained: Int { cells.count { $0.wasTrained && $0.outcome.isFinal } }
}

extension RunReport.Outcome {
  init(_ status: ResultRecord.Status) {
    switch status {
    case .finished: self = .finished
    case .diverged(let iteration): self = .diverged(iteration: iteration)
    case .failed(let reason): self = .failed(reason: reason)
    }
  }

  init(_ status: RunStatus) {
    switch status {
    case .finished: self = .finished
    case .diverged(let iteration): self = .diverged(iteration: iteration)
    case .failed(let reason): self = .failed(reason: reason)
    case .absent, .damaged: self = .missing
    case .newer(let format): self = .refused(reason: RunStatus.newer(format: format).advice)
    }
  }
}
