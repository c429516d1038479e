import CHDF5
import Configuration
import Records

/// `/audit` and `/probes`: groups of arrays, present only in files of audited and of probed runs.
extension CellFile {
  static func write(
    _ tree: ArrayTree, as name: String, _ storage: Storage, in root: borrowing Identifier,
    _ digests: inout DatasetDigests
  ) throws(HDF5Failure) {
    let group = try HDF5.makeGroup(name, in: root)
    for array in tree.datasets { try write(array, storage, in: group, path: "/\(name)/", &digests) }
    for part in tree.groups {
      let subgroup = try HDF5.makeGroup(part.name, in: group)
      for array in part.datasets { try write(array, storage, in: subgroup, path: "/\(name)/\(part.name)/", &digests) }
    }
  }

  private static func write(
    _ array: StoredArray, _ storage: Storage, in group: borrowing Identifier, path: String,
    _ digests: inout DatasetDigests
  ) throws(HDF5Failure) {
    switch array.values {
    case .int8(let values): try write(array, values, storage, in: group, path: path, &digests)
    case .uint8(let values): try write(array, values, storage, in: group, path: path, &digests)
    case .int32(let values): try write(array, values, storage, in: group, path: path, &digests)
    case .float(let values): try write(array, values, storage, in: group, path: path, &digests)
    case .double(let values): try write(array, values, storage, in: group, path: path, &digests)
    }
  }

  private static func write<Element: Storable>(
    _ array: StoredArray, _ values: [Element], _ storage: Storage, in group: borrowing Identifier, path: String,
    _ digests: inout DatasetDigests
  ) throws(HDF5Failure) {
    let object = try HDF5.makeDataset(array.name, in: group, values: values, shape: array.shape, storage: storage)
    if let unit = array.unit { try HDF5.writeAttribute("units", on: object, unit) }
    try HDF5.writeAttribute("long_name", on: object, array.longName)
    if let offset = array.offset { try HDF5.writeAttribute("offset", on: object, offset) }
    digests.add(path + array.name, values)
  }

  /// The arrays of a group; nil if the file does not have it.
  ///
  /// - Parameter isWanted: whether to read a dataset.
  static func tree(
    _ name: String, in root: borrowing Identifier,
    where isWanted: (borrowing Identifier) throws(HDF5Failure) -> Bool = { _ in true }
  ) throws(HDF5Failure) -> ArrayTree? {
    guard try HDF5.entries(of: root).contains(name) else { return nil }
    let group = try HDF5.openGroup(name, in: root)
    var tree = ArrayTree(datasets: try arrays(in: group, where: isWanted))
    for name in try HDF5.entries(of: group) where try HDF5.isGroup(name, in: group) {
      let subgroup = try HDF5.openGroup(name, in: group)
      tree.groups.append(ArrayTree.Group(name.visible, try arrays(in: subgroup, where: isWanted)))
    }
    return tree
  }

  private static func arrays(
    in group: borrowing Identifier, where isWanted: (borrowing Identifier) throws(HDF5Failure) -> Bool
  ) throws(HDF5Failure) -> [StoredArray] {
    var arrays: [StoredArray] = []
    for name in try HDF5.entries(of: group) where try !HDF5.isGroup(name, in: group) {
      let object = try HDF5.openDataset(name, in: group)
      if try isWanted(object) { arrays.append(try array(name, object)) }
    }
    return arrays
  }

  private static func array(_ name: String, _ object: borrowing Identifier) throws(HDF5Failure) -> StoredArray {
    guard let values = try HDF5.readNumbers(object) else {
      throw HDF5Failure(action: "read an array", trace: ["'\(name.visible)' has a type that this program does not use"])
    }
    var (unit, offset): (String?, Int?) = (nil, nil)
    if try HDF5.hasAttribute("units", on: object) { unit = try HDF5.readAttribute("units", on: object) }
    if try HDF5.hasAttribute("offset", on: object) { offset = try HDF5.readAttribute("offset", on: object) }
    return StoredArray(
      name.visible, try HDF5.readAttribute("long_name", on: object), unit: unit, shape: try HDF5.shape(of: object),
      values, offset: offset)
  }
}
