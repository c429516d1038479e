import Foundation
import Records
import Testing

@testable import Store

@Suite("Merging stores")
struct MergeTests {
  let scratch: ScratchFolder
  let mine: RunStore
  let other: RunStore

  init() throws {
    scratch = try ScratchFolder()
    mine = RunStore(folder: scratch.path + "/mine")
    other = RunStore(folder: scratch.path + "/other")
  }

  private func bytes(_ store: RunStore, _ id: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: store.path(of: id)))
  }

  @Test("a missing cell is copied byte for byte")
  func added() throws {
    let record = RunRecord.sample()
    try other.write(record)
    #expect(try mine.merge(record.cellID, from: other) == .added)
    #expect(try bytes(mine, record.cellID) == bytes(other, record.cellID))
    #expect(try mine.merge(record.cellID, from: other) == .same)
  }

  @Test("equal science with different times is the same, and the times here are kept")
  func same() throws {
    var record = RunRecord.sample()
    try mine.write(record)
    let before = try bytes(mine, record.cellID)
    record.result.timing.trainingSeconds = 99
    record.result.timing.machine = "Another CPU"
    try other.write(record)
    #expect(try mine.merge(record.cellID, from: other) == .same)
    #expect(try bytes(mine, record.cellID) == before)
  }

  @Test("different science is reported with both results, and the one here is kept")
  func differs() throws {
    var record = RunRecord.sample()
    try mine.write(record)
    let before = try bytes(mine, record.cellID)
    record.parameters[0].values[0] += 1
    record.result.testAccuracyLast = 12.5
    record.result.timing.machine = "Another CPU"
    try other.write(record)
    guard case .differs(let reason) = try mine.merge(record.cellID, from: other) else {
      Issue.record("nothing differs")
      return
    }
    #expect(reason.contains("on Example CPU, Haswell; the other: test accuracy 12.5 on Another CPU"), "\(reason)")
    #expect(try bytes(mine, record.cellID) == before)
  }

  @Test("a damaged file of the other store is not imported, and one here is not replaced")
  func damaged() throws {
    let record = RunRecord.sample()
    try other.write(record)
    var file = try bytes(other, record.cellID)
    let whole = file
    file[file.count / 2] ^= 1
    try file.write(to: URL(fileURLWithPath: other.path(of: record.cellID)))
    #expect(try mine.merge(record.cellID, from: other) == .damaged(reason: "does not match its checksum"))
    #expect(try mine.status(of: record.cellID) == .absent)

    try mine.write(record)
    try file.write(to: URL(fileURLWithPath: mine.path(of: record.cellID)))
    try whole.write(to: URL(fileURLWithPath: other.path(of: record.cellID)))
    #expect(
      try mine.merge(record.cellID, from: other)
        == .differs(reason: "the file in this folder does not match its checksum"))
    #expect(try bytes(mine, record.cellID) == file)
  }
}

@Suite("Merging under adverse conditions")
struct MergeOfOthersTests {
  let scratch: ScratchFolder
  let mine: RunStore

  init() throws {
    scratch = try ScratchFolder()
    mine = RunStore(folder: scratch.path + "/mine")
  }

  private func store(_ name: String, losing accuracy: Double) throws -> RunStore {
    let store = RunStore(folder: scratch.path + "/" + name)
    for cell in 0..<6 {
      var record = RunRecord.sample(id: "cell-\(cell)")
      record.result.costPerIteration = accuracy
      try store.write(record)
    }
    return store
  }

  @Test("of concurrent merges, one adds a cell and all others report a difference, with and without hard links")
  func atOnce() async throws {
    let others = try [1.0, 2.0, 3.0, 4.0].map { try store("other-\($0)", losing: $0) }
    for hasLinks in [true, false] {
      var access = FileAccess()
      if !hasLinks {
        access.link = { _, _ in
          errno = EPERM
          return -1
        }
      }
      let target = RunStore(folder: "\(scratch.path)/target-\(hasLinks)", access: access)
      let words = try await withThrowingTaskGroup(of: [String].self) { group in
        for other in others {
          group.addTask { try other.ids().map { "\($0) \(try target.merge($0, from: other).word)" } }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      let added = words.filter { $0.hasSuffix("added") }
      #expect(Set(added).count == 6 && added.count == 6, "\(words)")
      #expect(words.count { $0.hasSuffix("differs") } == 18, "\(words)")
      #expect(scratch.content.filter { $0.hasSuffix(".tmp") }.isEmpty)
    }
  }

  @Test("a cell of another profile, a later format and a broken link affect only themselves")
  func refused() throws {
    let other = try store("other", losing: 1)
    var foreign = RunRecord.sample(id: "foreign")
    foreign.profile = "smoke"
    try other.write(foreign)
    let whole = try scratch.bytes(other.path(of: "foreign"))
    try scratch.write(RunStore.sealed(Array(whole.dropFirst(512)), format: 2), to: other.path(of: "later"))
    #expect(symlink("/nowhere/at/all", other.path(of: "dangling")) == 0)
    var words: [String: String] = [:]
    for id in try other.ids() { words[id] = try mine.merge(id, from: other, profile: "quick").word }
    #expect(words["foreign"] == "refused" && words["later"] == "refused" && words["dangling"] == "unreadable")
    #expect(words.values.count { $0 == "added" } == 6)
    #expect(
      try mine.merge("foreign", from: other, profile: "quick").reason
        == "it belongs to the profile 'smoke', not to 'quick'")
    #expect(try mine.merge("foreign", from: other) == .added)
  }

  @Test("a broken link in place of a cell is neither followed nor replaced")
  func linkHere() throws {
    let other = try store("other", losing: 1)
    try mine.checkWritable()
    let target = scratch.path + "/elsewhere.h5"
    #expect(symlink(target, mine.path(of: "cell-0")) == 0)
    guard case .unreadable = try mine.merge("cell-0", from: other) else { return #expect(Bool(false)) }
    #expect(!FileManager.default.fileExists(atPath: target))
  }
}
