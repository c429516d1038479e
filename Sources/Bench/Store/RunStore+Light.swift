import Records

extension RunStore {
  /// Copies a cell from another store into this one without its weights, unless this store already has a file for it.
  ///
  /// - Parameter note: why the cell's times are not valid; nil keeps them as they are.
  /// - Returns: the outcome that `merge` would report; a light file counts as the same result as its original.
  package func takeLight(
    _ id: String, from other: RunStore, invalidTimes note: String? = nil
  ) throws(StoreError) -> MergeOutcome {
    guard case .absent = try status(of: id) else { return try merge(id, from: other) }
    var light: RunRecord
    do throws(StoreError) { light = try other.record(of: id).light } catch {
      return MergeOutcome(refusing: error)
    }
    if let note { (light.result.timing.isValid, light.result.timing.note) = (false, note) }
    try write(light)
    return .added
  }
}
