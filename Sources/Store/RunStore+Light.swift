import Records

extension RunStore {
  /// Writes a cell of another store here without its weights, unless something is here already.
  ///
  /// - Returns: what `merge` would say; a light file and the whole one it came from are the same result.
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
