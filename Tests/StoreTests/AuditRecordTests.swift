import Foundation
import Records
import Testing

@testable import Store

extension ArrayTree {
  static var sample: ArrayTree {
    ArrayTree(
      datasets: [
        StoredArray("samples", "dataset index", shape: [2, 3], .int32([5, 0, 2, 7, -1, -1])),
        StoredArray("draws", "augmentation", shape: [2, 3, 1], .int8([1, -8, 3, 4, 0, 0])),
      ],
      groups: [
        Group(
          "parameters",
          [StoredArray("conv1.weight", "weights", shape: [2, 2], .float([1, -2, 3, 1e-30]), offset: 12)]),
        Group(
          "decisions",
          [
            StoredArray("masks", "bits", shape: [2, 40_000], .uint8(Array(repeating: 0xA5, count: 80_000))),
            StoredArray("draws", "numbers", shape: [2], .double([0.1, 0.7])),
          ]),
        Group("examples", []),
      ])
  }
}

@Suite struct AuditRecordTests {
  let scratch: ScratchFolder
  let store: RunStore

  init() throws {
    scratch = try ScratchFolder()
    store = RunStore(folder: scratch.path)
  }

  @Test("An audit survives a round trip: types, shapes, order, offsets") func roundTrip() throws {
    var record = RunRecord.sample()
    record.audit = .sample
    try store.write(record)
    #expect(try store.record(of: record.cellID).audit == record.audit)
  }

  @Test("An audit does not change the identity of a cell; only the file grows") func identity() throws {
    let without = RunRecord.sample()
    var with = without
    with.audit = .sample
    #expect(with.scienceDigest == without.scienceDigest)
    try store.write(without)
    #expect(try store.record(of: without.cellID).audit == nil)
    let bytes = try scratch.bytes(store.path(of: without.cellID))
    try store.write(with)
    let grown = try scratch.bytes(store.path(of: with.cellID))
    #expect(grown.count > bytes.count)
    #expect(try store.record(of: with.cellID, .summary).scienceDigest == without.scienceDigest)
  }

  @Test("Chunks consist of whole rows; short rows share a chunk") func chunks() {
    #expect(Storage.chunk(of: [40_000]) == [16_384])
    #expect(Storage.chunk(of: [7]) == [7])
    #expect(Storage.chunk(of: [20, 64, 6]) == [20, 64, 6])
    #expect(Storage.chunk(of: [100, 3, 32, 32]) == [5, 3, 32, 32])
    #expect(Storage.chunk(of: [2, 40_000]) == [1, 40_000])
  }
}
