import Crypto
import Foundation

/// One file of an official data set, as published.
struct OfficialFile: Hashable, Sendable {
  let name: String
  let bytes: Int
  let sha256: String
}

/// The official binary layout of one CIFAR data set: records of label bytes followed by 3072 pixel bytes.
struct CIFARLayout: Sendable {
  /// One label byte of a record.
  struct Label: Hashable, Sendable {
    /// "", or "coarse " and "fine " where a record has two.
    let kind: String
    let classes: Int
  }

  let name: String
  let title: String
  /// The folder the official archive unpacks to.
  let folder: String
  /// The labels in the order of a record; the last is the class.
  let labels: [Label]
  let training: [OfficialFile]
  let test: OfficialFile

  static let pixelBytes = 3072

  var classes: Int { labels.last!.classes }
  var recordBytes: Int { labels.count + CIFARLayout.pixelBytes }
  var files: [OfficialFile] { training + [test] }

  /// The folder of this data set's files: a subfolder of `folder`, or `folder` itself; nil if neither has them.
  func place(in folder: String) -> String? {
    let below = folder + "/" + self.folder
    if isFolder(below) { return below }
    return files.contains { exists(folder + "/" + $0.name) } ? folder : nil
  }

  /// Checks the size and every label of a file and appends its records.
  func append(file path: String, pixels: inout [UInt8], labels classIndices: inout [UInt8]) throws(DatasetError) {
    guard exists(path) else { throw .missingFile(path: path, dataset: name) }
    let bytes = try readFile(path)
    let records = try recordCount(bytes: bytes.count, path: path)
    pixels.reserveCapacity(pixels.count + records * CIFARLayout.pixelBytes)
    for record in 0..<records {
      let start = record * recordBytes
      for (i, label) in labels.enumerated() where bytes[start + i] >= label.classes {
        throw .label(
          path: path, record: record, offset: start + i, value: Int(bytes[start + i]), kind: label.kind,
          classes: label.classes)
      }
      classIndices.append(bytes[start + labels.count - 1])
      pixels.append(contentsOf: bytes[start + labels.count..<start + recordBytes])
    }
  }

  func recordCount(bytes: Int, path: String) throws(DatasetError) -> Int {
    guard bytes > 0 else { throw .empty(path: path, recordBytes: recordBytes) }
    guard bytes % recordBytes == 0 else {
      throw .partialRecord(path: path, bytes: bytes, recordBytes: recordBytes)
    }
    return bytes / recordBytes
  }

  /// The reason why the files in a folder are not the official ones, or nil if they are. Sizes are compared first,
  /// because they settle most cases without reading.
  func reasonNotOfficial(in place: String) throws(DatasetError) -> String? {
    for file in files {
      let size = try fileSize(place + "/" + file.name)
      if size != file.bytes {
        return "\(file.name) has \(size / recordBytes) records, the official file \(file.bytes / recordBytes)"
      }
    }
    for file in files {
      let digest = try digest(ofFile: place + "/" + file.name, SHA256.self)
      if digest != file.sha256 { return "\(file.name) has SHA-256 \(digest), the official file \(file.sha256)" }
    }
    return nil
  }
}

extension CIFARLayout {
  // SHA-256 of the files: ankane/torchvision-ruby lib/torchvision/datasets/cifar10.rb and cifar100.rb.
  static let cifar10 = CIFARLayout(
    name: "cifar10", title: "CIFAR-10", folder: "cifar-10-batches-bin", labels: [Label(kind: "", classes: 10)],
    training: [
      "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
      "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed",
      "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67",
      "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48",
      "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
    ].enumerated().map { OfficialFile(name: "data_batch_\($0 + 1).bin", bytes: 30_730_000, sha256: $1) },
    test: OfficialFile(
      name: "test_batch.bin", bytes: 30_730_000,
      sha256: "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"))

  static let cifar100 = CIFARLayout(
    name: "cifar100", title: "CIFAR-100", folder: "cifar-100-binary",
    labels: [Label(kind: "coarse ", classes: 20), Label(kind: "fine ", classes: 100)],
    training: [
      OfficialFile(
        name: "train.bin", bytes: 153_700_000,
        sha256: "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29")
    ],
    test: OfficialFile(
      name: "test.bin", bytes: 30_740_000,
      sha256: "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a"))
}
