import Records

extension RunStore {
  /// Copies a cell from another store into this one without its weights, unless this store already has a file for it.
  ///
  /// - Returns: the outcome that `merge` would report; a light file counts as the same result as its original.
  package func takeLight(_ id: String, from other: RunStore) throws(StoreError) -> MergeOutcome {
    guard case .absent = try status(of: id) else { return try merge(id, from: other) }
    let light: RunRecord
    do throws(StoreError) { light = try other.record(of: id).light } catch {
      return MergeOutcome(refusing: error)
    }
    try write(light)
    return .added
  }
}
