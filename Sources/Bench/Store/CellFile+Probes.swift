import CHDF5
import Configuration
import Records

/// `/probes`, only in files of probed cells.
extension CellFile {
  private static let probes = "probes"

  static func write(
    _ record: ProbeRecord, in root: borrowing Identifier, _ digests: inout DatasetDigests
  ) throws(HDF5Failure) {
    let group = try HDF5.makeGroup(probes, in: root)
    for value in record.values where value.mode == nil { try write(value, in: group, path: "/probes/", &digests) }
    for mode in ProbeMode.allCases {
      let subgroup = try HDF5.makeGroup(mode.rawValue, in: group)
      for value in record.values where value.mode == mode {
        try write(value, in: subgroup, path: "/probes/\(mode.rawValue)/", &digests)
      }
    }
  }

  private static func write(
    _ value: ProbeValue, in group: borrowing Identifier, path: String, _ digests: inout DatasetDigests
  ) throws(HDF5Failure) {
    let dataset = try HDF5.makeDataset(
      value.name, in: group, values: value.values, shape: value.shape, storage: .plain)
    try HDF5.writeAttribute("units", on: dataset, value.unit)
    try HDF5.writeAttribute("long_name", on: dataset, value.longName)
    digests.add(path + value.name, value.values)
  }

  /// The probes; empty in the file of a cell that was not probed.
  ///
  /// - Parameter isWhole: whether to read lists as well as single numbers.
  static func readProbes(in root: borrowing Identifier, isWhole: Bool) throws(HDF5Failure) -> ProbeRecord {
    guard try HDF5.entries(of: root).contains(probes) else { return ProbeRecord() }
    let group = try HDF5.openGroup(probes, in: root)
    var record = ProbeRecord()
    for name in try HDF5.entries(of: group) {
      guard try HDF5.isGroup(name, in: group) else {
        if let value = try probe(name, nil, in: group, isWhole) { record.values.append(value) }
        continue
      }
      guard let mode = ProbeMode(rawValue: name) else { continue }
      let subgroup = try HDF5.openGroup(name, in: group)
      for name in try HDF5.entries(of: subgroup) where try !HDF5.isGroup(name, in: subgroup) {
        if let value = try probe(name, mode, in: subgroup, isWhole) { record.values.append(value) }
      }
    }
    return record
  }

  /// Nil for a list that is not wanted, and for types that a later version may add.
  private static func probe(
    _ name: String, _ mode: ProbeMode?, in group: borrowing Identifier, _ isWhole: Bool
  ) throws(HDF5Failure) -> ProbeValue? {
    let dataset = try HDF5.openDataset(name, in: group)
    let shape = try HDF5.shape(of: dataset)
    guard isWhole || shape.isEmpty, try HDF5.holds(Double.self, dataset) else { return nil }
    return ProbeValue(
      name.visible, mode, unit: try HDF5.readAttribute("units", on: dataset),
      try HDF5.readAttribute("long_name", on: dataset), shape: shape, try HDF5.readValues(dataset))
  }
}
