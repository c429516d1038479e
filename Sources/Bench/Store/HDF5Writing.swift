import CHDF5
import Foundation  // strdup

/// Builds an HDF5 file in memory. The library never touches the disk: the caller seals and writes the bytes.
struct HDF5Image: ~Copyable {
  /// The open file, which also serves as its root group.
  let root: Identifier

  /// - Parameter expectedBytes: the approximate size of the file; memory grows in steps of an eighth of it.
  init(expectedBytes: Int) throws(HDF5Failure) {
    let creation = try Identifier(H5Pcreate(chdf5_file_creation()), closing: H5Pclose, "prepare a file")
    try HDF5.check(H5Pset_userblock(creation.raw, hsize_t(Seal.length)), "reserve the user block")
    try HDF5.check(H5Pset_link_creation_order(creation.raw, chdf5_track_order()), "track the order of entries")
    try HDF5.check(H5Pset_attr_creation_order(creation.raw, chdf5_track_order()), "track the order of attributes")
    try HDF5.check(H5Pset_obj_track_times(creation.raw, false), "turn off time stamps")
    let access = try Identifier(H5Pcreate(chdf5_file_access()), closing: H5Pclose, "prepare a file")
    try HDF5.check(H5Pset_fapl_core(access.raw, max(1 << 16, expectedBytes / 8), false), "build a file in memory")
    try HDF5.check(
      H5Pset_libver_bounds(access.raw, H5F_LIBVER_EARLIEST, H5F_LIBVER_V18), "keep the file readable with HDF5 1.8")
    try HDF5.check(H5Pset_fclose_degree(access.raw, H5F_CLOSE_STRONG), "set the close degree")
    root = try Identifier(
      H5Fcreate("cell", chdf5_truncate(), creation.raw, access.raw), closing: H5Fclose, "create a file in memory")
  }

  /// The complete file without its user block.
  consuming func bytes() throws(HDF5Failure) -> [UInt8] {
    try HDF5.check(H5Fflush(root.raw, H5F_SCOPE_GLOBAL), "flush the file")
    let count = try HDF5.check(H5Fget_file_image(root.raw, nil, 0), "get the size of the file")
    var image = [UInt8](repeating: 0, count: count)
    try HDF5.check(H5Fget_file_image(root.raw, &image, count), "copy the file image")
    try root.close("close the file")
    return image
  }
}

/// How a dataset is stored: contiguously, or in chunks with compression and checksums.
enum Storage {
  case plain
  case compressed

  /// The chunk shape: whole rows of the first axis, about 16,384 values in all.
  static func chunk(of shape: [Int]) -> [hsize_t] {
    let row = shape.dropFirst().reduce(1, *)
    return ([min(shape[0], max(1, 16_384 / row))] + shape.dropFirst()).map { hsize_t($0) }
  }
}

extension HDF5 {
  /// Creates a group whose entries and attributes keep the order of writing.
  static func makeGroup(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> Identifier {
    let creation = try Identifier(H5Pcreate(chdf5_group_creation()), closing: H5Pclose, "prepare group \(name)")
    try check(H5Pset_link_creation_order(creation.raw, chdf5_track_order()), "track the order of \(name)")
    try check(H5Pset_attr_creation_order(creation.raw, chdf5_track_order()), "track the order of \(name)")
    try check(H5Pset_obj_track_times(creation.raw, false), "turn off time stamps of \(name)")
    let defaults = chdf5_default_properties()
    return try Identifier(
      H5Gcreate2(parent.raw, name, defaults, creation.raw, defaults), closing: H5Gclose, "create group \(name)")
  }

  /// Tracking the order of attributes makes the library choose headers with checksums, which protect everything that no
  /// digest covers: names, shapes, types and attributes.
  private static func makeDatasetCreation(_ name: String) throws(HDF5Failure) -> Identifier {
    let creation = try Identifier(H5Pcreate(chdf5_dataset_creation()), closing: H5Pclose, "prepare dataset \(name)")
    try check(H5Pset_attr_creation_order(creation.raw, chdf5_track_order()), "track the order of \(name)")
    try check(H5Pset_obj_track_times(creation.raw, false), "turn off time stamps of \(name)")
    return creation
  }

  /// Writes numbers row-major and returns the open dataset, so that attributes and scales can be added.
  static func makeDataset<Element: Storable>(
    _ name: String, in parent: borrowing Identifier, values: [Element], shape: [Int]? = nil, storage: Storage
  ) throws(HDF5Failure) -> Identifier {
    let shape = shape ?? [values.count]
    let space = try makeSpace(shape)
    let creation = try makeDatasetCreation(name)
    if storage == .compressed && !values.isEmpty {
      let chunk = Storage.chunk(of: shape)
      try check(H5Pset_chunk(creation.raw, Int32(chunk.count), chunk), "set the chunk shape of \(name)")
      try check(H5Pset_shuffle(creation.raw), "shuffle \(name)")
      try check(H5Pset_deflate(creation.raw, 6), "compress \(name)")
      try check(H5Pset_fletcher32(creation.raw), "checksum \(name)")
    }
    return try write(
      name, in: parent, stored: Element.storedType, native: Element.nativeType, space, creation, values)
  }

  private static func write<Element: BitwiseCopyable>(
    _ name: String, in parent: borrowing Identifier, stored: hid_t, native: hid_t, _ space: borrowing Identifier,
    _ creation: borrowing Identifier, _ memory: [Element]
  ) throws(HDF5Failure) -> Identifier {
    let (defaults, whole) = (chdf5_default_properties(), chdf5_whole_extent())
    let dataset = try Identifier(
      H5Dcreate2(parent.raw, name, stored, space.raw, defaults, creation.raw, defaults), closing: H5Dclose,
      "create dataset \(name)")
    if !memory.isEmpty {
      try check(H5Dwrite(dataset.raw, native, whole, whole, defaults, memory), "write dataset \(name)")
    }
    return dataset
  }

  /// Writes one text or a list of texts as fixed-length UTF-8, padded with zeros.
  static func writeTexts(_ name: String, in parent: borrowing Identifier, _ texts: [String], isList: Bool)
    throws(HDF5Failure)
  {
    let (length, bytes) = padded(texts)
    let type = try textType(length: length)
    let space = try isList ? makeSpace([texts.count]) : makeScalar()
    let creation = try makeDatasetCreation(name)
    _ = try write(name, in: parent, stored: type.raw, native: type.raw, space, creation, bytes)
  }

  static func writeAttribute(_ name: String, on object: borrowing Identifier, _ text: String) throws(HDF5Failure) {
    let (length, bytes) = padded([text])
    let type = try textType(length: length)
    try writeAttribute(name, on: object, stored: type.raw, native: type.raw, bytes)
  }

  /// Writes a text of variable length, which h5py gives as `str`. This program never reads such a text, because reading
  /// it follows a pointer in the file.
  static func writePythonText(_ name: String, on object: borrowing Identifier, _ text: String) throws(HDF5Failure) {
    let type = try textType(length: chdf5_variable_length())
    guard let copy = strdup(text) else { throw HDF5Failure(action: "write attribute \(name)", trace: ["no memory"]) }
    defer { free(copy) }
    try writeAttribute(name, on: object, stored: type.raw, native: type.raw, [copy])
  }

  static func writeAttribute<Element: Storable>(
    _ name: String, on object: borrowing Identifier, _ value: Element
  ) throws(HDF5Failure) {
    try writeAttribute(name, on: object, stored: Element.storedType, native: Element.nativeType, [value])
  }

  private static func writeAttribute<Element: BitwiseCopyable>(
    _ name: String, on object: borrowing Identifier, stored: hid_t, native: hid_t, _ memory: [Element]
  ) throws(HDF5Failure) {
    let space = try makeScalar()
    let defaults = chdf5_default_properties()
    let attribute = try Identifier(
      H5Acreate2(object.raw, name, stored, space.raw, defaults, defaults), closing: H5Aclose, "create attribute \(name)"
    )
    try check(H5Awrite(attribute.raw, native, memory), "write attribute \(name)")
  }

  /// Makes a dataset the dimension scale `name`, to which other datasets can be attached.
  static func makeScale(_ dataset: borrowing Identifier, named name: String) throws(HDF5Failure) {
    try check(H5DSset_scale(dataset.raw, name), "make \(name) a dimension scale")
  }

  static func attach(_ scale: borrowing Identifier, to dataset: borrowing Identifier) throws(HDF5Failure) {
    try check(H5DSattach_scale(dataset.raw, scale.raw, 0), "attach a dimension scale")
  }

  private static func makeSpace(_ shape: [Int]) throws(HDF5Failure) -> Identifier {
    let extents = shape.map { hsize_t($0) }
    return try Identifier(
      H5Screate_simple(Int32(shape.count), extents, nil), closing: H5Sclose, "describe the shape \(shape)")
  }

  private static func makeScalar() throws(HDF5Failure) -> Identifier {
    try Identifier(H5Screate(H5S_SCALAR), closing: H5Sclose, "describe a single value")
  }

  /// The texts padded to the length of the longest, at least 1 because HDF5 has no text type of length 0.
  private static func padded(_ texts: [String]) -> (length: Int, bytes: [UInt8]) {
    let length = max(1, texts.map(\.utf8.count).max() ?? 1)
    var bytes: [UInt8] = []
    for text in texts {
      bytes += Array(text.utf8)
      bytes += Array(repeating: 0, count: length - text.utf8.count)
    }
    return (length, bytes)
  }

  static func textType(length: Int) throws(HDF5Failure) -> Identifier {
    let type = try Identifier(H5Tcopy(chdf5_c_string()), closing: H5Tclose, "make a text type")
    try check(H5Tset_size(type.raw, length), "make a text type of length \(length)")
    try check(H5Tset_cset(type.raw, H5T_CSET_UTF8), "make a UTF-8 text type")
    try check(H5Tset_strpad(type.raw, H5T_STR_NULLPAD), "make a padded text type")
    return type
  }
}
