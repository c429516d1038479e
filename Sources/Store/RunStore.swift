import Foundation
import Records

/// The result files of one profile, one per cell: `<folder>/cells/<id>.h5`.
///
/// A file under its final name is whole. Its seal is checked before the HDF5 library sees a byte of it, a trial reader
/// opens it first, and the library works in memory only, so no library lock and no half-written file ever reaches the
/// disk.
package struct RunStore: Sendable {
  /// The format of the files that this program writes, and the latest that it reads.
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

  /// Where a cell's file is or will be.
  package func path(of id: String) -> String {
    precondition(
      !id.isEmpty && id.first != "." && id.utf8.allSatisfy { $0 != UInt8(ascii: "/") },
      "RunStore: '\(id)' cannot name a file")
    return "\(cells)/\(id).h5"
  }

  /// Where a cell in work keeps its claim and its checkpoints.
  package func work(of id: String) -> WorkFolder {
    WorkFolder(path: "\(folder)/work/\(id)", id: id, access: access)
  }

  /// Writes a cell's file, whole or not at all, replacing an earlier one.
  package func write(_ record: RunRecord) throws(StoreError) {
    let path = path(of: record.cellID)
    try access.makeFolder(cells)
    let bytes: [UInt8]
    do throws(HDF5Failure) { bytes = try CellFile.encode(record) } catch {
      throw .hdf5(action: error.action, path: path, trace: error.trace)
    }
    try access.replace(path, with: bytes, sealedAs: .cell)
  }

  /// Checks that a result could be written here, before hours are spent on training it, and removes what killed
  /// processes left of unfinished writes.
  package func checkWritable() throws(StoreError) {
    try access.makeFolder(cells)
    let probe = UnfinishedFile.name(for: "\(cells)/.writable")
    defer { unlink(probe) }
    try access.create(probe, [])
    try access.removeAbandoned(in: cells)
  }

  /// A stored run.
  package func record(of id: String, _ parts: RunRecord.Parts = .all) throws(StoreError) -> RunRecord {
    let record = try reader.record(try bytes(of: id), at: path(of: id), parts)
    guard record.cellID == id else {
      throw .damaged(path: path(of: id), reason: "contains the cell \(record.cellID), not \(id)")
    }
    return record
  }

  /// A stored run in any file.
  package static func record(atPath path: String) throws(StoreError) -> RunRecord {
    try TrialReader.current.record(try FileAccess.current.sealedContent(of: path), at: path, .all)
  }

  /// The cells that have a file, in the order of their ids.
  package func ids() throws(StoreError) -> [String] {
    try FileAccess.names(in: cells).filter { $0.hasSuffix(".h5") && !$0.hasPrefix(".") }.map { String($0.dropLast(3)) }
      .sorted()
  }

  /// What became of a cell.
  ///
  /// - Throws: only errors that need the user's attention: a file that the system does not let be read.
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

  /// A cell's file as it is, its seal checked.
  func bytes(of id: String) throws(StoreError) -> [UInt8] { try access.sealedContent(of: path(of: id)) }

  /// Puts a whole file of another store here, unless there is one; then false.
  func adopt(_ bytes: [UInt8], as id: String) throws(StoreError) -> Bool {
    try access.makeFolder(cells)
    return try access.add(path(of: id), with: bytes, sealedAs: .cell)
  }
}

extension TrialReader {
  /// The content of a file, after a child process has opened it without harm.
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
