import Store

/// What a cell without a result is doing, as its work folder tells.
package enum CellState: Sendable {
  /// A process works on it.
  case running(holder: String, CellProgress?)
  /// It was stopped, and resumes after this iteration.
  case started(iteration: Int, CellProgress?)
}

extension Agenda {
  /// The cells that are to be trained and have been begun, by their ids. Only cells with a work folder are looked at, so
  /// that a suite of ten thousand costs as little as one of ten.
  package func states(in store: RunStore) throws(StoreError) -> [String: CellState] {
    let started = Set(try store.started())
    var states: [String: CellState] = [:]
    for item in items where started.contains(item.id) && item.reason(force: false) != nil {
      let work = store.work(of: item.id)
      if let holder = work.holder {
        states[item.id] = .running(holder: "\(holder)", work.progress)
      } else if let iteration = work.resumeIteration {
        states[item.id] = .started(iteration: iteration, work.progress)
      }
    }
    return states
  }
}
