import Records

/// The outcome of importing one file from another store.
package enum MergeOutcome: Hashable, Sendable {
  /// It was missing here and has been copied byte for byte.
  case added
  /// This store already has the same science; only times and provenance may differ, and those here are kept.
  case same
  /// This store has a different result, which is kept.
  case differs(reason: String)
  /// The file in the other store is damaged and was not imported.
  case damaged(reason: String)
  /// It is intact but does not belong in this store.
  case refused(reason: String)
  /// The operating system refuses to read it or its counterpart here.
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
  /// Imports a cell's file from another store, unless this store already has one: it never overwrites.
  ///
  /// - Parameter profile: the profile of this store's cells; nil to accept any.
  /// - Throws: if a file cannot be written to this store.
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
    // Another process may add or remove the file between two checks.
    for _ in 0..<3 {
      do throws(StoreError) {
        let mine = try record(of: id, .summary)
        if mine.scienceDigest == theirs.summary.scienceDigest { return .same }
        return .differs(reason: MergeOutcome.difference(mine, theirs.summary))
      } catch {
        switch error {
        case .absent: if try adopt(theirs.bytes, as: id) { return .added }
        case .damaged(_, let reason): return .differs(reason: "the file in this folder \(reason)")
        case .newer(_, let format): return .differs(reason: "the file in this folder: \(MergeOutcome.later(format))")
        case .io, .hdf5: return .unreadable(reason: "\(error)")
        }
      }
    }
    return .unreadable(reason: "'\(path(of: id))' is a broken symbolic link")
  }
}

extension MergeOutcome {
  /// The reason why the other store's file was not imported.
  init(refusing error: StoreError) {
    switch error {
    case .damaged(_, let reason): self = .damaged(reason: reason)
    case .newer(_, let format): self = .refused(reason: MergeOutcome.later(format))
    case .absent: self = .unreadable(reason: "it does not exist or is a broken symbolic link")
    case .io, .hdf5: self = .unreadable(reason: "\(error)")
    }
  }

  fileprivate static func later(_ format: Int) -> String { "it has format \(format), written by a newer program" }

  /// The difference between two results of one cell, in words.
  fileprivate static func difference(_ mine: RunRecord, _ theirs: RunRecord) -> String {
    func said(_ summary: RunRecord) -> String {
      let result = summary.result
      let what =
        result.status == .finished
        ? "test accuracy \(result.testAccuracyLast.map { String($0) } ?? "unknown")" : "\(result.status)"
      return "\(what) on \(result.timing.machine)"
    }
    return "this folder: \(said(mine)); the other: \(said(theirs))"
  }
}
