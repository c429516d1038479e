import Configuration
import Crypto
import Foundation

@testable import Datasets

/// A temporary folder for one test, removed after it.
final class ScratchFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("sambench-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file in the folder and creates the folders it needs.
  func write(_ bytes: [UInt8], to name: String) throws {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  func bytes(of name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }
}

/// Images whose pixel bytes depend on image, channel and position.
func makeImages(_ count: Int, classes: Int = 10) -> ImageSet {
  ImageSet(
    pixels: (0..<count * 3072).map { UInt8(truncatingIfNeeded: ($0 / 3072) &* 53 &+ ($0 % 3072) &* 7) },
    labels: (0..<count).map { UInt8($0 % classes) })
}

/// The layout's files with a few records each; returns training and test images as written.
@discardableResult
func writeFiles(
  _ layout: CIFARLayout, in scratch: ScratchFolder, below folder: String? = nil, recordsPerFile: Int = 3
) throws -> (training: ImageSet, test: ImageSet) {
  let training = makeImages(recordsPerFile * layout.training.count, classes: layout.classes)
  let test = makeImages(2, classes: layout.classes)
  let place = folder ?? layout.folder
  for (i, file) in layout.training.enumerated() {
    let range = recordsPerFile * i..<recordsPerFile * (i + 1)
    try scratch.write(records(training, range, in: layout), to: place + "/" + file.name)
  }
  try scratch.write(records(test, 0..<2, in: layout), to: place + "/" + layout.test.name)
  return (training, test)
}

extension CIFARLayout {
  /// This layout with the files of a folder as the official ones.
  func official(in place: String) throws -> CIFARLayout {
    func published(_ file: OfficialFile) throws -> OfficialFile {
      let path = place + "/" + file.name
      return OfficialFile(
        name: file.name, bytes: try fileSize(path), sha256: try digest(ofFile: path, SHA256.self))
    }
    return CIFARLayout(
      name: name, title: title, folder: folder, labels: labels, training: try training.map(published),
      test: try published(test))
  }
}

func datasetSettings(_ given: [String: Value] = [:]) throws -> Settings {
  try Settings(CIFAR10.settings, given: given, owner: "dataset cifar10")
}

/// The description of the error that a closure throws; nil if it does not throw.
func message<T>(_ body: () throws -> T) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}
