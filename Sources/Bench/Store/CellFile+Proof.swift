import CHDF5
import Configuration
import Crypto
import Records

extension CellFile {
  /// Checks the content of a file with an intact seal: each dataset against its digest, the record against the science
  /// digest, the accuracy against the stored predictions, and the file name against the cell.
  ///
  /// - Returns: the problem found, nil for none.
  static func problem(in bytes: [UInt8], named name: String) throws(HDF5Failure) -> String? {
    if let problem = try digestProblem(in: bytes) { return problem }
    let record = try decode(bytes)
    let stored = try decode(bytes, .summary).storedDigest
    if name != "\(record.cellID).h5" {
      return "contains cell \(record.cellID), which does not match the file name"
    }
    if record.scienceDigest != stored { return "does not match its science digest" }
    return accuracyProblem(of: record)
  }

  static func accuracyProblem(of record: RunRecord) -> String? {
    guard record.result.status == .finished else { return nil }
    guard record.predictions.count == record.testLabels.count, !record.predictions.isEmpty else {
      return "has \(record.predictions.count) predictions for \(record.testLabels.count) test images"
    }
    let correct = zip(record.predictions, record.testLabels).count { $0 == $1 }
    let accuracy = 100 * Double(correct) / Double(record.predictions.count)
    guard let stored = record.result.testAccuracyLast, stored == accuracy else {
      let said = record.result.testAccuracyLast.map { "a test accuracy of \($0) percent" } ?? "no test accuracy"
      return "states \(said), but its predictions give \(accuracy) percent"
    }
    return nil
  }

  private static func digestProblem(in bytes: [UInt8]) throws(HDF5Failure) -> String? {
    try HDF5.alone { () throws(HDF5Failure) in
      let file = try HDF5File(bytes)
      let integrity = try HDF5.openGroup("integrity", in: file.root)
      let paths = try HDF5.readTexts("dataset", in: integrity)
      let digests = try HDF5.readTexts("sha256", in: integrity)
      guard paths.count == digests.count, !paths.isEmpty else { return "does not list a digest for every dataset" }
      for (path, digest) in zip(paths, digests) {
        let content = try HDF5.readBytes(atPath: path, in: file.root)
        if hexadecimal(SHA256.hash(data: content)) != digest {
          return "has values in \(path.visible) that do not match their stored SHA-256"
        }
      }
      if let problem = try axisProblem(in: file.root) { return problem }
      return try textProblem(in: file.root)
    }
  }

  /// Finds a column without a reference to its axis. This program does not need the reference, but plotting tools do.
  private static func axisProblem(in root: borrowing Identifier) throws(HDF5Failure) -> String? {
    for table in [traces, windows, epochs] {
      let group = try HDF5.openGroup(table.path, in: root)
      let names = try HDF5.entries(of: group)
      guard names.contains(table.axis) else { continue }
      let axis = try HDF5.openDataset(table.axis, in: group)
      for name in names where name != table.axis {
        let column = try HDF5.openDataset(name, in: group)
        guard try HDF5.isAttached(axis, to: column) else {
          return "has a column /\(table.path)/\(name.visible) that is not attached to its dimension scale"
        }
      }
    }
    return nil
  }

  /// Finds names with terminal control characters. This program writes none; readers show an escape in place of each.
  private static func textProblem(in root: borrowing Identifier) throws(HDF5Failure) -> String? {
    func said(_ what: String) -> String { "has control characters in \(what.visible)" }
    for name in ["cell_id", "alias", "suite", "profile"] {
      if try HDF5.readRawAttribute(name, on: root).controlCharacter != nil { return said("its \(name)") }
    }
    for table in [traces, windows, epochs] {
      let group = try HDF5.openGroup(table.path, in: root)
      for name in try HDF5.entries(of: group) {
        let column = try HDF5.openDataset(name, in: group)
        let texts =
          try name + HDF5.readRawAttribute("units", on: column)
          + HDF5.readRawAttribute("long_name", on: column)
        if texts.controlCharacter != nil { return said("the names of /\(table.path)/\(name)") }
      }
    }
    return nil
  }
}
