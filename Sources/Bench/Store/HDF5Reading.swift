import CHDF5
import Configuration
import Records

/// An HDF5 file opened from memory. Its seal has been checked, which does not prove that this program wrote it: sizes
/// and references in the file are checked before memory is allocated or a reference is followed.
struct HDF5File: ~Copyable {
  /// The open file, which also serves as its root group.
  let root: Identifier

  init(_ bytes: [UInt8]) throws(HDF5Failure) {
    // The values of a cell take about as many bytes as its file, but constant columns compress to a thousandth.
    HDF5.budget = 64 * bytes.count + 64 << 20
    let access = try Identifier(H5Pcreate(chdf5_file_access()), closing: H5Pclose, "prepare to open the file")
    try HDF5.check(H5Pset_fapl_core(access.raw, 1 << 16, false), "open the file in memory")
    try HDF5.check(H5Pset_fclose_degree(access.raw, H5F_CLOSE_STRONG), "set the close degree")
    // The library takes a mutable pointer but copies the image.
    var copy = bytes
    try HDF5.check(H5Pset_file_image(access.raw, &copy, copy.count), "load the file image")
    root = try Identifier(H5Fopen("cell", chdf5_read_only(), access.raw), closing: H5Fclose, "open the file")
  }
}

// MARK: - Objects

extension HDF5 {
  static func openGroup(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> Identifier {
    try requireOwn(name, in: parent)
    return try Identifier(
      H5Gopen2(parent.raw, name, chdf5_default_properties()), closing: H5Gclose, "open group \(name.visible)")
  }

  static func openDataset(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> Identifier {
    try requireOwn(name, in: parent)
    let dataset = try Identifier(
      H5Dopen2(parent.raw, name, chdf5_default_properties()), closing: H5Dclose, "open dataset \(name.visible)")
    try requireStoredHere(dataset, name)
    return dataset
  }

  /// A dataset by its path from the root.
  static func openDataset(atPath path: String, in root: borrowing Identifier) throws(HDF5Failure) -> Identifier {
    var names = path.split(separator: "/").map(String.init)
    guard let last = names.popLast() else { throw HDF5Failure(action: "open a dataset", trace: ["it has no name"]) }
    guard let first = names.first else { return try openDataset(last, in: root) }
    var group = try openGroup(first, in: root)
    for name in names.dropFirst() { group = try openGroup(name, in: group) }
    return try openDataset(last, in: group)
  }

  /// Rejects soft and external links: they may lead to other files or form cycles.
  private static func requireOwn(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) {
    guard try check(chdf5_is_hard_link(parent.raw, name), "look for \(name.visible)") > 0 else {
      throw HDF5Failure(action: "open \(name.visible)", trace: ["it is a soft or external link"])
    }
  }

  /// Rejects values that are not stored in the file itself, and filters that this program does not use.
  private static func requireStoredHere(_ dataset: borrowing Identifier, _ name: String) throws(HDF5Failure) {
    func refuse(_ reason: String) -> HDF5Failure { HDF5Failure(action: "read \(name.visible)", trace: [reason]) }
    let creation = try Identifier(
      H5Dget_create_plist(dataset.raw), closing: H5Pclose, "read how \(name.visible) is stored")
    guard try check(H5Pget_external_count(creation.raw), "read how \(name.visible) is stored") == 0 else {
      throw refuse("its values are stored in another file")
    }
    let layout = H5Pget_layout(creation.raw)
    switch layout {
    case H5D_COMPACT, H5D_CONTIGUOUS: return
    case H5D_CHUNKED: break
    default: throw refuse("its values are stored in other datasets")
    }
    for position in 0..<(try check(H5Pget_nfilters(creation.raw), "read the filters of \(name.visible)")) {
      var (flags, count, configuration) = (UInt32(0), 0, UInt32(0))
      let filter = H5Pget_filter2(creation.raw, UInt32(position), &flags, &count, nil, 0, nil, &configuration)
      guard [H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32].contains(filter) else {
        throw refuse("filter \(filter) is not supported")
      }
    }
    let extents = try shape(of: dataset)
    var chunk = [hsize_t](repeating: 0, count: max(1, extents.count))
    let rank = try check(H5Pget_chunk(creation.raw, Int32(chunk.count), &chunk), "read the chunks of \(name.visible)")
    guard Int(rank) == extents.count, zip(chunk, extents).allSatisfy({ $0 > 0 && $0 <= hsize_t($1) }) else {
      throw refuse("its chunks are larger than the dataset")
    }
  }

  /// The names of a group's entries, in the order of writing.
  static func entries(of group: borrowing Identifier) throws(HDF5Failure) -> [String] {
    var info = H5G_info_t()
    try check(H5Gget_info(group.raw, &info), "count the entries of a group")
    var names: [String] = []
    for position in 0..<info.nlinks {
      let defaults = chdf5_default_properties()
      let length = try check(
        H5Lget_name_by_idx(group.raw, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, position, nil, 0, defaults), "name an entry"
      )
      try take(1, of: length + 1, "read the name of an entry")
      var name = [CChar](repeating: 0, count: length + 1)
      try check(
        H5Lget_name_by_idx(group.raw, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, position, &name, length + 1, defaults),
        "read the name of an entry")
      names.append(text(name.map { UInt8(bitPattern: $0) }))
    }
    return names
  }

  /// The names of an object's attributes, in the order of writing.
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
    try requireOwn(name, in: parent)
    let object = try Identifier(
      H5Oopen(parent.raw, name, chdf5_default_properties()), closing: H5Oclose, "open \(name.visible)")
    return H5Iget_type(object.raw) == H5I_GROUP
  }
}

// MARK: - Values

extension HDF5 {
  /// Whether a dataset's values are stored as this type.
  static func holds<Element: Storable>(
    _ type: Element.Type, _ dataset: borrowing Identifier
  ) throws(HDF5Failure) -> Bool {
    let stored = try Identifier(H5Dget_type(dataset.raw), closing: H5Tclose, "read the type of a dataset")
    return try check(H5Tequal(stored.raw, Element.storedType), "compare types") > 0
  }

  static func shape(of dataset: borrowing Identifier) throws(HDF5Failure) -> [Int] {
    try shape(try Identifier(H5Dget_space(dataset.raw), closing: H5Sclose, "read a shape"))
  }

  private static func shape(_ space: consuming Identifier) throws(HDF5Failure) -> [Int] {
    guard H5Sget_simple_extent_type(space.raw) != H5S_NULL else {
      throw HDF5Failure(action: "read a shape", trace: ["it has none"])
    }
    let rank = try check(H5Sget_simple_extent_ndims(space.raw), "read a shape")
    guard rank > 0 else { return [] }
    var extents = [hsize_t](repeating: 0, count: Int(rank))
    try check(H5Sget_simple_extent_dims(space.raw, &extents, nil), "read a shape")
    var shape: [Int] = []
    for extent in extents {
      guard let extent = Int(exactly: extent) else {
        throw HDF5Failure(action: "read a shape", trace: ["\(extent) is too large"])
      }
      shape.append(extent)
    }
    return shape
  }

  /// The number of values in a shape, after a check that a file of this size can hold them.
  private static func count(_ shape: [Int], of size: Int, _ action: @autoclosure () -> String) throws(HDF5Failure)
    -> Int
  {
    var count = 1
    for extent in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      // A shape with an axis of length 0 has no values, but readers make lists along its other axes.
      guard !overflows, extent <= budget else {
        throw HDF5Failure(action: action(), trace: ["\(shape) is too large"])
      }
      count = product
    }
    try take(count, of: size, action())
    return count
  }

  private static func take(_ count: Int, of size: Int, _ action: @autoclosure () -> String) throws(HDF5Failure) {
    let (bytes, overflows) = count.multipliedReportingOverflow(by: size)
    guard !overflows, bytes <= budget else {
      throw HDF5Failure(action: action(), trace: ["it claims more values than a file of this size can hold"])
    }
    budget -= bytes
  }

  static func readValues<Element: Storable>(_ dataset: borrowing Identifier) throws(HDF5Failure) -> [Element] {
    guard try holds(Element.self, dataset) else {
      throw HDF5Failure(action: "read a dataset", trace: ["its values are not of type \(Element.self)"])
    }
    let count = try count(shape(of: dataset), of: MemoryLayout<Element>.stride, "read a dataset")
    var values = [Element](repeating: Element.zero, count: count)
    guard count > 0 else { return values }
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

  /// The numbers of a dataset; nil if it holds another type.
  static func readNumbers(_ dataset: borrowing Identifier) throws(HDF5Failure) -> StoredArray.Values? {
    if try holds(Float.self, dataset) { return .float(try readValues(dataset)) }
    if try holds(UInt8.self, dataset) { return .uint8(try readValues(dataset)) }
    if try holds(Int32.self, dataset) { return .int32(try readValues(dataset)) }
    if try holds(Int8.self, dataset) { return .int8(try readValues(dataset)) }
    return try holds(Double.self, dataset) ? .double(try readValues(dataset)) : nil
  }

  /// The bytes of any dataset's values in memory; of a text, without its padding.
  static func readBytes(atPath path: String, in root: borrowing Identifier) throws(HDF5Failure) -> [UInt8] {
    let dataset = try openDataset(atPath: path, in: root)
    if let numbers = try readNumbers(dataset) { return numbers.bytes }
    let texts = try readPaddedTexts(dataset, path)
    guard texts.shape.isEmpty else {
      throw HDF5Failure(action: "read \(path.visible)", trace: ["it is not a single text"])
    }
    return Array(texts.bytes.prefix { $0 != 0 })
  }
}

// MARK: - Texts

extension HDF5 {
  static func readText(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> String {
    let dataset = try openDataset(name, in: parent)
    let texts = try readPaddedTexts(dataset, name)
    guard texts.shape.isEmpty else { throw HDF5Failure(action: "read \(name)", trace: ["it is not a single text"]) }
    return text(texts.bytes).visible
  }

  static func readTexts(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> [String] {
    let dataset = try openDataset(name, in: parent)
    let texts = try readPaddedTexts(dataset, name)
    guard texts.shape.count == 1 else { throw HDF5Failure(action: "read \(name)", trace: ["it is not a text list"]) }
    return (0..<texts.shape[0]).map { k in text(texts.bytes[k * texts.length..<(k + 1) * texts.length]) }
  }

  private static func readPaddedTexts(
    _ dataset: borrowing Identifier, _ name: String
  ) throws(HDF5Failure) -> (shape: [Int], length: Int, bytes: [UInt8]) {
    let type = try Identifier(H5Dget_type(dataset.raw), closing: H5Tclose, "read the type of \(name.visible)")
    let length = try textLength(type, "read \(name.visible)")
    let shape = try shape(of: dataset)
    let count = try count(shape, of: length, "read \(name.visible)")
    var bytes = [UInt8](repeating: 0, count: length * count)
    let whole = chdf5_whole_extent()
    if count > 0 {
      try check(
        H5Dread(dataset.raw, type.raw, whole, whole, chdf5_default_properties(), &bytes), "read \(name.visible)")
    }
    return (shape, length, bytes)
  }

  /// The length of a fixed-length text in bytes; a variable-length one would refer to another place in the file.
  private static func textLength(_ type: borrowing Identifier, _ action: String) throws(HDF5Failure) -> Int {
    guard H5Tget_class(type.raw) == H5T_STRING, H5Tis_variable_str(type.raw) == 0 else {
      throw HDF5Failure(action: action, trace: ["it is not a fixed-length text"])
    }
    return H5Tget_size(type.raw)
  }

  /// The characters before the first zero.
  private static func text(_ characters: some Sequence<UInt8>) -> String {
    String(decoding: characters.prefix { $0 != 0 }, as: UTF8.self)
  }
}

// MARK: - Attributes

extension HDF5 {
  static func hasAttribute(_ name: String, on object: borrowing Identifier) throws(HDF5Failure) -> Bool {
    try check(H5Aexists(object.raw, name), "look for attribute \(name)") > 0
  }

  /// A text with control characters escaped.
  static func readAttribute(_ name: String, on object: borrowing Identifier) throws(HDF5Failure) -> String {
    try readRawAttribute(name, on: object).visible
  }

  /// A text exactly as stored.
  static func readRawAttribute(_ name: String, on object: borrowing Identifier) throws(HDF5Failure) -> String {
    let attribute = try openAttribute(name, on: object)
    let type = try Identifier(
      H5Aget_type(attribute.raw), closing: H5Tclose, "read the type of attribute \(name.visible)")
    let length = try textLength(type, "read attribute \(name.visible)")
    try take(1, of: length, "read attribute \(name.visible)")
    var bytes = [UInt8](repeating: 0, count: length)
    try check(H5Aread(attribute.raw, type.raw, &bytes), "read attribute \(name.visible)")
    return text(bytes)
  }

  static func readAttribute<Element: Storable>(_ name: String, on object: borrowing Identifier) throws(HDF5Failure)
    -> Element
  {
    let attribute = try openAttribute(name, on: object)
    let type = try Identifier(H5Aget_type(attribute.raw), closing: H5Tclose, "read the type of attribute \(name)")
    guard try check(H5Tequal(type.raw, Element.storedType), "compare types") > 0 else {
      throw HDF5Failure(action: "read attribute \(name)", trace: ["it is not of type \(Element.self)"])
    }
    var value = Element.zero
    try check(H5Aread(attribute.raw, Element.nativeType, &value), "read attribute \(name)")
    return value
  }

  /// A number in its valid range: a file may contain anything.
  static func readAttribute<Element: Storable & Comparable>(
    _ name: String, on object: borrowing Identifier, in range: ClosedRange<Element>
  ) throws(HDF5Failure) -> Element {
    let value: Element = try readAttribute(name, on: object)
    guard range.contains(value) else {
      throw HDF5Failure(
        action: "read attribute \(name)", trace: ["\(value) is not in \(range.lowerBound) ... \(range.upperBound)"])
    }
    return value
  }

  private static func openAttribute(_ name: String, on object: borrowing Identifier) throws(HDF5Failure) -> Identifier {
    let attribute = try Identifier(
      H5Aopen(object.raw, name, chdf5_default_properties()), closing: H5Aclose, "open attribute \(name.visible)")
    let shape = try shape(
      try Identifier(H5Aget_space(attribute.raw), closing: H5Sclose, "read the shape of attribute \(name.visible)"))
    guard shape.isEmpty else {
      throw HDF5Failure(action: "read attribute \(name.visible)", trace: ["it is a list instead of a single value"])
    }
    return attribute
  }

  /// Whether a dataset and its dimension scale refer to each other.
  static func isAttached(_ scale: borrowing Identifier, to dataset: borrowing Identifier) throws(HDF5Failure) -> Bool {
    try check(H5DSis_attached(dataset.raw, scale.raw, 0), "look up the dimension scale of a dataset") > 0
  }
}
