import CHDF5
import Crypto
import Foundation

/// What one file of a results folder is worth.
package struct FileVerdict: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case whole
    /// Ours, and not as it was written.
    case damaged
    /// Not of this program, or not in its place.
    case foreign
    /// What a killed process left of an unfinished write; never read by anybody.
    case leftover
    /// Whole, of a later format.
    case newer
    /// The system does not let it be read.
    case unreadable
  }

  package let path: String
  package let kind: Kind
  /// A clause that begins with a verb: "does not match its checksum". Empty where nothing is wrong.
  package let reason: String

  package init(_ path: String, _ kind: Kind, _ reason: String = "") {
    self.path = path
    self.kind = kind
    self.reason = reason
  }

  /// Whether a person should do something.
  package var isBad: Bool { kind == .damaged || kind == .foreign || kind == .unreadable }
}

extension FileVerdict {
  /// Judges a cell file or a checkpoint by its seal, a cell file then also by its content.
  ///
  /// - Parameter problem: opens a file whose seal holds with the HDF5 library and says what is wrong, nil for nothing. A
  ///   file may have been made to crash the library, so this belongs into another process. It throws where the system does
  ///   not let the file be looked at, which says nothing about the file.
  package init(judging path: String, opening problem: (_ path: String) throws -> String?) {
    let name = path.split(separator: "/").last ?? ""
    let isCheckpoint = name.hasPrefix("checkpoint-")
    do throws(StoreError) {
      let bytes = try FileAccess.current.content(of: path)
      guard bytes.starts(with: "SAMBench ".utf8) else {
        self.init(
          path, .foreign, bytes.isEmpty ? "is empty" : "does not begin as a file of this program")
        return
      }
      if isCheckpoint {
        let checkpoint = try Checkpoint(bytes, path: path)
        let folder = path.split(separator: "/").dropLast().last.map(String.init) ?? ""
        guard checkpoint.head.cellID == folder else {
          self.init(path, .foreign, "holds the cell \(checkpoint.head.cellID), not \(folder)")
          return
        }
        self.init(path, .whole)
        return
      }
      try Seal.check(bytes, path: path)
    } catch {
      switch error {
      case .damaged(_, let reason): self.init(path, .damaged, reason)
      case .newer(_, let format): self.init(path, .newer, "has format \(format)")
      case .absent: self.init(path, .unreadable, "is not there")
      case .io, .hdf5: self.init(path, .unreadable, "cannot be read: \(error)")
      }
      return
    }
    do {
      if let reason = try problem(path) {
        self.init(path, .damaged, reason)
      } else {
        self.init(path, .whole)
      }
    } catch {
      self.init(path, .unreadable, "cannot be examined: \(error)")
    }
  }

  /// Every file of ours below a folder, in the order of their names: what lies in `cells` and `work`, and any other file
  /// named as they are. Reports and quarantined files are left out.
  package static func files(below folder: String) throws(StoreError) -> [String] {
    var found: [String] = []
    for name in try FileAccess.names(in: folder).sorted() where name != "." && name != ".." {
      let path = "\(folder)/\(name)"
      var information = stat()
      guard lstat(path, &information) == 0 else { continue }
      if information.st_mode & S_IFMT == S_IFDIR, !name.hasSuffix(".h5") {
        if name != "report" && name != "quarantine" { found += try files(below: path) }
      } else {
        let parents = folder.split(separator: "/").suffix(2)
        let isPlace = parents.last == "cells" || parents.first == "work"
        if isPlace || name.hasSuffix(".h5") { found.append(path) }
      }
    }
    return found
  }

  /// Judges a file by its place first: a claim is no result, an unfinished file no damage, any other file a stranger.
  package init(ofFileInFolder path: String, opening problem: (_ path: String) throws -> String?) {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    if name.hasSuffix(".tmp") || name.hasPrefix(".claim-") || name.hasPrefix(".writable-") {
      self.init(path, .leftover, "is what a killed process left of an unfinished write")
    } else if name.hasPrefix("claim-") {
      self.init(path, .whole)
    } else if name.hasSuffix(".h5") || name == "checkpoint-0" || name == "checkpoint-1" {
      self.init(judging: path, opening: problem)
    } else {
      self.init(path, .foreign, "has a name that this program does not give")
    }
  }
}

extension CellFile {
  /// What is wrong with the content of a file whose seal holds: each dataset against its digest, the whole against the
  /// science digest, the accuracy against the stored predictions, the name against the cell. Nil for nothing.
  static func problem(inFileAt path: String) throws(StoreError) -> String? {
    let bytes = try FileAccess.current.content(of: path)
    try Seal.check(bytes, path: path)
    do throws(HDF5Failure) {
      if let problem = try digestProblem(in: bytes) { return problem }
      let record = try decode(bytes), stored = try decodeSummary(bytes).scienceDigest
      let name = path.split(separator: "/").last ?? ""
      if name != "\(record.cellID).h5" { return "holds the cell \(record.cellID), whose file has another name" }
      if record.scienceDigest != stored { return "does not match its science digest" }
      return accuracyProblem(of: record)
    } catch {
      return "lets HDF5 not \(error.action): \(error.trace.joined(separator: "; "))"
    }
  }

  static func accuracyProblem(of record: CellRecord) -> String? {
    guard record.result.status == .finished else { return nil }
    guard record.predictions.count == record.testLabels.count, !record.predictions.isEmpty else {
      return "has \(record.predictions.count) predictions for \(record.testLabels.count) test images"
    }
    let correct = zip(record.predictions, record.testLabels).count { $0 == $1 }
    let accuracy = 100 * Double(correct) / Double(record.predictions.count)
    guard let stored = record.result.testAccuracyLast, stored == accuracy else {
      let said = record.result.testAccuracyLast.map { "\($0)" } ?? "no accuracy"
      return "says \(said) where its predictions give \(accuracy) percent"
    }
    return nil
  }

  private static func digestProblem(in bytes: [UInt8]) throws(HDF5Failure) -> String? {
    try HDF5.alone { () throws(HDF5Failure) in
      let file = try HDF5File(bytes)
      let integrity = try HDF5.openGroup("integrity", in: file.root)
      let paths = try HDF5.readTexts("dataset", in: integrity), digests = try HDF5.readTexts("sha256", in: integrity)
      guard paths.count == digests.count, !paths.isEmpty else { return "lists its datasets without their digests" }
      for (path, digest) in zip(paths, digests) {
        let content = try HDF5.readBytes(path, in: file.root)
        if SHA256.hash(data: content).hexadecimal != digest { return "has in \(path) other values than were written" }
      }
      return try axisProblem(in: file.root)
    }
  }

  /// A column whose reference to its axis is gone. This program does without; others draw by it.
  private static func axisProblem(in root: borrowing Identifier) throws(HDF5Failure) -> String? {
    for table in [traces, windows, epochs] {
      let group = try HDF5.openGroup(table.path, in: root)
      let names = try HDF5.entries(of: group)
      guard names.contains(table.axis) else { continue }
      let axis = try HDF5.openDataset(table.axis, in: group)
      for name in names where name != table.axis {
        let column = try HDF5.openDataset(name, in: group)
        guard try HDF5.isAttached(axis, to: column) else { return "has in /\(table.path)/\(name) no way to its axis" }
      }
    }
    return nil
  }
}

extension HDF5 {
  /// The texts of a one-dimensional dataset.
  static func readTexts(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> [String] {
    let dataset = try openDataset(name, in: parent)
    let count = try shape(of: dataset).reduce(1, *)
    let type = try Identifier(H5Dget_type(dataset.raw), closing: H5Tclose, "read the type of \(name)")
    let length = H5Tget_size(type.raw)
    guard length > 0, length < 1 << 20, count < 1 << 20 else {
      throw HDF5Failure(action: "read \(name)", trace: ["\(count) texts of \(length) bytes"])
    }
    var bytes = [UInt8](repeating: 0, count: length * count)
    let whole = chdf5_whole_extent()
    try check(H5Dread(dataset.raw, type.raw, whole, whole, chdf5_default_properties(), &bytes), "read \(name)")
    return (0..<count).map { k in
      String(decoding: bytes[k * length..<(k + 1) * length].prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// Whether a dataset and its dimension scale name each other.
  static func isAttached(_ scale: borrowing Identifier, to dataset: borrowing Identifier) throws(HDF5Failure) -> Bool {
    try check(H5DSis_attached(dataset.raw, scale.raw, 0), "find the axis of a dataset") > 0
  }

  /// The values of any dataset as they stand in memory; a text without its padding.
  static func readBytes(_ name: String, in parent: borrowing Identifier) throws(HDF5Failure) -> [UInt8] {
    let dataset = try openDataset(name, in: parent)
    let stored = try Identifier(H5Dget_type(dataset.raw), closing: H5Tclose, "read the type of \(name)")
    let native = try Identifier(
      H5Tget_native_type(stored.raw, H5T_DIR_DEFAULT), closing: H5Tclose, "read the type of \(name)")
    let count = try shape(of: dataset).reduce(1, *)
    var bytes = [UInt8](repeating: 0, count: max(1, H5Tget_size(native.raw) * count))
    let whole = chdf5_whole_extent()
    try check(H5Dread(dataset.raw, native.raw, whole, whole, chdf5_default_properties(), &bytes), "read \(name)")
    if H5Tget_class(stored.raw) == H5T_STRING { return Array(bytes.prefix { $0 != 0 }) }
    return count == 0 ? [] : bytes
  }
}

extension RunStore {
  /// What is wrong with the content of a cell file whose seal holds; nil for nothing. May crash on a malformed file.
  package static func problem(inFileAt path: String) throws(StoreError) -> String? {
    try CellFile.problem(inFileAt: path)
  }

  /// `content` as a whole cell file: what a test needs to make a file that is malformed under a right seal.
  package static func sealed(_ content: [UInt8], format: Int = 1) -> [UInt8] {
    Seal.block(for: content, format: format) + content
  }

  /// Moves a file out of the way: to `quarantine` beside `cells` and `work`, its reason in its name. Returns where it is.
  package static func quarantine(_ verdict: FileVerdict) throws(StoreError) -> String {
    var parts = verdict.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let name = parts.removeLast()
    // results/<profile>/cells/<file> or results/<profile>/work/<id>/<file>
    let depth = parts.last == "cells" ? 1 : parts.dropLast().last == "work" ? 2 : 0
    let prefix = depth == 2 ? "\(parts[parts.count - 1])-" : ""
    let base = parts.dropLast(depth).joined(separator: "/")
    let folder = (parts.count == depth ? "" : base + "/") + "quarantine"
    let access = FileAccess.current
    try access.makeFolder(folder)
    let words = verdict.reason.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.prefix(8)
    var target = "\(folder)/\(prefix)\(name).\(verdict.kind.rawValue)-\(words.joined(separator: "-"))"
    var information = stat()
    var copy = 1
    let first = target
    while lstat(target, &information) == 0 {
      copy += 1
      target = "\(first)-\(copy)"
    }
    try access.retry("move to quarantine", verdict.path) { access.rename(verdict.path, target) }
    return target
  }
}
