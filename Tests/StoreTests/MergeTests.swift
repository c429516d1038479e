import Foundation
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

  @Test("a cell that is not here is taken in byte for byte")
  func added() throws {
    let record = CellRecord.sample()
    try other.write(record)
    #expect(try mine.merge(record.cellID, from: other) == .added)
    #expect(try bytes(mine, record.cellID) == bytes(other, record.cellID))
    #expect(try mine.merge(record.cellID, from: other) == .same)
  }

  @Test("the same science with other times is the same, and the times here stay")
  func same() throws {
    var record = CellRecord.sample()
    try mine.write(record)
    let before = try bytes(mine, record.cellID)
    record.result.timing.trainingSeconds = 99
    record.result.timing.machine = "Another CPU"
    try other.write(record)
    #expect(try mine.merge(record.cellID, from: other) == .same)
    #expect(try bytes(mine, record.cellID) == before)
  }

  @Test("other science is told with both sides, and what is here stays")
  func differs() throws {
    var record = CellRecord.sample()
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
    #expect(reason.contains("on Example CPU, Haswell, there test accuracy 12.5 on Another CPU"), "\(reason)")
    #expect(try bytes(mine, record.cellID) == before)
  }

  @Test("a damaged file of the other store is not taken, and one here is not replaced")
  func damaged() throws {
    let record = CellRecord.sample()
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
      try mine.merge(record.cellID, from: other) == .differs(reason: "the file here does not match its checksum"))
    #expect(try bytes(mine, record.cellID) == file)
  }
}
