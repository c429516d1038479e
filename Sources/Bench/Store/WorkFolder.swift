import Configuration
import Foundation

/// The folder for the claim and the checkpoints of a running cell: `<folder>/work/<id>`.
///
/// Two checkpoint files alternate. Each is complete, and a new one replaces the older of the two only after it was
/// written under a temporary name, synced and read back, so at least one verified checkpoint exists at any time.
package struct WorkFolder: Sendable {
  package let path: String
  private let id: String
  let access: FileAccess

  init(path: String, id: String, access: FileAccess) {
    self.path = path
    self.id = id
    self.access = access
  }

  /// The newest intact checkpoint, and the problems of damaged ones.
  ///
  /// - Throws: if the operating system refuses to read one. Such a file may be intact, and a run resumed from the other
  ///   would eventually overwrite it.
  package func newest() throws(StoreError) -> (checkpoint: Checkpoint?, problems: [StoreError]) {
    var newest: Checkpoint?
    var problems: [StoreError] = []
    for slot in 0..<2 {
      do throws(StoreError) {
        let found = try read(slot)
        if found.head.sequence > newest?.head.sequence ?? 0 { newest = found }
      } catch .absent {
        continue
      } catch .damaged(let path, let reason) {
        problems.append(.damaged(path: path, reason: reason))
      }
    }
    return (newest, problems)
  }

  /// Adds a checkpoint and keeps the previous one.
  package func write(_ checkpoint: Checkpoint) throws(StoreError) {
    precondition(checkpoint.head.cellID == id, "WorkFolder: a checkpoint of \(checkpoint.head.cellID) for \(id)")
    try requireFolder()
    try access.makeFolder(path)
    try access.replace(file(checkpoint.head.sequence % 2), with: checkpoint.pieces(), sealedAs: .checkpoint)
  }

  private func file(_ slot: Int) -> String { "\(path)/checkpoint-\(slot)" }

  private func read(_ slot: Int) throws(StoreError) -> Checkpoint {
    let path = file(slot)
    let checkpoint = try Checkpoint(contentsOf: path, access)
    guard checkpoint.head.cellID == id else {
      throw .damaged(path: path, reason: "contains cell \(checkpoint.head.cellID.visible), not \(id)")
    }
    return checkpoint
  }
}

// MARK: - Removing

extension WorkFolder {
  /// Removes the folder of a finished cell with all files of this program in it.
  ///
  /// Nothing is removed through a link in its place. If other files are in the folder, they stay, and so does the
  /// folder.
  package func remove() throws(StoreError) {
    try removeFiles { name in
      WorkFolder.isCheckpoint(name) || WorkFolder.isClaim(name) || WorkFolder.isNote(name)
    }
    // Another process may be claiming this cell; it removes its temporary file itself.
    guard rmdir(path) == 0 || errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST else {
      throw .io(action: "remove", path: path, code: errno)
    }
  }

  /// Removes the checkpoints, so that the cell starts from the beginning. Only for the holder of the claim.
  package func removeCheckpoints() throws(StoreError) {
    try removeFiles { name in WorkFolder.isCheckpoint(name) || WorkFolder.isNote(name) }
  }

  /// Removes unfinished files that killed processes left. Only for the holder of the claim.
  package func removeLeftovers() throws(StoreError) {
    try removeFiles { name in
      (WorkFolder.isCheckpoint(name) || WorkFolder.isNote(name)) && UnfinishedFile.isOne(name)
    }
  }

  private func removeFiles(where isMeant: (String) -> Bool) throws(StoreError) {
    let folder = access.open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0)
    guard folder >= 0 else {
      switch errno {
      case ENOENT: return
      case ELOOP, ENOTDIR: throw noFolder
      case let code: throw .io(action: "open the folder", path: path, code: code)
      }
    }
    defer { _ = access.close(folder) }
    for name in try FileAccess.names(in: path) where isMeant(name) {
      guard unlinkat(folder, name, 0) == 0 || errno == ENOENT else {
        throw .io(action: "remove", path: "\(path)/\(name)", code: errno)
      }
    }
  }

  /// Throws if a link is in the folder's place: its target does not belong to this program.
  func requireFolder() throws(StoreError) {
    var information = stat()
    // A folder removed in the meantime is created again.
    guard lstat(path, &information) == 0 else { return }
    guard information.st_mode & S_IFMT == S_IFDIR else { throw noFolder }
  }

  private var noFolder: StoreError { .damaged(path: path, reason: "is a symbolic link or not a folder") }

  private static func isCheckpoint(_ name: String) -> Bool { isOne(of: ["checkpoint-0", "checkpoint-1"], name) }

  static func isNote(_ name: String) -> Bool { isOne(of: [progressName, metricsName], name) }

  private static func isOne(of names: [String], _ name: String) -> Bool {
    names.contains { name == $0 || name.hasPrefix($0 + ".") && UnfinishedFile.isOne(name) }
  }

  private static func isClaim(_ name: String) -> Bool { name.hasPrefix(".claim-") || number(ofClaim: name) != nil }
}

// MARK: - Leftovers

extension RunStore {
  /// Removes the work folders of finished cells, which stay behind if a process is killed after writing a result.
  ///
  /// A folder with a checkpoint newer than the result stays: the cell was being trained again.
  package func removeFinishedWork() throws(StoreError) {
    for id in try FileAccess.names(in: "\(folder)/work") where !id.hasPrefix(".") {
      let work = work(of: id)
      guard let done = FileAccess.time(of: path(of: id)), work.lastWritten ?? 0 < done,
        (try? record(of: id, .summary)) != nil, case .taken(let claim)? = try? work.claim()
      else { continue }
      // Checked again, because a run may have resumed it in the meantime.
      if work.lastWritten ?? 0 < done { try work.remove() }
      claim.release()
    }
  }
}

extension WorkFolder {
  /// The time of the newest intact checkpoint in seconds; nil if there is none.
  fileprivate var lastWritten: Double? {
    (0..<2).filter { (try? read($0)) != nil }.compactMap { FileAccess.time(of: file($0)) }.max()
  }
}

extension FileAccess {
  /// The time of a file's last change in seconds; nil if the file does not exist.
  fileprivate static func time(of path: String) -> Double? {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    return Double(information.st_mtim.tv_sec) + Double(information.st_mtim.tv_nsec) / 1e9
  }
}
