import CHDF5
import Configuration
import Records

extension CellFile {
  /// - Parameter bytes: a whole file with an intact seal.
  static func decode(_ bytes: [UInt8], _ parts: RunRecord.Parts = .all) throws(HDF5Failure) -> RunRecord {
    try HDF5.alone { () throws(HDF5Failure) in
      let file = try HDF5File(bytes)
      var record = try summary(of: file.root)
      // Types that a later version may add are left out, and lists where only numbers are wanted.
      record.probes = ProbeRecord(
        try tree(probes, in: file.root) { object throws(HDF5Failure) in
          guard try HDF5.holds(Double.self, object) else { return false }
          return try parts != .summary ? true : HDF5.shape(of: object).isEmpty
        } ?? ArrayTree())
      guard parts != .summary else { return record }
      record.traces = try columns(of: traces, in: file.root)
      record.windows = try columns(of: windows, in: file.root)
      guard parts == .all else { return record }
      let predictions = try HDF5.openGroup("predictions", in: file.root)
      record.predictions = try HDF5.readValues("class", in: predictions)
      record.testLabels = try HDF5.readValues("label", in: predictions)
      let model = try HDF5.openGroup("model", in: file.root)
      record.parameters = try tensors(tensorGroups.parameters, in: model)
      record.buffers = try tensors(tensorGroups.buffers, in: model)
      if try HDF5.entries(of: model).contains(quantizedGroup) { record.quantized = try quantized(in: model) }
      record.audit = try tree(audit, in: file.root)
      if try !HDF5.hasAttribute(lightMark, on: model) { record.storedDigest = nil }
      return record
    }
  }

  private static func summary(of root: borrowing Identifier) throws(HDF5Failure) -> RunRecord {
    var record = RunRecord()
    try attributes(of: &record, on: root, .reading)
    let config = try HDF5.openGroup("config", in: root)
    record.configJSON = try HDF5.readText("json", in: config)
    record.sourcesJSON = try HDF5.readText("sources", in: config)
    try data(&record.data, in: root, .reading)
    record.epochs = try columns(of: epochs, in: root)
    record.traces = try columns(of: traces, in: root) { $0.hasPrefix("step_") }
    try result(&record.result, in: root, .reading)
    let provenance = try HDF5.openGroup("provenance", in: root)
    for key in try HDF5.attributes(of: provenance) {
      record.provenance.append(ProvenanceEntry(key.visible, try HDF5.readAttribute(key, on: provenance)))
    }
    record.storedDigest = try HDF5.readAttribute("science_sha256", on: try HDF5.openGroup("integrity", in: root))
    return record
  }

  /// The columns of a group, all of the length of its axis.
  static func columns(
    of table: Table, in root: borrowing Identifier, where isWanted: (String) -> Bool = { _ in true }
  ) throws(HDF5Failure) -> [Series] {
    let group = try HDF5.openGroup(table.path, in: root)
    let names = try HDF5.entries(of: group).filter { $0 != table.axis && isWanted($0) }
    guard !names.isEmpty else { return [] }
    let count = try HDF5.shape(of: try HDF5.openDataset(table.axis, in: group))
    var columns: [Series] = []
    for name in names {
      let dataset = try HDF5.openDataset(name, in: group)
      guard count.count == 1, try HDF5.shape(of: dataset) == count else {
        throw HDF5Failure(
          action: "read /\(table.path)/\(name.visible)", trace: ["its length differs from that of its axis"])
      }
      columns.append(
        Series(
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

  static func flag(_ name: String, on object: borrowing Identifier) throws(HDF5Failure) -> Bool {
    let value: UInt8 = try HDF5.readAttribute(name, on: object)
    return value != 0
  }
}
