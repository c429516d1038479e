import CHDF5
import Configuration
import Records

/// `/audit`, present only in files of audited runs.
extension CellFile {
  private static let audit = "audit"

  static func write(
    _ record: AuditRecord, in root: borrowing Identifier, _ digests: inout DatasetDigests
  ) throws(HDF5Failure) {
    let group = try HDF5.makeGroup(audit, in: root)
    for dataset in record.datasets { try write(dataset, in: group, path: "/audit/", &digests) }
    for part in record.groups {
      let subgroup = try HDF5.makeGroup(part.name, in: group)
      for dataset in part.datasets { try write(dataset, in: subgroup, path: "/audit/\(part.name)/", &digests) }
    }
  }

  private static func write(
    _ dataset: AuditDataset, in group: borrowing Identifier, path: String, _ digests: inout DatasetDigests
  ) throws(HDF5Failure) {
    switch dataset.values {
    case .int8(let values): try write(dataset, values, in: group, path: path, &digests)
    case .uint8(let values): try write(dataset, values, in: group, path: path, &digests)
    case .int32(let values): try write(dataset, values, in: group, path: path, &digests)
    case .float(let values): try write(dataset, values, in: group, path: path, &digests)
    case .double(let values): try write(dataset, values, in: group, path: path, &digests)
    }
  }

  private static func write<Element: Storable>(
    _ dataset: AuditDataset, _ values: [Element], in group: borrowing Identifier, path: String,
    _ digests: inout DatasetDigests
  ) throws(HDF5Failure) {
    let object = try HDF5.makeDataset(
      dataset.name, in: group, values: values, shape: dataset.shape, storage: .compressed)
    try HDF5.writeAttribute("long_name", on: object, dataset.longName)
    if let offset = dataset.offset { try HDF5.writeAttribute("offset", on: object, offset) }
    digests.add(path + dataset.name, values)
  }

  /// The audit, or nil if the run was not audited.
  static func readAudit(in root: borrowing Identifier) throws(HDF5Failure) -> AuditRecord? {
    guard try HDF5.entries(of: root).contains(audit) else { return nil }
    let group = try HDF5.openGroup(audit, in: root)
    var record = AuditRecord(datasets: [], groups: [])
    for name in try HDF5.entries(of: group) {
      guard try HDF5.isGroup(name, in: group) else {
        record.datasets.append(try auditDataset(name, in: group))
        continue
      }
      let subgroup = try HDF5.openGroup(name, in: group)
      var datasets: [AuditDataset] = []
      for name in try HDF5.entries(of: subgroup) { datasets.append(try auditDataset(name, in: subgroup)) }
      record.groups.append(AuditRecord.Group(name.visible, datasets))
    }
    return record
  }

  private static func auditDataset(_ name: String, in group: borrowing Identifier) throws(HDF5Failure) -> AuditDataset {
    let object = try HDF5.openDataset(name, in: group)
    let values: AuditDataset.Values
    if try HDF5.holds(Int8.self, object) {
      values = .int8(try HDF5.readValues(object))
    } else if try HDF5.holds(UInt8.self, object) {
      values = .uint8(try HDF5.readValues(object))
    } else if try HDF5.holds(Int32.self, object) {
      values = .int32(try HDF5.readValues(object))
    } else if try HDF5.holds(Float.self, object) {
      values = .float(try HDF5.readValues(object))
    } else if try HDF5.holds(Double.self, object) {
      values = .double(try HDF5.readValues(object))
    } else {
      throw HDF5Failure(action: "read /audit", trace: ["'\(name.visible)' has a type that audits do not use"])
    }
    var offset: Int?
    if try HDF5.hasAttribute("offset", on: object) { offset = try HDF5.readAttribute("offset", on: object) }
    return AuditDataset(
      name.visible, try HDF5.readAttribute("long_name", on: object), shape: try HDF5.shape(of: object), values,
      offset: offset)
  }
}
