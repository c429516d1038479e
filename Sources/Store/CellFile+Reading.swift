import CHDF5
import Configuration

extension CellFile {
  /// What tables need; `bytes` is a whole file whose seal holds.
  static func decodeSummary(_ bytes: [UInt8]) throws(HDF5Failure) -> CellSummary {
    try HDF5.alone { () throws(HDF5Failure) in
      let file = try HDF5File(bytes)
      return try summary(of: file.root)
    }
  }

  /// Everything in a file.
  static func decode(_ bytes: [UInt8]) throws(HDF5Failure) -> CellRecord {
    try HDF5.alone { () throws(HDF5Failure) in
      let file = try HDF5File(bytes)
      let head = try summary(of: file.root)
      let predictions = try HDF5.openGroup("predictions", in: file.root)
      let model = try HDF5.openGroup("model", in: file.root)
      var record = CellRecord(
        cellID: head.cellID, alias: head.alias, suite: head.suite, profile: head.profile,
        isEvidence: head.isEvidence, configJSON: head.configJSON, sourcesJSON: head.sourcesJSON, data: head.data,
        traces: try columns(of: traces, in: file.root), windows: try columns(of: windows, in: file.root),
        epochs: head.epochs, result: head.result,
        predictions: try HDF5.readValues("class", in: predictions),
        testLabels: try HDF5.readValues("label", in: predictions),
        parameters: try tensors(tensorGroups.parameters, in: model),
        buffers: try tensors(tensorGroups.buffers, in: model), provenance: head.provenance,
        audit: try readAudit(in: file.root))
      if try HDF5.entries(of: model).contains(quantizedGroup) { record.quantized = try quantized(in: model) }
      if try HDF5.hasAttribute(lightMark, on: model) { record.markLight(digestWithWeights: head.scienceDigest) }
      return record
    }
  }

  static func summary(of root: borrowing Identifier) throws(HDF5Failure) -> CellSummary {
    let config = try HDF5.openGroup("config", in: root)
    let integrity = try HDF5.openGroup("integrity", in: root)
    var summary = CellSummary(
      cellID: try HDF5.readAttribute("cell_id", on: root), alias: try HDF5.readAttribute("alias", on: root),
      suite: try HDF5.readAttribute("suite", on: root), profile: try HDF5.readAttribute("profile", on: root),
      isEvidence: try flag("is_evidence", on: root), configJSON: try HDF5.readText("json", in: config),
      sourcesJSON: try HDF5.readText("sources", in: config), data: try data(in: root),
      epochs: try columns(of: epochs, in: root), result: try result(in: root), provenance: try provenance(in: root),
      scienceDigest: try HDF5.readAttribute("science_sha256", on: integrity))
    summary.steps = try columns(of: traces, in: root) { $0.hasPrefix("step_") }
    return summary
  }

  private static func data(in root: borrowing Identifier) throws(HDF5Failure) -> DataRecord {
    let group = try HDF5.openGroup("data", in: root)
    let kind: String = try HDF5.readAttribute("kind", on: group)
    guard let known = DataRecord.Kind(rawValue: kind) else {
      throw HDF5Failure(action: "read /data", trace: ["'\(kind)' is no kind of data"])
    }
    var data = DataRecord(
      name: try HDF5.readAttribute("name", on: group), kind: known,
      trainingCount: try HDF5.readAttribute("training_count", on: group, in: counts),
      testCount: try HDF5.readAttribute("test_count", on: group, in: counts),
      classes: try HDF5.readAttribute("classes", on: group, in: counts),
      fingerprint: try HDF5.readAttribute("fingerprint", on: group))
    data.labelNoise = try readIfPresent("label_noise", on: group, in: 0...1)
    data.noisyCount = try readIfPresent("noisy_count", on: group, in: counts)
    return data
  }

  /// The columns of a group, all as long as its axis.
  static func columns(
    of table: Table, in root: borrowing Identifier, where isWanted: (String) -> Bool = { _ in true }
  ) throws(HDF5Failure) -> [TraceColumn] {
    let group = try HDF5.openGroup(table.path, in: root)
    let names = try HDF5.entries(of: group).filter { $0 != table.axis && isWanted($0) }
    guard !names.isEmpty else { return [] }
    let count = try HDF5.shape(of: try HDF5.openDataset(table.axis, in: group))
    var columns: [TraceColumn] = []
    for name in names {
      let dataset = try HDF5.openDataset(name, in: group)
      guard count.count == 1, try HDF5.shape(of: dataset) == count else {
        throw HDF5Failure(action: "read /\(table.path)/\(name.visible)", trace: ["it is not as long as its axis"])
      }
      columns.append(
        TraceColumn(
          name.visible, unit: try HDF5.readAttribute("units", on: dataset),
          longName: try HDF5.readAttribute("long_name", on: dataset),
          values: try HDF5.readValues(dataset), isTiming: try flag("is_timing", on: dataset),
          isAddedLater: try HDF5.hasAttribute("is_added_later", on: dataset)))
    }
    return columns
  }

  private static func tensors(_ name: String, in model: borrowing Identifier) throws(HDF5Failure) -> [NamedTensor] {
    let group = try HDF5.openGroup(name, in: model)
    var tensors: [NamedTensor] = []
    for name in try HDF5.entries(of: group) {
      let dataset = try HDF5.openDataset(name, in: group)
      tensors.append(
        NamedTensor(name: name.visible, shape: try HDF5.shape(of: dataset), values: try HDF5.readValues(dataset)))
    }
    return tensors
  }

  private static func quantized(in model: borrowing Identifier) throws(HDF5Failure) -> [QuantizedTensor] {
    let group = try HDF5.openGroup(quantizedGroup, in: model)
    var tensors: [QuantizedTensor] = []
    for name in try HDF5.entries(of: group) {
      let dataset = try HDF5.openDataset(name, in: group)
      let lowest = try HDF5.readAttribute("lowest", on: dataset, in: -128...0)
      tensors.append(
        QuantizedTensor(
          name: name.visible, shape: try HDF5.shape(of: dataset), integers: try HDF5.readValues(dataset),
          step: try HDF5.readAttribute("step", on: dataset), lowest: lowest,
          highest: try HDF5.readAttribute("highest", on: dataset, in: 0...127)))
    }
    return tensors
  }

  private static func provenance(in root: borrowing Identifier) throws(HDF5Failure) -> [ProvenanceEntry] {
    let group = try HDF5.openGroup("provenance", in: root)
    var entries: [ProvenanceEntry] = []
    for key in try HDF5.attributes(of: group) {
      entries.append(ProvenanceEntry(key.visible, try HDF5.readAttribute(key, on: group)))
    }
    return entries
  }

  static func flag(_ name: String, on object: borrowing Identifier) throws(HDF5Failure) -> Bool {
    let value: UInt8 = try HDF5.readAttribute(name, on: object)
    return value != 0
  }
}
