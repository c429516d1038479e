import Foundation
import Synchronization
import Testing

@testable import Store

@Suite("Checkpoints") struct CheckpointTests {
  let scratch: ScratchFolder
  var work: WorkFolder { RunStore(folder: scratch.path).work(of: "cell") }
  var file: (Int) -> String { { scratch.path + "/work/cell/checkpoint-\($0)" } }

  init() throws { scratch = try ScratchFolder() }

  private func checkpoint(_ sequence: Int, id: String = "cell") -> Checkpoint {
    Checkpoint(
      head: Checkpoint.Head(
        cellID: id, sequence: sequence, iteration: 10 * sequence, machine: ["BLAS core": "Haswell"],
        stretches: [Checkpoint.Stretch(threads: 2, machine: "CPU", timingNote: nil)]),
      state: (0..<3000).map { UInt8(truncatingIfNeeded: $0 &* sequence) })
  }

  @Test("survive a round trip; the newer of the two is returned") func roundTrip() throws {
    #expect(try work.newest().checkpoint == nil)
    for sequence in 1...5 {
      try work.write(checkpoint(sequence))
      #expect(try work.newest().checkpoint == checkpoint(sequence))
    }
    #expect(scratch.content == ["work", "work/cell", "work/cell/checkpoint-0", "work/cell/checkpoint-1"])
    try work.remove()
    #expect(scratch.content == ["work"])
    try work.remove()
  }

  @Test("Any damage to the newer one is reported; the older is used", arguments: 0..<4) func fallback(_ kind: Int)
    throws
  {
    try work.write(checkpoint(1))
    try work.write(checkpoint(2))
    var bytes = try scratch.bytes(file(0))
    switch kind {
    case 0: bytes[700] ^= 1
    case 1: bytes.removeLast()
    case 2: bytes = []
    default: bytes = Array("something else entirely".utf8)
    }
    try scratch.write(bytes, to: file(0))
    let (found, problems) = try work.newest()
    #expect(found == checkpoint(1))
    #expect(problems.count == 1 && problems[0].what.hasPrefix("'\(file(0))' is damaged: it "))
    try scratch.write(bytes, to: file(1))
    #expect(try work.newest().checkpoint == nil)
  }

  @Test("of another cell are damaged") func foreign() throws {
    try work.write(checkpoint(1))
    try RunStore(folder: scratch.path).work(of: "other").write(checkpoint(1, id: "other"))
    try scratch.write(scratch.bytes(scratch.path + "/work/other/checkpoint-1"), to: file(1))
    let (found, problems) = try work.newest()
    #expect(found == nil)
    #expect(problems == [.damaged(path: file(1), reason: "contains cell other, not cell")])
  }

  @Test("If any call fails during a write, earlier checkpoints stay", arguments: FileAccessTests.faults.indices)
  func faults(_ index: Int) throws {
    try work.write(checkpoint(1))
    try work.write(checkpoint(2))
    let before = try [0, 1].map { try scratch.bytes(file($0)) }
    var access = FileAccess()
    FileAccessTests.faults[index].2(&access)
    let faulty = WorkFolder(path: work.path, id: "cell", access: access)
    #expect(throws: StoreError.self) { try faulty.write(checkpoint(3)) }
    #expect(try [0, 1].map { try scratch.bytes(file($0)) } == before)
    #expect(
      try FileAccess.names(in: work.path).filter { !$0.hasPrefix(".") }.sorted() == ["checkpoint-0", "checkpoint-1"])
  }

  @Test("A disk that returns wrong bytes is detected before the old file is replaced") func unproven() throws {
    try work.write(checkpoint(1))
    var access = FileAccess()
    access.write = { descriptor, bytes, count in
      // Corrupts the last byte.
      var copy = Array(UnsafeRawBufferPointer(start: bytes, count: count))
      copy[count - 1] ^= 1
      return Glibc.write(descriptor, copy, count)
    }
    let faulty = WorkFolder(path: work.path, id: "cell", access: access)
    let error = #expect(throws: StoreError.self) { try faulty.write(checkpoint(3)) }
    #expect(error?.description.contains("cannot read back what was written to '\(file(1)).") == true)
    #expect(try work.newest().checkpoint == checkpoint(1))
  }

  /// Calls that open all files but fail to read some of them.
  private func refusing(_ isRefused: @escaping @Sendable (_ path: String) -> Bool) -> FileAccess {
    final class Last: Sendable {
      let isRefused = Atomic(false)
    }
    let own = FileAccess()
    let last = Last()
    var access = own
    // At most one file at a time is open for reading.
    access.open = { path, flags, mode in
      last.isRefused.store(isRefused(path), ordering: .relaxed)
      return own.open(path, flags, mode)
    }
    access.read = { descriptor, buffer, count in
      guard last.isRefused.load(ordering: .relaxed) else { return own.read(descriptor, buffer, count) }
      errno = EIO
      return -1
    }
    return access
  }

  @Test("One that the system refuses to read is an error rather than damaged, and both stay", arguments: 0..<2)
  func unread(_ slot: Int) throws {
    try work.write(checkpoint(1))
    try work.write(checkpoint(2))
    let before = try [0, 1].map { try scratch.bytes(file($0)) }
    let faulty = WorkFolder(path: work.path, id: "cell", access: refusing { [path = file(slot)] in $0 == path })
    #expect(throws: StoreError.io(action: "read", path: file(slot), code: EIO)) { try faulty.newest() }
    let blind = WorkFolder(path: work.path, id: "cell", access: refusing { $0.hasSuffix(".tmp") })
    let error = #expect(throws: StoreError.self) { try blind.write(checkpoint(3)) }
    guard case .io("read", _, EIO)? = error else { return #expect(Bool(false), "\(error as Any)") }
    #expect(try [0, 1].map { try scratch.bytes(file($0)) } == before)
    #expect(scratch.content == ["work", "work/cell", "work/cell/checkpoint-0", "work/cell/checkpoint-1"])
    // Once it is removed, the other one is used.
    try FileManager.default.removeItem(atPath: file(slot))
    #expect(try work.newest().checkpoint == checkpoint(slot == 0 ? 1 : 2))
  }
}
