import Records

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
  /// It is whole and does not belong here.
  case refused(reason: String)
  /// The system does not let it be read, or the one here.
  case unreadable(reason: String)

  package var word: String {
    switch self {
    case .added: "added"
    case .same: "same"
    case .differs: "differs"
    case .damaged: "damaged"
    case .refused: "refused"
    case .unreadable: "unreadable"
    }
  }

  package var reason: String {
    switch self {
    case .differs(let reason), .damaged(let reason), .refused(let reason), .unreadable(let reason): reason
    case .added, .same: ""
    }
  }
}

extension RunStore {
  /// Takes in a cell's file from another store, unless there is one here already: nothing here is ever overwritten.
  ///
  /// - Parameter profile: whose cells this store holds; nil for any.
  /// - Throws: where a file cannot be written here.
  package func merge(
    _ id: String, from other: RunStore, profile: String? = nil
  ) throws(StoreError) -> MergeOutcome {
    let theirs: (bytes: [UInt8], summary: RunRecord)
    do throws(StoreError) { theirs = (try other.bytes(of: id), try other.record(of: id, .summary)) } catch {
      return MergeOutcome(refusing: error)
    }
    if let profile, theirs.summary.profile != profile {
      return .refused(reason: "it belongs to the profile '\(theirs.summary.profile)', not to '\(profile)'")
    }
    // Another process may put one here, or take it away, between two looks.
    for _ in 0..<3 {
      do throws(StoreError) {
        let mine = try record(of: id, .summary)
        if mine.scienceDigest == theirs.summary.scienceDigest { return .same }
        return .differs(reason: MergeOutcome.difference(mine, theirs.summary))
      } catch {
        switch error {
        case .absent: if try adopt(theirs.bytes, as: id) { return .added }
        case .damaged(_, let reason): return .differs(reason: "the file here \(reason)")
        case .newer(_, let format): return .differs(reason: "the file here: \(MergeOutcome.later(format))")
        case .io, .hdf5: return .unreadable(reason: "\(error)")
        }
      }
    }
    return .unreadable(reason: "the name '\(path(of: id))' is taken by a link that leads nowhere")
  }
}

extension MergeOutcome {
  /// Why the other store's file was not taken.
  init(refusing error: StoreError) {
    switch error {
    case .damaged(_, let reason): self = .damaged(reason: reason)
    case .newer(_, let format): self = .refused(reason: MergeOutcome.later(format))
    case .absent: self = .unreadable(reason: "it is not there, or a link that leads nowhere")
    case .io, .hdf5: self = .unreadable(reason: "\(error)")
    }
  }

  fileprivate static func later(_ format: Int) -> String { "it has format \(format), of a later program than this" }

  /// Where two results of one cell part, as a person would ask.
  fileprivate static func difference(_ mine: RunRecord, _ theirs: RunRecord) -> String {
    func said(_ summary: RunRecord) -> String {
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
