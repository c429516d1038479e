import CHDF5

/// An HDF5 file opened from memory. Only bytes whose seal was checked come here.
struct HDF5File: ~Copyable {
  /// The open file, which is also its root group.
  let root: Identifier

  init(_ bytes: [UInt8]) throws(HDF5Failure) {
    let access = try Identifier(H5Pcreate(chdf5_file_access()), closing: H5Pclose, "prepare to open the file")
    try HDF5.check(H5Pset_fapl_core(access.raw, 1 << 16, false), "open the file in memory")
    try HDF5.check(H5Pset_fclose_degree(access.raw, H5F_CLOSE_STRONG), "make closing final")
    // The library takes a mutable pointer but copies the image.
    var copy = bytes
    try HDF5.check(H5Pset_file_image(access.raw, &copy, copy.count), "hand the file to the library")
    root = try Identifier(H5Fopen("cell", chdf5_read_only(), access.raw), closing: H5Fclose, "open the file")
  }
}

extension HDF5 {
  static func openGroup(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> Identifier {
    try Identifier(H5Gopen2(parent.raw, name, chdf5_default_properties()), closing: H5Gclose, "open group \(name)")
  }

  static func openDataset(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> Identifier {
    try Identifier(H5Dopen2(parent.raw, name, chdf5_default_properties()), closing: H5Dclose, "open dataset \(name)")
  }

  /// Names of a group's entries in the order in which they were written.
  static func entries(of group: borrowing Identifier) throws(HDF5Failure) -> [String] {
    var info = H5G_info_t()
    try check(H5Gget_info(group.raw, &info), "count the entries of a group")
    var names: [String] = []
    for position in 0..<info.nlinks {
      let defaults = chdf5_default_properties()
      let length = try check(
        H5Lget_name_by_idx(group.raw, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, position, nil, 0, defaults), "name an entry"
      )
      var name = [CChar](repeating: 0, count: length + 1)
      try check(
        H5Lget_name_by_idx(group.raw, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, position, &name, length + 1, defaults),
        "name an entry")
      names.append(text(name))
    }
    return names
  }

  /// Names of an object's attributes in the order in which they were written.
  static func attributes(of object: borrowing Identifier) throws(HDF5Failure) -> [String] {
    var names: [String] = []
    let code = withUnsafeMutablePointer(to: &names) { names in
      H5Aiterate2(
        object.raw, H5_INDEX_CRT_ORDER, H5_ITER_INC, nil,
        { _, name, _, names in
          guard let name, let names = names?.assumingMemoryBound(to: [String].self) else { return -1 }
          names.pointee.append(String(cString: name))
          return 0
        }, names)
    }
    try check(code, "list attributes")
    return names
  }

  static func isGroup(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> Bool {
    let object = try Identifier(
      H5Oopen(parent.raw, name, chdf5_default_properties()), closing: H5Oclose, "open \(name)")
    return H5Iget_type(object.raw) == H5I_GROUP
  }

  /// Whether a dataset's values are stored as this type.
  static func holds<Element: Storable>(
    _ type: Element.Type, _ dataset: borrowing Identifier
  ) throws(HDF5Failure) -> Bool {
    let stored = try Identifier(H5Dget_type(dataset.raw), closing: H5Tclose, "read the type of a dataset")
    return try check(H5Tequal(stored.raw, Element.storedType), "compare types") > 0
  }

  static func shape(of dataset: borrowing Identifier) throws(HDF5Failure) -> [Int] {
    let space = try Identifier(H5Dget_space(dataset.raw), closing: H5Sclose, "read a shape")
    let rank = try check(H5Sget_simple_extent_ndims(space.raw), "read a shape")
    var extents = [hsize_t](repeating: 0, count: Int(rank))
    try check(H5Sget_simple_extent_dims(space.raw, &extents, nil), "read a shape")
    return extents.map { Int($0) }
  }

  static func readValues<Element: Storable>(
    _ dataset: borrowing Identifier, as type: Element.Type = Element.self
  ) throws(HDF5Failure) -> [Element] {
    let count = try shape(of: dataset).reduce(1, *)
    var values = [Element](repeating: Element.zero, count: count)
    let whole = chdf5_whole_extent()
    try check(
      H5Dread(dataset.raw, Element.nativeType, whole, whole, chdf5_default_properties(), &values), "read a dataset")
    return values
  }

  static func readValues<Element: Storable>(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure)
    -> [Element]
  {
    try readValues(try openDataset(name, in: parent))
  }

  /// The text of a dataset that holds one.
  static func readText(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> String {
    let dataset = try openDataset(name, in: parent)
    let type = try Identifier(H5Dget_type(dataset.raw), closing: H5Tclose, "read the type of \(name)")
    var bytes = [CChar](repeating: 0, count: H5Tget_size(type.raw) + 1)
    let whole = chdf5_whole_extent()
    try check(H5Dread(dataset.raw, type.raw, whole, whole, chdf5_default_properties(), &bytes), "read \(name)")
    return text(bytes)
  }

  static func hasAttribute(_ name: String, on object: borrowing Identifier) throws(HDF5Failure) -> Bool {
    try check(H5Aexists(object.raw, name), "look for attribute \(name)") > 0
  }

  static func readAttribute(_ name: String, on object: borrowing Identifier) throws(HDF5Failure) -> String {
    let attribute = try openAttribute(name, on: object)
    let type = try Identifier(H5Aget_type(attribute.raw), closing: H5Tclose, "read the type of \(name)")
    var bytes = [CChar](repeating: 0, count: H5Tget_size(type.raw) + 1)
    try check(H5Aread(attribute.raw, type.raw, &bytes), "read attribute \(name)")
    return text(bytes)
  }

  static func readAttribute<Element: Storable>(_ name: String, on object: borrowing Identifier) throws(HDF5Failure)
    -> Element
  {
    let attribute = try openAttribute(name, on: object)
    var value = Element.zero
    try check(H5Aread(attribute.raw, Element.nativeType, &value), "read attribute \(name)")
    return value
  }

  private static func openAttribute(_ name: String, on object: borrowing Identifier) throws(HDF5Failure) -> Identifier {
    try Identifier(
      H5Aopen(object.raw, name, chdf5_default_properties()), closing: H5Aclose, "open attribute \(name)")
  }

  /// The characters before the first zero.
  private static func text(_ characters: [CChar]) -> String {
    String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
