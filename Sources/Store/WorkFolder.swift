import Configuration
import Foundation

/// Where a cell that is in work keeps its claim and its checkpoints: `<folder>/work/<id>`.
///
/// Two files take turns. Each is whole in itself, and a new one replaces the older of the two only after it was written
/// under a temporary name, synced and read back, so at every moment at least one proven checkpoint lies there.
package struct WorkFolder: Sendable {
  package let path: String
  private let id: String
  let access: FileAccess

  init(path: String, id: String, access: FileAccess) {
    self.path = path
    self.id = id
    self.access = access
  }

  /// What is there: the newest whole checkpoint, and why others that are there are of no use.
  ///
  /// - Throws: where the system does not let one be read. That is no damage: it may be whole, and going on from the
  ///   other would in time replace it.
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

  /// Adds a checkpoint; the one before it stays.
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
      throw .damaged(path: path, reason: "holds the cell \(checkpoint.head.cellID.visible), not \(id)")
    }
    return checkpoint
  }
}

// MARK: - Removing

extension WorkFolder {
  /// Removes the folder with everything of ours in it: the cell is done.
  ///
  /// Through a link in its place nothing is removed, and files that this program did not name stay, with the folder.
  package func remove() throws(StoreError) {
    try removeFiles { name in
      WorkFolder.isCheckpoint(name) || WorkFolder.isClaim(name) || WorkFolder.isNote(name)
    }
    // Another process may be asking for the cell at this moment; its file goes with its question.
    guard rmdir(path) == 0 || errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST else {
      throw .io(action: "remove", path: path, code: errno)
    }
  }

  /// Removes the checkpoints: the cell is to be started anew. Only the holder of the claim may.
  package func removeCheckpoints() throws(StoreError) {
    try removeFiles { name in WorkFolder.isCheckpoint(name) || WorkFolder.isNote(name) }
  }

  /// Removes what killed processes left of unfinished writes. Only the holder of the claim may.
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

  /// Refuses a link in the folder's place: what it leads to is not ours.
  func requireFolder() throws(StoreError) {
    var information = stat()
    // One that went in between is made again.
    guard lstat(path, &information) == 0 else { return }
    guard information.st_mode & S_IFMT == S_IFDIR else { throw noFolder }
  }

  private var noFolder: StoreError { .damaged(path: path, reason: "is no folder of this program, or a link to one") }

  private static func isCheckpoint(_ name: String) -> Bool { isOne(of: ["checkpoint-0", "checkpoint-1"], name) }

  static func isNote(_ name: String) -> Bool { isOne(of: [progressName, metricsName], name) }

  private static func isOne(of names: [String], _ name: String) -> Bool {
    names.contains { name == $0 || name.hasPrefix($0 + ".") && UnfinishedFile.isOne(name) }
  }

  private static func isClaim(_ name: String) -> Bool { name.hasPrefix(".claim-") || number(ofClaim: name) != nil }
}

// MARK: - Leftovers

extension RunStore {
  /// Removes the work folders of cells that are done: a process was killed between writing a result and removing them.
  ///
  /// A folder with a checkpoint that is newer than the result stays: the cell was being trained again.
  package func removeFinishedWork() throws(StoreError) {
    for id in try FileAccess.names(in: "\(folder)/work") where !id.hasPrefix(".") {
      let work = work(of: id)
      guard let done = FileAccess.time(of: path(of: id)), work.lastWritten ?? 0 < done,
        (try? record(of: id, .summary)) != nil, case .taken(let claim)? = try? work.claim()
      else { continue }
      // Again: it may have been taken up in between.
      if work.lastWritten ?? 0 < done { try work.remove() }
      claim.release()
    }
  }
}

extension WorkFolder {
  /// When the newest whole checkpoint was written; nil where there is none.
  fileprivate var lastWritten: Double? {
    (0..<2).filter { (try? read($0)) != nil }.compactMap { FileAccess.time(of: file($0)) }.max()
  }
}

extension FileAccess {
  /// When a file was last written, in seconds; nil where it is not there.
  fileprivate static func time(of path: String) -> Double? {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    return Double(information.st_mtim.tv_sec) + Double(information.st_mtim.tv_nsec) / 1e9
  }
}
