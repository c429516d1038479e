import Foundation

/// The state of a run between two iterations, as stored in a file.
package struct Checkpoint: Hashable, Sendable {
  /// Everything that can be read without the engine. Written as a line of JSON before the state.
  package struct Head: Codable, Hashable, Sendable {
    package var cellID: String
    /// The number of the checkpoint within its cell, from 1; the larger one is newer.
    package var sequence: Int
    package var iteration: Int
    /// Everything besides the cell that the run's bits depend on: program, processor, BLAS. A run cannot be resumed
    /// under different ones without a change of bits.
    package var machine: [String: String]
    /// The history of the run so far, one entry per process that trained it.
    package var stretches: [Stretch]

    /// Nil for a line that is not a head, or whose numbers are implausible.
    fileprivate init?(json line: ArraySlice<UInt8>) {
      guard let head = try? JSONDecoder().decode(Head.self, from: Data(line)), head.sequence >= 0,
        head.iteration >= 0, max(head.sequence, head.iteration) <= 1 << 40
      else { return nil }
      self = head
    }

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
    /// The reason why its time measurement is not valid, or nil.
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
  /// The complete file in pieces, including its seal: the state may be large and is not copied.
  func pieces() -> [[UInt8]] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(head) else { preconditionFailure("Checkpoint: the head is plain text") }
    let content = [Array(line) + [UInt8(ascii: "\n")], state]
    return [Seal.block(.checkpoint, for: content)] + content
  }

  /// The head alone, without its checksum verified and without the state's megabytes; nil if it cannot be read.
  static func head(at path: String, _ access: FileAccess) -> Head? {
    guard let bytes = try? access.beginning(of: path, atMost: Seal.length + 1 << 16), bytes.count > Seal.length else {
      return nil
    }
    let line = bytes[Seal.length...].prefix { $0 != UInt8(ascii: "\n") }
    return Head(json: line)
  }

  /// Reads a checkpoint and detects any changed byte in its file.
  init(contentsOf path: String, _ access: FileAccess) throws(StoreError) {
    let content = try access.sealedContent(of: path, as: .checkpoint)[Seal.length...]
    guard let end = content.firstIndex(of: UInt8(ascii: "\n")), let head = Head(json: content[..<end])
    else { throw .damaged(path: path, reason: "has an invalid first line after its header") }
    self.init(head: head, state: Array(content[(end + 1)...]))
  }
}
