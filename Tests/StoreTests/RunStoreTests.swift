import Foundation
import Records
import Testing

@testable import Store

/// Bit patterns, because NaN is not equal to itself.
private func bits(_ columns: [Series]) -> [[UInt32]] { columns.map { $0.values.map(\.bitPattern) } }

@Suite struct RunStoreTests {
  let scratch: ScratchFolder
  let store: RunStore

  init() throws {
    scratch = try ScratchFolder()
    store = RunStore(folder: scratch.path + "/results/quick")
  }

  @Test("A record survives a round trip bit for bit") func roundTrip() throws {
    let record = RunRecord.sample(iterations: 40_000)
    try store.write(record)
    var read = try store.record(of: record.cellID)
    #expect(bits(read.traces) == bits(record.traces))
    #expect(bits(read.windows) == bits(record.windows))
    #expect(bits(read.epochs) == bits(record.epochs))
    for (mine, theirs) in zip(read.traces + read.windows + read.epochs, record.traces + record.windows + record.epochs)
    {
      #expect(
        [mine.name, mine.unit, mine.longName, "\(mine.isTiming) \(mine.isAddedLater)"]
          == [theirs.name, theirs.unit, theirs.longName, "\(theirs.isTiming) \(theirs.isAddedLater)"])
    }
    (read.traces, read.windows, read.epochs) = (record.traces, record.windows, record.epochs)
    var expected = record
    for index in expected.epochs.indices { expected.epochs[index].values = [] }
    for index in expected.traces.indices { expected.traces[index].values = [] }
    read.epochs = expected.epochs
    read.traces = expected.traces
    #expect(read == expected)
  }

  @Test("A summary agrees with the complete record") func summary() throws {
    let record = RunRecord.sample()
    try store.write(record)
    let summary = try store.record(of: record.cellID, .summary)
    #expect(summary.result == record.result)
    #expect(summary.data == record.data)
    #expect(summary.configJSON == record.configJSON)
    #expect(summary.provenance == record.provenance)
    #expect(summary.scienceDigest == record.scienceDigest)
    #expect(summary.alias == record.alias && summary.isEvidence)
    #expect(summary.traces.isEmpty && summary.parameters.isEmpty && !record.traces.isEmpty)
  }

  @Test("A run without any result but its reason survives a round trip") func diverged() throws {
    let record = RunRecord.diverged()
    try store.write(record)
    #expect(try store.record(of: record.cellID) == record)
    #expect(try store.status(of: record.cellID) == .stored(.diverged(iteration: 1)))
  }

  @Test("The status distinguishes absent, finished, failed and damaged cells") func status() throws {
    #expect(try store.status(of: "none") == .absent)
    try store.write(.sample(id: "good"))
    #expect(try store.status(of: "good") == .stored(.finished))
    var failed = RunRecord.diverged(id: "bad")
    failed.result.status = .failed(reason: "out of memory")
    try store.write(failed)
    #expect(try store.status(of: "bad") == .stored(.failed(reason: "out of memory")))
    try scratch.write(Array("hello".utf8), to: store.path(of: "torn"))
    guard case .damaged = try store.status(of: "torn") else { return #expect(Bool(false), "a torn file passed") }
  }

  @Test("IDs are sorted and exclude temporary files; a missing folder has none") func ids() throws {
    #expect(try store.ids() == [])
    try store.write(.sample(id: "b"))
    try store.write(.sample(id: "a"))
    try scratch.write([1], to: store.path(of: "c") + ".77.tmp")
    #expect(try store.ids() == ["a", "b"])
  }

  @Test("A write leaves only the file itself, and a rewrite replaces it") func clean() throws {
    try store.write(.sample(id: "a"))
    var second = RunRecord.sample(id: "a")
    second.alias = "again"
    try store.write(second)
    #expect(scratch.content == ["results", "results/quick", "results/quick/cells", "results/quick/cells/a.h5"])
    #expect(try store.record(of: "a", .summary).alias == "again")
  }

  @Test("A result that cannot be read back unchanged never gets its final name", arguments: [true, false])
  func unproven(isRefused: Bool) throws {
    try store.write(.sample(id: "a"))
    let before = try scratch.bytes(store.path(of: "a"))
    var access = FileAccess()
    access.read = { descriptor, buffer, count in
      guard !isRefused else {
        errno = EIO
        return -1
      }
      let count = Glibc.read(descriptor, buffer, count)
      if count > 600 { buffer.storeBytes(of: 7, toByteOffset: 600, as: UInt8.self) }
      return count
    }
    var second = RunRecord.sample(id: "a")
    second.alias = "again"
    let error = #expect(throws: StoreError.self) {
      try RunStore(folder: store.folder, access: access).write(second)
    }
    guard case .io(let action, let path, EIO)? = error else { return #expect(Bool(false), "\(error as Any)") }
    #expect(action == (isRefused ? "read" : "read back what was written to") && path.hasSuffix(".tmp"))
    #expect(try scratch.bytes(store.path(of: "a")) == before)
    #expect(scratch.content == ["results", "results/quick", "results/quick/cells", "results/quick/cells/a.h5"])
  }

  @Test("A result that the system refuses to read is an error, not a cell to train again") func unread() throws {
    try store.write(.sample(id: "a"))
    var access = FileAccess()
    access.read = { _, _, _ in
      errno = EIO
      return -1
    }
    #expect(throws: StoreError.io(action: "read", path: store.path(of: "a"), code: EIO)) {
      try RunStore(folder: store.folder, access: access).status(of: "a")
    }
  }

  @Test("A file under another cell's name is found") func renamed() throws {
    try store.write(.sample(id: "a"))
    try FileManager.default.moveItem(atPath: store.path(of: "a"), toPath: store.path(of: "b"))
    #expect(
      throws: StoreError.damaged(path: store.path(of: "b"), reason: "contains cell a, not b")
    ) { try store.record(of: "b") }
  }

  @Test("A folder in place of a cell file is found") func folder() throws {
    try FileManager.default.createDirectory(atPath: store.path(of: "a"), withIntermediateDirectories: true)
    #expect(try store.status(of: "a") == .damaged(reason: "is not a regular file"))
  }

  @Test("The error for a folder that cannot be created names it, the reason and the remedy") func unwritable() throws {
    try scratch.write([], to: scratch.path + "/file")
    let blocked = RunStore(folder: scratch.path + "/file/quick")
    let error = #expect(throws: StoreError.self) { try blocked.checkWritable() }
    #expect(
      error?.description
        == "cannot create the folder '\(scratch.path)/file': Not a directory. Another file has that name: move it "
        + "or choose another folder with --results.")
    #expect(throws: StoreError.self) { try blocked.write(.sample()) }
    #expect(scratch.content == ["file"])
  }

  @Test("The check for a writable folder leaves no file") func writable() throws {
    try store.checkWritable()
    #expect(scratch.content == ["results", "results/quick", "results/quick/cells"])
  }
}
