import Foundation

/// The file that marks a folder of generated images, so that no table treats them as photographs.
let generatedMark = "generated.txt"

/// Writes images in the layout's record format. Training images are distributed evenly over the training files, in
/// order.
func write(
  _ training: ImageSet, _ test: ImageSet, in layout: CIFARLayout, seed: UInt64, to place: String
) throws(DatasetError) -> [String] {
  for file in layout.files where exists(place + "/" + file.name) {
    throw .exists(path: place + "/" + file.name, reason: "generated images never replace a file")
  }
  try makeFolder(place)
  let mark =
    "Images made by 'data generate' with seed \(seed). They are not photographs; accuracies on them are no "
    + "evidence about CIFAR.\n"
  try writeFile(Array(mark.utf8), to: place + "/" + generatedMark)
  var written: [String] = []
  let parts = layout.training.count
  for (i, file) in layout.training.enumerated() {
    let range = training.count * i / parts..<training.count * (i + 1) / parts
    try writeFile(records(training, range, in: layout), to: place + "/" + file.name)
    written.append(place + "/" + file.name)
  }
  try writeFile(records(test, 0..<test.count, in: layout), to: place + "/" + layout.test.name)
  return written + [place + "/" + layout.test.name]
}

/// The images of a range as records. A coarse label is the group of the fine label.
func records(_ images: ImageSet, _ range: Range<Int>, in layout: CIFARLayout) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(range.count * layout.recordBytes)
  for i in range {
    for label in layout.labels { bytes.append(UInt8(Int(images.labels[i]) * label.classes / layout.classes)) }
    bytes.append(contentsOf: images.pixels[i * CIFARLayout.pixelBytes..<(i + 1) * CIFARLayout.pixelBytes])
  }
  return bytes
}

func makeFolder(_ path: String) throws(DatasetError) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw .unwritable(path: path, reason: error.localizedDescription)
  }
}

/// Writes to a temporary file and renames it, so that no partial file has the final name.
func writeFile(_ bytes: [UInt8], to path: String) throws(DatasetError) {
  do {
    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    throw .unwritable(path: path, reason: error.localizedDescription)
  }
}
