/// The part of a cell file that tables need: no traces, no weights.
package struct CellSummary: Hashable, Sendable {
  package var cellID: String
  package var alias: String
  package var suite: String
  package var profile: String
  package var isEvidence: Bool
  package var configJSON: String
  package var sourcesJSON: String
  package var data: DataRecord
  package var epochs: [TraceColumn]
  /// What each step took, one value an iteration; empty unless the cell took turns step by step.
  package var steps: [TraceColumn] = []
  package var result: ResultRecord
  package var provenance: [ProvenanceEntry]
  /// See `CellRecord.scienceDigest`.
  package var scienceDigest: String

  package init(
    cellID: String, alias: String, suite: String, profile: String, isEvidence: Bool, configJSON: String,
    sourcesJSON: String, data: DataRecord, epochs: [TraceColumn], result: ResultRecord,
    provenance: [ProvenanceEntry], scienceDigest: String
  ) {
    self.cellID = cellID
    self.alias = alias
    self.suite = suite
    self.profile = profile
    self.isEvidence = isEvidence
    self.configJSON = configJSON
    self.sourcesJSON = sourcesJSON
    self.data = data
    self.epochs = epochs
    self.result = result
    self.provenance = provenance
    self.scienceDigest = scienceDigest
  }
}

/// What the store knows of a cell without training it.
package enum RunStatus: Hashable, Sendable {
  case absent
  case finished
  case diverged(iteration: Int)
  case failed(reason: String)
  /// There is a file, but not one this program wrote whole; the reason says what is wrong with it.
  case damaged(reason: String)
  /// Whole, of a later format: the result of a newer program, which is left as it is.
  case newer(format: Int)
}
