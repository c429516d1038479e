import Foundation
import Records
import Testing

@testable import Store

extension ProbeRecord {
  static var sample: ProbeRecord {
    ProbeRecord([
      ProbeValue("images", unit: "1", "training images that were looked at", 256),
      ProbeValue("seconds", unit: "s", "wall time of the probe", 61.25),
      ProbeValue("lambda_max", .evaluation, unit: "nat", "largest eigenvalue of the Hessian", 12.5),
      ProbeValue("map", .evaluation, unit: "nat", "loss", shape: [2, 3], [0.1, 0.2, 0.3, .infinity, 0.5, 0.6]),
      ProbeValue("lambda_max", .batch, unit: "nat", "largest eigenvalue of the Hessian", -1e-30),
      ProbeValue("eigenvalues", .batch, unit: "nat", "all eigenvalues", [3, 2, -1]),
    ])
  }
}

@Suite struct ProbeRecordTests {
  let scratch: ScratchFolder
  let store: RunStore
  let plain = RunRecord.sample()

  init() throws {
    scratch = try ScratchFolder()
    store = RunStore(folder: scratch.path)
    try store.write(plain)
  }

  private var path: String { store.path(of: plain.cellID) }

  private func probed() throws -> RunRecord {
    var record = try store.record(of: plain.cellID)
    record.probes = .sample
    return record
  }

  @Test("Probes read back are the probes written: names, modes, units, shapes, order; a summary has the numbers alone")
  func roundTrip() throws {
    #expect(try store.record(of: plain.cellID).probes.isEmpty)
    try RunStore.rewrite(probed(), atPath: path)
    #expect(try store.record(of: plain.cellID).probes == .sample)
    #expect(try store.record(of: plain.cellID, .traces).probes == .sample)
    let summary = try store.record(of: plain.cellID, .summary).probes
    #expect(summary == ProbeRecord.sample.numbers && summary.values.count == 4)
    #expect(summary.number("lambda_max", .batch) == -1e-30 && summary.number("lambda_max") == nil)
    #expect(summary.number("images") == 256 && summary.number("eigenvalues", .batch) == nil)
  }

  @Test("A cell is the same cell with and without them, and its file is whole: everything else stays byte for byte")
  func identity() throws {
    let before = try scratch.bytes(path)
    try RunStore.rewrite(probed(), atPath: path)
    #expect(FileVerdict.judge(fileInFolder: path) == FileVerdict(path, .whole))
    var record = try store.record(of: plain.cellID)
    #expect(record.scienceDigest == plain.scienceDigest)
    record.probes = ProbeRecord()
    try RunStore.rewrite(record, atPath: path)
    #expect(try scratch.bytes(path) == before)
    #expect(scratch.content == ["cells", "cells/\(plain.cellID).h5"])
  }

  @Test("A flipped bit of a probe is found as any other")
  func proof() throws {
    try RunStore.rewrite(probed(), atPath: path)
    let bytes = try scratch.bytes(path)
    let pattern = withUnsafeBytes(of: (61.25).bitPattern.littleEndian) { Array($0) }
    let place = try #require(bytes.indices.dropLast(8).first { Array(bytes[$0..<$0 + 8]) == pattern })
    var content = Array(bytes[512...])
    content[place - 512] ^= 1
    try scratch.write(RunStore.sealed(content), to: path)
    let verdict = FileVerdict.judge(fileInFolder: path)
    #expect(verdict?.kind == .damaged && verdict?.reason.contains("/probes/seconds") == true)
  }

  @Test("A result that another process put in the place is not overwritten")
  func otherResult() throws {
    let record = try probed()
    var other = plain
    other.predictions[0] ^= 1
    try store.write(other)
    #expect(throws: StoreError.self) { try RunStore.rewrite(record, atPath: path) }
    #expect(try store.record(of: plain.cellID).predictions == other.predictions)
    try FileManager.default.removeItem(atPath: path)
    #expect(throws: StoreError.self) { try RunStore.rewrite(record, atPath: path) }
  }

  @Test("Cells without weights keep their probes") func light() throws {
    try RunStore.rewrite(probed(), atPath: path)
    let shipped = RunStore(folder: scratch.path + "/shipped")
    #expect(try shipped.takeLight(plain.cellID, from: store) == .added)
    #expect(try shipped.record(of: plain.cellID).probes == .sample)
  }
}
