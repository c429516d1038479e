import Store

/// The state of a cell without a result, according to its work folder.
package enum CellState: Sendable {
  /// A process works on it.
  case running(holder: String, CellProgress?)
  /// It was stopped and will resume after this iteration.
  case started(iteration: Int, CellProgress?)
}

extension RunPlan {
  /// The started cells among those to be trained, by ID. Only cells with a work folder are examined, so a suite of ten
  /// thousand costs as little as one of ten.
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
