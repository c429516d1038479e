import CHDF5
import Configuration
import Crypto
import Records

/// The layout of a cell file: the names that writing and reading share. `docs/traces.md` documents it.
enum CellFile {
  /// A group of columns that share an axis.
  struct Table {
    let path: String
    let axis: String
    let axisMeaning: String
  }

  static let traces = Table(path: "traces", axis: "iteration", axisMeaning: "iteration, 1-based over the whole run")
  static let windows = Table(path: "sampling", axis: "window", axisMeaning: "rate window, 1-based over the whole run")
  static let epochs = Table(path: "epochs", axis: "epoch", axisMeaning: "epoch, 1-based")

  static let tensorGroups = (parameters: "parameters", buffers: "buffers")
  /// The group of quantized weights as integers, present only in files of quantized cells.
  static let quantizedGroup = "quantized"
  static let audit = "audit"
  static let probes = "probes"
  /// An attribute present only in files without weights.
  static let lightMark = "without_weights"
}

// MARK: - Writing

extension CellFile {
  /// The complete file, including its seal.
  static func encode(_ record: RunRecord) throws(HDF5Failure) -> [UInt8] {
    let content = try HDF5.alone { () throws(HDF5Failure) in
      let image = try HDF5Image(expectedBytes: expectedBytes(of: record))
      try fill(image.root, with: record)
      return try image.bytes()
    }
    return Seal.block(for: content) + content
  }

  private static func fill(_ root: borrowing Identifier, with record: RunRecord) throws(HDF5Failure) {
    var digests = DatasetDigests()
    try HDF5.writeAttribute("format", on: root, "SAMBench cell")
    try HDF5.writeAttribute("version", on: root, Seal.format)
    var record = record
    try attributes(of: &record, on: root, .writing)
    let names = RunNames(configJSON: record.configJSON)
    for (key, name) in [("model", names.model), ("dataset", names.dataset), ("method", names.method)] {
      try HDF5.writePythonText(key, on: root, name)
    }
    try HDF5.writeAttribute("seed", on: root, names.seed)

    let config = try HDF5.makeGroup("config", in: root)
    try HDF5.writeTexts("json", in: config, [record.configJSON], isList: false)
    try HDF5.writeTexts("sources", in: config, [record.sourcesJSON], isList: false)
    digests.add("/config/json", Array(record.configJSON.utf8))
    digests.add("/config/sources", Array(record.sourcesJSON.utf8))
    try data(&record.data, in: root, .writing)

    try write(record.traces, to: traces, in: root, &digests)
    try write(record.windows, to: windows, in: root, &digests)
    try write(record.epochs, to: epochs, in: root, &digests)
    try result(&record.result, in: root, .writing)

    let predictions = try HDF5.makeGroup("predictions", in: root)
    for (name, values) in [("class", record.predictions), ("label", record.testLabels)] {
      _ = try HDF5.makeDataset(name, in: predictions, values: values, storage: .compressed)
      digests.add("/predictions/\(name)", values)
    }
    let model = try HDF5.makeGroup("model", in: root)
    if record.storedDigest != nil { try HDF5.writeAttribute(lightMark, on: model, UInt8(1)) }
    for (name, tensors) in [(tensorGroups.parameters, record.parameters), (tensorGroups.buffers, record.buffers)] {
      let group = try HDF5.makeGroup(name, in: model)
      for tensor in tensors {
        _ = try HDF5.makeDataset(
          tensor.name, in: group, values: tensor.values, shape: tensor.shape, storage: .plain)
        digests.add("/model/\(name)/\(tensor.name)", tensor.values)
      }
    }
    if !record.quantized.isEmpty { try write(record.quantized, in: model, &digests) }
    if let tree = record.audit { try write(tree, as: audit, .compressed, in: root, &digests) }
    if !record.probes.isEmpty { try write(record.probes.tree, as: probes, .plain, in: root, &digests) }
    let provenance = try HDF5.makeGroup("provenance", in: root)
    for entry in record.provenance { try HDF5.writeAttribute(entry.key, on: provenance, entry.value) }

    let integrity = try HDF5.makeGroup("integrity", in: root)
    try HDF5.writeAttribute("science_sha256", on: integrity, record.scienceDigest)
    try HDF5.writeTexts("dataset", in: integrity, digests.paths, isList: true)
    try HDF5.writeTexts("sha256", in: integrity, digests.values, isList: true)
  }

  private static func write(
    _ tensors: [QuantizedTensor], in model: borrowing Identifier, _ digests: inout DatasetDigests
  ) throws(HDF5Failure) {
    let group = try HDF5.makeGroup(quantizedGroup, in: model)
    for tensor in tensors {
      let dataset = try HDF5.makeDataset(
        tensor.name, in: group, values: tensor.integers, shape: tensor.shape, storage: .plain)
      try HDF5.writeAttribute("step", on: dataset, tensor.step)
      try HDF5.writeAttribute("lowest", on: dataset, tensor.lowest)
      try HDF5.writeAttribute("highest", on: dataset, tensor.highest)
      digests.add("/model/\(quantizedGroup)/\(tensor.name)", tensor.integers)
    }
  }

  /// Writes one group, with its axis as the dimension scale of every column.
  private static func write(
    _ columns: [Series], to table: Table, in root: borrowing Identifier, _ digests: inout DatasetDigests
  ) throws(HDF5Failure) {
    let group = try HDF5.makeGroup(table.path, in: root)
    guard let first = columns.first else { return }
    let count = first.values.count
    let numbers = (0..<count).map { Int32($0 + 1) }
    let axis = try HDF5.makeDataset(table.axis, in: group, values: numbers, storage: .compressed)
    try HDF5.makeScale(axis, named: table.axis)
    try HDF5.writeAttribute("units", on: axis, "1")
    try HDF5.writeAttribute("long_name", on: axis, table.axisMeaning)
    digests.add("/\(table.path)/\(table.axis)", numbers)
    for column in columns {
      precondition(
        column.values.count == count && column.name != table.axis,
        "CellFile: \(table.path)/\(column.name) has \(column.values.count) values, \(first.name) has \(count)")
      let dataset = try HDF5.makeDataset(column.name, in: group, values: column.values, storage: .compressed)
      try HDF5.attach(axis, to: dataset)
      try HDF5.writeAttribute("units", on: dataset, column.unit)
      try HDF5.writeAttribute("long_name", on: dataset, column.longName)
      try HDF5.writeAttribute("is_timing", on: dataset, UInt8(column.isTiming ? 1 : 0))
      if column.isAddedLater { try HDF5.writeAttribute("is_added_later", on: dataset, UInt8(1)) }
      digests.add("/\(table.path)/\(column.name)", column.values)
    }
  }

  private static func expectedBytes(of record: RunRecord) -> Int {
    let tensors = (record.parameters + record.buffers).reduce(0) { $0 + 4 * $1.values.count + 512 }
    let columns = (record.traces + record.windows + record.epochs).reduce(0) { $0 + 4 * $1.values.count + 1024 }
    let audit = record.audit.map { $0.datasets + $0.groups.flatMap(\.datasets) } ?? []
    let integers = record.quantized.reduce(0) { $0 + $1.integers.count + 1024 }
    let probes = record.probes.values.reduce(0) { $0 + 8 * $1.values.count + 1024 }
    return tensors + columns + integers + probes + audit.reduce(0) { $0 + 4 * $1.values.count }
      + 2 * record.predictions.count + record.configJSON.utf8.count + (1 << 16)
  }
}

/// SHA-256 of each dataset's values as laid out in memory: little-endian, row-major, uncompressed.
struct DatasetDigests {
  private(set) var paths: [String] = []
  private(set) var values: [String] = []

  mutating func add<Element: BitwiseCopyable>(_ path: String, _ content: [Element]) {
    var hash = SHA256()
    content.withUnsafeBytes { hash.update(bufferPointer: $0) }
    paths.append(path)
    values.append(hexadecimal(hash.finalize()))
  }
}
