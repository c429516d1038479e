import Configuration
import Crypto
import Foundation
import Testing

@testable import Datasets

@Suite("Reading CIFAR's official files")
struct CIFARTests {
  let scratch: ScratchFolder
  var folder: DataFolder { DataFolder(path: scratch.path, isNamed: true) }

  init() throws { scratch = try ScratchFolder() }

  @Test("records arrive in file order with their fine labels", arguments: [CIFARLayout.cifar10, .cifar100])
  func wholeFiles(layout: CIFARLayout) throws {
    let written = try writeFiles(layout, in: scratch)
    let dataset = try loadCIFAR(layout, datasetSettings(), folder: folder, policy: .standInAllowed)
    #expect(dataset.training.pixels == written.training.pixels)
    #expect(dataset.training.labels == written.training.labels)
    #expect(dataset.test.pixels == written.test.pixels)
    #expect(dataset.test.labels == written.test.labels)
    #expect(dataset.provenance == .subset)
    #expect(dataset.classes == layout.classes)
  }

  @Test("both the folder of the data set and its parent are accepted")
  func ownFolder() throws {
    try writeFiles(.cifar100, in: scratch)
    let above = try CIFAR100.load(datasetSettings(), folder: folder, policy: .standInAllowed)
    let own = DataFolder(path: scratch.path + "/cifar-100-binary", isNamed: true)
    #expect(try CIFAR100.load(datasetSettings(), folder: own, policy: .standInAllowed).fingerprint == above.fingerprint)
  }

  @Test("limits keep the leading records and change the fingerprint")
  func limits() throws {
    let written = try writeFiles(.cifar10, in: scratch)
    let all = try CIFAR10.load(datasetSettings(), folder: folder, policy: .standInAllowed)
    let some = try CIFAR10.load(datasetSettings(["training": 4, "test": 1]), folder: folder, policy: .standInAllowed)
    #expect(some.training.labels == Array(written.training.labels.prefix(4)))
    #expect(some.training.pixels == Array(written.training.pixels.prefix(4 * 3072)))
    #expect(some.test.count == 1)
    #expect(some.fingerprint != all.fingerprint)
  }

  @Test("a limit per class and file: a folder with only those images gives the same data")
  func perClass() throws {
    // Whole files of 25 records hold 3, 3, 3, 3, 3, 2, ... of the ten classes; two of each make files of 20.
    let whole = try writeFiles(.cifar10, in: scratch, recordsPerFile: 25)
    let two = try CIFAR10.load(
      datasetSettings(["training_per_class": 2, "test_per_class": 1, "training": 40]), folder: folder,
      policy: .standInAllowed)
    #expect(two.training.count == 40 && two.test.labels == whole.test.labels)
    for start in [0, 20] {
      for label in UInt8(0)..<10 { #expect(two.training.labels[start..<start + 20].count { $0 == label } == 2) }
    }
    #expect(two.training.pixels.prefix(3072) == whole.training.pixels.prefix(3072))

    let small = try ScratchFolder()
    for (i, file) in CIFARLayout.cifar10.training.enumerated() {
      let part = ImageSet(
        pixels: Array(whole.training.pixels[25 * i * 3072..<25 * (i + 1) * 3072]),
        labels: Array(whole.training.labels[25 * i..<25 * (i + 1)])
      ).leading(perClass: 2, classes: 10)
      let bytes = records(part, 0..<part.count, in: .cifar10)
      try small.write(bytes, to: "cifar-10-batches-bin/" + file.name)
    }
    try small.write(records(whole.test, 0..<2, in: .cifar10), to: "cifar-10-batches-bin/test_batch.bin")
    let from = DataFolder(path: small.path, isNamed: true)
    for given in [["training": 40], ["training": 40, "training_per_class": 2, "test_per_class": 1]] as [[String: Value]]
    {
      let other = try CIFAR10.load(datasetSettings(given), folder: from, policy: .standInAllowed)
      #expect(other.fingerprint == two.fingerprint)
    }
    let generated = try CIFAR10.load(
      datasetSettings(["source": "generated", "training_per_class": 3]), folder: nil, policy: .standInAllowed)
    #expect((0..<10).allSatisfy { label in generated.training.labels.count { Int($0) == label } == 3 })
  }

  @Test("the fingerprint changes with one pixel, one label or the name")
  func fingerprint() {
    let a = makeImages(2)
    let b = makeImages(1)
    var pixels = a.pixels
    var labels = a.labels
    pixels[3072] ^= 1
    labels[1] ^= 1
    let prints = [
      Dataset.fingerprint(name: "cifar10", classes: 10, training: a, test: b),
      Dataset.fingerprint(name: "cifar100", classes: 10, training: a, test: b),
      Dataset.fingerprint(name: "cifar10", classes: 10, training: b, test: a),
      Dataset.fingerprint(
        name: "cifar10", classes: 10, training: ImageSet(pixels: pixels, labels: a.labels), test: b),
      Dataset.fingerprint(
        name: "cifar10", classes: 10, training: ImageSet(pixels: a.pixels, labels: labels), test: b),
    ]
    #expect(Set(prints).count == prints.count)
    #expect(prints[0].count == 64)
  }

  @Test("files with the published sizes and checksums are official only as a whole")
  func official() throws {
    try writeFiles(.cifar10, in: scratch)
    let layout = try CIFARLayout.cifar10.official(in: scratch.path + "/cifar-10-batches-bin")
    #expect(try loadCIFAR(layout, datasetSettings(), folder: folder, policy: .officialOnly).provenance == .official)
    let limited = try datasetSettings(["training": 4])
    #expect(try loadCIFAR(layout, limited, folder: folder, policy: .standInAllowed).provenance == .subset)
    #expect(
      message { try loadCIFAR(layout, limited, folder: folder, policy: .officialOnly) }?
        .contains("the settings select only a part of them") == true)
    var bytes = try scratch.bytes(of: "cifar-10-batches-bin/data_batch_2.bin")
    bytes[5] ^= 1
    try scratch.write(bytes, to: "cifar-10-batches-bin/data_batch_2.bin")
    #expect(try loadCIFAR(layout, datasetSettings(), folder: folder, policy: .standInAllowed).provenance == .subset)
    #expect(
      message { try loadCIFAR(layout, datasetSettings(), folder: folder, policy: .officialOnly) }?
        .contains("data_batch_2.bin has SHA-256") == true)
  }

  @Test("a subset is refused with its counts if the official files are required")
  func subsetRefused() throws {
    try writeFiles(.cifar10, in: scratch)
    #expect(
      message { try CIFAR10.load(datasetSettings(), folder: folder, policy: .officialOnly) } == """
        cifar10: this profile requires the complete official files, and these are not: data_batch_1.bin has 3 \
        records, the official file 10000. 'data verify' checks every file, 'data fetch cifar10' downloads the \
        official files.
        """)
  }
}

@Suite("Damaged and missing data files")
struct CIFARDamageTests {
  let scratch: ScratchFolder
  var folder: DataFolder { DataFolder(path: scratch.path, isNamed: true) }
  var place: String { scratch.path + "/cifar-10-batches-bin" }

  init() throws {
    scratch = try ScratchFolder()
    try writeFiles(.cifar10, in: scratch)
  }

  private func load() throws -> Dataset { try CIFAR10.load(datasetSettings(), folder: folder, policy: .standInAllowed) }

  @Test("a truncated file is named with its size, the excess bytes and the number of records")
  func truncated() throws {
    let bytes = try scratch.bytes(of: "cifar-10-batches-bin/data_batch_3.bin")
    try scratch.write(Array(bytes.dropLast(1000)), to: "cifar-10-batches-bin/data_batch_3.bin")
    #expect(
      message(load) == """
        \(place)/data_batch_3.bin: 8219 bytes are not a multiple of the record size, 3073 bytes: 2073 more than 2 \
        records. The file was truncated or extended; copy or download it again.
        """)
  }

  @Test("a label out of range is named with record, offset, value and the allowed labels")
  func label() throws {
    var bytes = try scratch.bytes(of: "cifar-10-batches-bin/test_batch.bin")
    bytes[3073] = 10
    try scratch.write(bytes, to: "cifar-10-batches-bin/test_batch.bin")
    #expect(
      message(load) == """
        \(place)/test_batch.bin: record 1 (counted from 0) has label 10 at byte 3073; allowed are 0 to 9. The file is \
        damaged or has another layout; copy or download it again.
        """)
  }

  @Test(
    "both labels of a CIFAR-100 record are checked",
    arguments: [(0, "coarse label 20", 20), (1, "fine label 100", 100)])
  func bothLabels(byte: Int, text: String, value: UInt8) throws {
    try writeFiles(.cifar100, in: scratch)
    var bytes = try scratch.bytes(of: "cifar-100-binary/train.bin")
    bytes[3074 * 2 + byte] = value
    try scratch.write(bytes, to: "cifar-100-binary/train.bin")
    let text = "record 2 (counted from 0) has \(text) at byte \(3074 * 2 + byte)"
    #expect(
      message { try CIFAR100.load(datasetSettings(), folder: folder, policy: .standInAllowed) }?.contains(text) == true)
  }

  @Test("an empty file, a missing file and a folder in a file's place are each named")
  func otherDamage() throws {
    try scratch.write([], to: "cifar-10-batches-bin/data_batch_1.bin")
    #expect(message(load)?.hasPrefix("\(place)/data_batch_1.bin: empty.") == true)
    try FileManager.default.removeItem(atPath: place + "/data_batch_1.bin")
    #expect(message(load)?.hasPrefix("\(place)/data_batch_1.bin: missing.") == true)
    try FileManager.default.createDirectory(
      atPath: place + "/data_batch_1.bin", withIntermediateDirectories: false)
    #expect(message(load)?.hasPrefix("\(place)/data_batch_1.bin: a folder or device, not a data file") == true)
  }

  @Test("an unreadable file is named with the system's reason", .enabled(if: getuid() != 0, "root reads everything"))
  func unreadable() throws {
    chmod(place + "/data_batch_1.bin", 0)
    #expect(message(load)?.contains("data_batch_1.bin: cannot be read (Permission denied)") == true)
  }

  @Test("a file whose reading fails halfway is named with the system's reason and is not damaged")
  func readFault() throws {
    final class Calls: @unchecked Sendable { var count = 0 }
    for (calls, name) in [(1, "data_batch_1.bin"), (4, "data_batch_2.bin")] {
      let done = Calls()
      var reading = DataReading()
      reading.read = { descriptor, buffer, count in
        done.count += 1
        guard done.count < calls else {
          errno = EIO
          return -1
        }
        // Three calls per file of three records.
        return Glibc.read(descriptor, buffer, min(count, 3073))
      }
      let error = #expect(throws: DatasetError.self) { try DataReading.$current.withValue(reading) { try load() } }
      #expect(error == .unreadable(path: "\(place)/\(name)", reason: "Input/output error"))
      #expect(error?.kind == .system)
      #expect(throws: DatasetError.self) {
        try DataReading.$current.withValue(reading) { try digest(ofFile: place + "/test_batch.bin", SHA256.self) }
      }
    }
  }

  @Test("a limit above the number of records is refused with both counts")
  func tooMany() throws {
    #expect(
      message { try CIFAR10.load(datasetSettings(["training": 16]), folder: folder, policy: .standInAllowed) } == """
        dataset cifar10: 'training' is 16, but \(place) has only 15 records. Reduce it, set it to 0 for all, or \
        provide more data.
        """)
  }

  @Test("damage is never replaced by generated images")
  func noFallback() throws {
    try FileManager.default.removeItem(atPath: place + "/test_batch.bin")
    let standard = DataFolder(path: scratch.path, isNamed: false)
    #expect(throws: DatasetError.self) {
      try CIFAR10.load(datasetSettings(), folder: standard, policy: .standInAllowed)
    }
  }
}
