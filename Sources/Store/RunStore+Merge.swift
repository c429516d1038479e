/// What became of one file of another store that was to be taken in.
package enum MergeOutcome: Hashable, Sendable {
  /// It was not here and now is, byte for byte.
  case added
  /// It is here already with the same science; only times and circumstances may differ, and those here stay.
  case same
  /// Something else is here, and stays.
  case differs(reason: String)
  /// The other store's file is not whole, so it was not taken.
  case damaged(reason: String)

  package var word: String {
    switch self {
    case .added: "added"
    case .same: "same"
    case .differs: "differs"
    case .damaged: "damaged"
    }
  }
}

extension RunStore {
  /// Takes in a cell's file from another store, unless there is one here already: nothing here is ever overwritten.
  package func merge(_ id: String, from other: RunStore) throws(StoreError) -> MergeOutcome {
    let theirs: (bytes: [UInt8], summary: CellSummary)
    do throws(StoreError) {
      theirs = (try other.bytes(of: id), try other.summary(of: id))
    } catch {
      switch error {
      case .damaged(_, let reason): return .damaged(reason: reason)
      case .hdf5(let action, _, _): return .damaged(reason: "lets HDF5 not \(action)")
      case .io, .absent, .newer: throw error
      }
    }
    let mine: CellSummary
    do throws(StoreError) {
      mine = try summary(of: id)
    } catch {
      switch error {
      case .absent:
        try adopt(theirs.bytes, as: id)
        return .added
      case .damaged(_, let reason): return .differs(reason: "the file here \(reason)")
      case .hdf5(let action, _, _): return .differs(reason: "the file here lets HDF5 not \(action)")
      case .io, .newer: throw error
      }
    }
    if mine.scienceDigest == theirs.summary.scienceDigest { return .same }
    return .differs(reason: MergeOutcome.difference(mine, theirs.summary))
  }
}

extension MergeOutcome {
  /// Where two results of one cell part, as a person would ask.
  fileprivate static func difference(_ mine: CellSummary, _ theirs: CellSummary) -> String {
    func said(_ summary: CellSummary) -> String {
      let result = summary.result
      let what =
        switch result.status {
        case .finished: "test accuracy \(result.testAccuracyLast.map { String($0) } ?? "unknown")"
        case .diverged(let iteration): "diverged at iteration \(iteration)"
        case .failed(let reason): "failed: \(reason)"
        }
      return "\(what) on \(result.timing.machine)"
    }
    return "here \(said(mine)), there \(said(theirs))"
  }
}
