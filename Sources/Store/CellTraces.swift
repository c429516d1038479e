/// What figures need of a cell beyond its summary: the traces, without predictions and weights.
package struct CellTraces: Hashable, Sendable {
  package var summary: CellSummary
  /// One value an iteration; entry 0 belongs to iteration 1.
  package var traces: [TraceColumn]
  /// One value a rate window.
  package var windows: [TraceColumn]

  package init(summary: CellSummary, traces: [TraceColumn], windows: [TraceColumn]) {
    (self.summary, self.traces, self.windows) = (summary, traces, windows)
  }

  /// The values of a trace over iterations, nil when the method does not record it.
  package func trace(_ name: String) -> [Float]? { traces.first { $0.name == name }?.values }
  package func window(_ name: String) -> [Float]? { windows.first { $0.name == name }?.values }
}

extension RunStore {
  /// Everything in a cell file, wherever it lies.
  package static func record(atPath path: String) throws(StoreError) -> CellRecord {
    let bytes = try FileAccess.current.sealedContent(of: path)
    return try TrialReader.current.read(bytes, at: path, .record, CellFile.decode)
  }

  /// A cell's traces, without its weights.
  package func traces(of id: String) throws(StoreError) -> CellTraces {
    let traces = try decode(id, .traces, CellFile.decodeTraces)
    try requireName(traces.summary.cellID, of: id)
    return traces
  }
}

extension CellFile {
  static func decodeTraces(_ bytes: [UInt8]) throws(HDF5Failure) -> CellTraces {
    try HDF5.alone { () throws(HDF5Failure) in
      let file = try HDF5File(bytes)
      return CellTraces(
        summary: try summary(of: file.root), traces: try columns(of: CellFile.traces, in: file.root),
        windows: try columns(of: CellFile.windows, in: file.root))
    }
  }
}
