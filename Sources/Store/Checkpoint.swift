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

    /// What sequence and iteration can be.
    static let counts = 0...1 << 40

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

  /// The head alone, unproven, without the state's megabytes; nil where it cannot be read.
  static func head(at path: String, _ access: FileAccess) -> Head? {
    guard let bytes = try? access.beginning(of: path, atMost: Seal.length + 1 << 16), bytes.count > Seal.length else {
      return nil
    }
    let line = bytes[Seal.length...].prefix { $0 != UInt8(ascii: "\n") }
    guard let head = try? JSONDecoder().decode(Head.self, from: Data(line)), Head.counts.contains(head.sequence),
      Head.counts.contains(head.iteration)
    else { return nil }
    return head
  }

  /// Reads a checkpoint; any change of any byte of its file is found.
  init(contentsOf path: String, _ access: FileAccess) throws(StoreError) {
    let content = try access.sealedContent(of: path, as: .checkpoint)[Seal.length...]
    guard let end = content.firstIndex(of: UInt8(ascii: "\n")),
      let head = try? JSONDecoder().decode(Head.self, from: Data(content[..<end])),
      Head.counts.contains(head.sequence), Head.counts.contains(head.iteration)
    else { throw .damaged(path: path, reason: "has a head that cannot be read") }
    self.init(head: head, state: Array(content[(end + 1)...]))
  }
}
