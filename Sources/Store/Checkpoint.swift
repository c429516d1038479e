import Foundation

/// A run between two iterations, as a file holds it.
package struct Checkpoint: Hashable, Sendable {
  /// What can be told without the engine. Written as a line of JSON before the state.
  package struct Head: Codable, Hashable, Sendable {
    package var cellID: String
    /// Counts the checkpoints of a cell, from 1: the larger one is the newer.
    package var sequence: Int
    /// Iterations done.
    package var iteration: Int
    /// What the run's bits depend on beside the cell: program, processor, BLAS. Continued elsewhere they would change.
    package var machine: [String: String]
    /// How the time was spent until here, one entry for each process that trained it.
    package var stretches: [Stretch]

    package init(
      cellID: String, sequence: Int, iteration: Int, machine: [String: String], stretches: [Stretch]
    ) {
      self.cellID = cellID
      self.sequence = sequence
      self.iteration = iteration
      self.machine = machine
      self.stretches = stretches
    }
  }

  /// The part of a run that one process trained.
  package struct Stretch: Codable, Hashable, Sendable {
    package var threads: Int
    package var machine: String
    /// Why its clock measured something else too, or nil.
    package var timingNote: String?

    package init(threads: Int, machine: String, timingNote: String?) {
      self.threads = threads
      self.machine = machine
      self.timingNote = timingNote
    }
  }

  package var head: Head
  package var state: [UInt8]

  package init(head: Head, state: [UInt8]) {
    self.head = head
    self.state = state
  }
}

extension Checkpoint {
  /// The complete file in pieces, seal included: the state may be large and is not copied.
  func pieces() -> [[UInt8]] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(head) else { preconditionFailure("Checkpoint: the head is plain text") }
    let content = [Array(line) + [UInt8(ascii: "\n")], state]
    return [Seal.block(.checkpoint, for: content)] + content
  }

  /// - Parameter file: a whole file; any change of any byte is found.
  init(_ file: [UInt8], path: String) throws(StoreError) {
    try Seal.check(file, as: .checkpoint, path: path)
    let content = file[Seal.length...]
    guard let end = content.firstIndex(of: UInt8(ascii: "\n")),
      let head = try? JSONDecoder().decode(Head.self, from: Data(content[..<end]))
    else { throw .damaged(path: path, reason: "has a head that cannot be read") }
    self.init(head: head, state: Array(content[(end + 1)...]))
  }
}

/// Where a cell that is in work keeps its checkpoints: `<folder>/work/<id>`.
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

  /// Removes what killed processes left of unfinished writes. Only the holder of the claim may.
  package func removeLeftovers() throws(StoreError) {
    for slot in 0..<2 { try access.removeLeftovers(of: file(slot)) }
  }

  /// What is there: the newest whole checkpoint, and why others that are there are of no use.
  ///
  /// - Throws: where the system does not let one be read. That is no damage: it may be whole, and going on from the other
  ///   would in time replace it.
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
    try access.makeFolder(path)
    try access.replace(file(checkpoint.head.sequence % 2), with: checkpoint.pieces(), sealedAs: .checkpoint)
  }

  /// Removes the folder with everything in it: the cell is done, or is to be started anew.
  package func remove() throws(StoreError) {
    for name in try FileAccess.names(in: path) where name != "." && name != ".." {
      guard unlink("\(path)/\(name)") == 0 || errno == ENOENT else {
        throw .io(action: "remove", path: "\(path)/\(name)", code: errno)
      }
    }
    // Another process may be asking for the cell at this moment; its file goes with its question.
    guard rmdir(path) == 0 || errno == ENOENT || errno == ENOTEMPTY || errno == EEXIST else {
      throw .io(action: "remove", path: path, code: errno)
    }
  }

  private func file(_ slot: Int) -> String { "\(path)/checkpoint-\(slot)" }

  private func read(_ slot: Int) throws(StoreError) -> Checkpoint {
    let path = file(slot)
    let checkpoint = try Checkpoint(try access.content(of: path), path: path)
    guard checkpoint.head.cellID == id else {
      throw .damaged(path: path, reason: "holds the cell \(checkpoint.head.cellID), not \(id)")
    }
    return checkpoint
  }
}
