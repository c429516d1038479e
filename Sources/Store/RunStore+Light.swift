extension RunStore {
  /// Writes a cell of another store here without its weights, unless it is here already.
  ///
  /// - Returns: what `merge` would say; a light file and the whole one it came from are the same result.
  package func takeLight(_ id: String, from other: RunStore) throws(StoreError) -> MergeOutcome {
    switch try status(of: id) {
    case .absent: break
    case .damaged(let reason): return .differs(reason: "the file here \(reason)")
    case .finished, .diverged, .failed: return try merge(id, from: other)
    }
    do throws(StoreError) {
      try write(try other.record(of: id).light)
      return .added
    } catch {
      switch error {
      case .damaged(let path, let reason) where path == other.path(of: id): return .damaged(reason: reason)
      case .hdf5(let action, let path, _) where path == other.path(of: id):
        return .damaged(reason: "lets HDF5 not \(action)")
      default: throw error
      }
    }
  }
}
