import Records
import Testing

@testable import Store

@Suite("Cells without their weights")
struct LightRecordTests {
  let scratch: ScratchFolder
  let whole, light: RunStore
  let record = RunRecord.sample()

  init() throws {
    scratch = try ScratchFolder()
    (whole, light) = (RunStore(folder: scratch.path + "/whole"), RunStore(folder: scratch.path + "/light"))
    try whole.write(record)
  }

  @Test("only weights, statistics and the audit are left out")
  func content() throws {
    #expect(try light.takeLight(record.cellID, from: whole) == .added)
    let read = try light.record(of: record.cellID)
    // Compares bytes, because the sample's traces contain NaNs, which are not equal to themselves.
    #expect(try CellFile.encode(read) == CellFile.encode(record.light))
    #expect(read.parameters.isEmpty && read.buffers.isEmpty && read.quantized.isEmpty && read.audit == nil)
    var restored = read
    (restored.parameters, restored.buffers) = (record.parameters, record.buffers)
    var marked = record
    marked.storedDigest = record.scienceDigest
    #expect(try CellFile.encode(restored) == CellFile.encode(marked))
    #expect(try light.record(of: record.cellID, .traces).traces.map(\.name) == record.traces.map(\.name))
  }

  @Test("a light cell has the science digest of the full cell, and merging in either direction changes nothing")
  func same() throws {
    _ = try light.takeLight(record.cellID, from: whole)
    let (mine, theirs) = (try light.record(of: record.cellID, .summary), try whole.record(of: record.cellID, .summary))
    #expect(mine.scienceDigest == theirs.scienceDigest && mine.result == theirs.result)
    #expect(mine.provenance == theirs.provenance && mine.configJSON == theirs.configJSON)
    #expect(try light.takeLight(record.cellID, from: whole) == .same)
    #expect(try whole.merge(record.cellID, from: light) == .same)
    #expect(try whole.record(of: record.cellID).storedDigest == nil)
    #expect(try CellFile.encode(record.light.light) == CellFile.encode(record.light))
  }

  @Test("a light cell is sealed and verified like any other, and one changed byte is found")
  func verified() throws {
    _ = try light.takeLight(record.cellID, from: whole)
    let path = light.path(of: record.cellID)
    #expect(FileVerdict.judge(fileInFolder: path) == FileVerdict(path, .whole))
    var bytes = try scratch.bytes(path)
    bytes[bytes.count / 2] ^= 1
    try scratch.write(bytes, to: path)
    #expect(try light.takeLight(record.cellID, from: whole) != .same)
    guard case .damaged = try light.status(of: record.cellID) else {
      Issue.record("a changed byte was not found")
      return
    }
  }

  @Test("a damaged cell is not exported, and a different cell at the destination stays unchanged")
  func refusals() throws {
    var other = record
    other.predictions[0] ^= 1
    try light.write(other)
    guard case .differs = try light.takeLight(record.cellID, from: whole) else {
      Issue.record("a different result was treated as the same")
      return
    }
    #expect(try CellFile.encode(light.record(of: record.cellID)) == CellFile.encode(other))
    let path = whole.path(of: record.cellID)
    var bytes = try scratch.bytes(path)
    bytes[600] ^= 1
    try scratch.write(bytes, to: path)
    let empty = RunStore(folder: scratch.path + "/empty")
    guard case .damaged = try empty.takeLight(record.cellID, from: whole) else {
      Issue.record("a damaged cell was exported")
      return
    }
    #expect(try empty.ids().isEmpty)
  }
}
