import Crypto
import Foundation
import Testing

@testable import Datasets

@Suite("data verify and data generate")
struct OfficialDataTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test(
    "generated files read back as the images they were made from, and as generated", arguments: OfficialData.allCases)
  func roundTrip(data: OfficialData) throws {
    let written = try data.generate(into: scratch.path, training: 12, test: 5)
    #expect(written.count == data.layout.files.count)
    let folder = DataFolder(path: scratch.path, isNamed: true)
    let source = try #require(DatasetCatalogue.named(data.rawValue))
    let read = try source.load(datasetSettings(), folder: folder, policy: .standInAllowed)
    let made = try source.load(
      datasetSettings(["source": "generated", "training": 12, "test": 5]), folder: nil, policy: .standInAllowed)
    #expect(read.fingerprint == made.fingerprint)
    #expect(read.provenance == .generated)
    #expect(
      message { try source.load(datasetSettings(), folder: folder, policy: .officialOnly) }?
        .contains("contains generated images in place of \(data.rawValue) (see generated.txt)") == true)
    #expect(try data.verify(in: scratch.path).allSatisfy { if case .generated = $0.finding { true } else { false } })
  }

  @Test("generate never replaces a file")
  func noOverwrite() throws {
    try scratch.write([1], to: "cifar-10-batches-bin/test_batch.bin")
    #expect(
      message { try OfficialData.cifar10.generate(into: scratch.path, training: 5, test: 1) } == """
        \(scratch.path)/cifar-10-batches-bin/test_batch.bin: already exists and is not changed: generated images never \
        replace a file. Move it away or choose another folder.
        """)
    #expect(try scratch.bytes(of: "cifar-10-batches-bin/test_batch.bin") == [1])
  }

  @Test("generate names the path that it could not write")
  func unwritable() throws {
    try scratch.write([], to: "file")
    #expect(
      message { try OfficialData.cifar10.generate(into: scratch.path + "/file", training: 5, test: 1) }?
        .hasPrefix("\(scratch.path)/file/cifar-10-batches-bin: cannot be written (") == true)
  }

  @Test("verify judges every file separately")
  func verdicts() throws {
    try writeFiles(.cifar10, in: scratch)
    let place = scratch.path + "/cifar-10-batches-bin"
    let layout = try CIFARLayout.cifar10.official(in: place)
    let intact = try scratch.bytes(of: "cifar-10-batches-bin/data_batch_1.bin")
    var changed = intact
    changed[10] ^= 1
    try scratch.write(changed, to: "cifar-10-batches-bin/data_batch_2.bin")
    try scratch.write(Array(intact.prefix(3073)), to: "cifar-10-batches-bin/data_batch_3.bin")
    try scratch.write(Array(intact.prefix(3072)), to: "cifar-10-batches-bin/data_batch_4.bin")
    try FileManager.default.removeItem(atPath: place + "/data_batch_5.bin")
    let lines = try verify(layout, in: scratch.path).map(\.description)
    #expect(lines[0] == "\(place)/data_batch_1.bin: official")
    #expect(lines[1].hasPrefix("\(place)/data_batch_2.bin: 3 records like the official file, but SHA-256 "))
    #expect(lines[2] == "\(place)/data_batch_3.bin: subset of 1 records")
    #expect(lines[3].hasPrefix("damaged: \(place)/data_batch_4.bin: 3072 bytes are not a multiple of the record size"))
    #expect(lines[4].hasPrefix("damaged: \(place)/data_batch_5.bin: missing."))
    #expect(lines[5] == "\(place)/test_batch.bin: official")
  }

  @Test("verify of a folder without the data set is an error")
  func nothingThere() {
    #expect(throws: DatasetError.folderNotFound(path: scratch.path, dataset: "cifar100")) {
      try OfficialData.cifar100.verify(in: scratch.path)
    }
  }

  @Test("published sizes are whole numbers of records: 50,000 and 10,000", .tags(.golden))
  func published() {
    for layout in [CIFARLayout.cifar10, .cifar100] {
      #expect(layout.training.reduce(0) { $0 + $1.bytes } == 50_000 * layout.recordBytes)
      #expect(layout.test.bytes == 10_000 * layout.recordBytes)
      #expect(layout.files.allSatisfy { $0.sha256.count == 64 })
    }
  }
}
