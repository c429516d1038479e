import Foundation
import Records

/// The result files of one profile, one per cell: `<folder>/cells/<id>.h5`.
///
/// A file under its final name is complete. Its seal is checked before the HDF5 library sees a byte of it, a trial
/// reader opens it first, and the library works in memory only, so neither library locks nor half-written files reach
/// the disk.
package struct RunStore: Sendable {
  /// The format that this program writes, and the latest that it reads.
  package static let format = Seal.format

  /// `results/<profile>`.
  package let folder: String
  let access: FileAccess
  private let reader: TrialReader

  /// - Parameter folder: `results/<profile>`; created by the first write.
  package init(folder: String) { self.init(folder: folder, access: FileAccess.current) }

  package init(folder: String, access: FileAccess, reader: TrialReader = .current) {
    self.folder = folder
    self.access = access
    self.reader = reader
  }

  var cells: String { folder + "/cells" }

  /// The path of a cell's file, which may not exist yet.
  package func path(of id: String) -> String {
    precondition(
      !id.isEmpty && id.first != "." && id.utf8.allSatisfy { $0 != UInt8(ascii: "/") },
      "RunStore: '\(id)' cannot name a file")
    return "\(cells)/\(id).h5"
  }

  /// The folder for the claim and the checkpoints of a running cell.
  package func work(of id: String) -> WorkFolder {
    WorkFolder(path: "\(folder)/work/\(id)", id: id, access: access)
  }

  /// Writes a cell's file atomically and replaces an earlier one.
  package func write(_ record: RunRecord) throws(StoreError) {
    let path = path(of: record.cellID)
    try access.makeFolder(cells)
    try access.replace(path, with: try RunStore.encoded(record, for: path), sealedAs: .cell)
  }

  /// Replaces a file by the same result with more in it, such as probes.
  ///
  /// - Throws: if the file holds another result by now.
  package static func rewrite(_ record: RunRecord, atPath path: String) throws(StoreError) {
    let access = FileAccess.current
    let bytes = try encoded(record, for: path)
    let stored = try TrialReader.current.record(try access.sealedContent(of: path), at: path, .summary)
    guard stored.cellID == record.cellID, stored.scienceDigest == record.scienceDigest else {
      throw .damaged(path: path, reason: "has changed since it was read")
    }
    try access.replace(path, with: bytes, sealedAs: .cell)
  }

  private static func encoded(_ record: RunRecord, for path: String) throws(StoreError) -> [UInt8] {
    do throws(HDF5Failure) { return try CellFile.encode(record) } catch {
      throw .hdf5(action: error.action, path: path, trace: error.trace)
    }
  }

  /// Checks that results can be written here, before hours of training, and removes unfinished files that killed
  /// processes left.
  package func checkWritable() throws(StoreError) {
    try access.makeFolder(cells)
    let probe = UnfinishedFile.name(for: "\(cells)/.writable")
    defer { unlink(probe) }
    try access.create(probe, [])
    try access.removeAbandoned(in: cells)
  }

  package func record(of id: String, _ parts: RunRecord.Parts = .all) throws(StoreError) -> RunRecord {
    let record = try reader.record(try bytes(of: id), at: path(of: id), parts)
    guard record.cellID == id else {
      throw .damaged(path: path(of: id), reason: "contains cell \(record.cellID), not \(id)")
    }
    return record
  }

  package static func record(atPath path: String) throws(StoreError) -> RunRecord {
    try TrialReader.current.record(try FileAccess.current.sealedContent(of: path), at: path, .all)
  }

  /// The IDs of the cells that have a file, sorted.
  package func ids() throws(StoreError) -> [String] {
    try FileAccess.names(in: cells).filter { $0.hasSuffix(".h5") && !$0.hasPrefix(".") }.map { String($0.dropLast(3)) }
      .sorted()
  }

  /// The state of a cell in the store.
  ///
  /// - Throws: only errors that need the user's attention: a file that the operating system refuses to read.
  package func status(of id: String) throws(StoreError) -> RunStatus {
    do throws(StoreError) {
      return .stored(try record(of: id, .summary).result.status)
    } catch {
      switch error {
      case .absent: return .absent
      case .damaged(_, let reason): return .damaged(reason: reason)
      case .newer(_, let format): return .newer(format: format)
      case .io, .hdf5: throw error
      }
    }
  }

  /// The bytes of a cell's file, after a check of its seal.
  func bytes(of id: String) throws(StoreError) -> [UInt8] { try access.sealedContent(of: path(of: id)) }

  /// Copies an intact file from another store; false if this store already has one.
  func adopt(_ bytes: [UInt8], as id: String) throws(StoreError) -> Bool {
    try access.makeFolder(cells)
    return try access.add(path(of: id), with: bytes, sealedAs: .cell)
  }
}

extension TrialReader {
  /// The content of a file, after a child process has opened it safely.
  fileprivate func record(
    _ file: [UInt8], at path: String, _ parts: RunRecord.Parts
  ) throws(StoreError) -> RunRecord {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if let reason = try problem(file, name, .reading(parts), path) { throw .damaged(path: path, reason: reason) }
    do throws(HDF5Failure) { return try CellFile.decode(file, parts) } catch {
      throw .damaged(path: path, reason: error.reason)
    }
  }
}
