import Foundation

/// The result files of one profile, one per cell: `<folder>/cells/<id>.h5`.
///
/// A file under its final name is whole. Its seal is checked before the HDF5 library sees a byte of it, and the library
/// works in memory only, so no library lock and no half-written file ever reaches the disk.
package struct RunStore: Sendable {
  /// `results/<profile>`.
  package let folder: String
  private let access: FileAccess

  /// - Parameter folder: `results/<profile>`; created by the first write.
  package init(folder: String) { self.init(folder: folder, access: FileAccess.current) }

  package init(folder: String, access: FileAccess) {
    self.folder = folder
    self.access = access
  }

  private var cells: String { folder + "/cells" }

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
  package func write(_ record: CellRecord) throws(StoreError) {
    let path = path(of: record.cellID)
    try access.makeFolder(cells)
    let bytes: [UInt8]
    do throws(HDF5Failure) { bytes = try CellFile.encode(record) } catch {
      throw .hdf5(action: error.action, path: path, trace: error.trace)
    }
    try access.replace(path, with: bytes, sealedAs: .cell)
  }

  /// Removes what killed processes left of unfinished writes. Only the holder of the cell's claim may.
  package func removeLeftovers(of id: String) throws(StoreError) { try access.removeLeftovers(of: path(of: id)) }

  /// Checks that a result could be written here, before hours are spent on training it.
  package func checkWritable() throws(StoreError) {
    try access.makeFolder(cells)
    let probe = "\(cells)/.writable-\(getpid())"
    try access.replace(probe, with: [UInt8]())
    unlink(probe)
  }

  /// What tables need of a cell.
  package func summary(of id: String) throws(StoreError) -> CellSummary {
    let summary = try decode(id, CellFile.decodeSummary)
    try requireName(summary.cellID, of: id)
    return summary
  }

  /// Everything a cell left behind.
  package func record(of id: String) throws(StoreError) -> CellRecord {
    let record = try decode(id, CellFile.decode)
    try requireName(record.cellID, of: id)
    return record
  }

  /// The cells that have a file, in the order of their ids.
  package func ids() throws(StoreError) -> [String] {
    try FileAccess.names(in: cells).filter { $0.hasSuffix(".h5") && !$0.hasPrefix(".") }.map { String($0.dropLast(3)) }
      .sorted()
  }

  /// What became of a cell.
  ///
  /// - Throws: only what a person must look at: a file of a newer format, or one that may not be read.
  package func status(of id: String) throws(StoreError) -> RunStatus {
    do throws(StoreError) {
      switch try summary(of: id).result.status {
      case .finished: return .finished
      case .diverged(let iteration): return .diverged(iteration: iteration)
      case .failed(let reason): return .failed(reason: reason)
      }
    } catch {
      switch error {
      case .absent: return .absent
      case .damaged(_, let reason): return .damaged(reason: reason)
      case .hdf5(let action, _, let trace):
        return .damaged(reason: "lets HDF5 not \(action): \(trace.joined(separator: "; "))")
      case .newer, .io: throw error
      }
    }
  }

  /// A cell's file as it is, its seal checked.
  func bytes(of id: String) throws(StoreError) -> [UInt8] {
    let path = path(of: id)
    let bytes = try access.content(of: path)
    try Seal.check(bytes, path: path)
    return bytes
  }

  /// Puts a whole file of another store here.
  func adopt(_ bytes: [UInt8], as id: String) throws(StoreError) {
    try access.makeFolder(cells)
    try access.replace(path(of: id), with: bytes, sealedAs: .cell)
  }

  func decode<Content>(
    _ id: String, _ decoder: ([UInt8]) throws(HDF5Failure) -> Content
  ) throws(StoreError) -> Content {
    let bytes = try bytes(of: id)
    do throws(HDF5Failure) { return try decoder(bytes) } catch {
      throw .hdf5(action: error.action, path: path(of: id), trace: error.trace)
    }
  }

  func requireName(_ found: String, of id: String) throws(StoreError) {
    guard found == id else { throw .damaged(path: path(of: id), reason: "holds the cell \(found), not \(id)") }
  }
}
