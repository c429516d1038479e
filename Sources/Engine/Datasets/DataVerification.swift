import Crypto

/// One verdict per file, in the layout's order.
func verify(_ layout: CIFARLayout, in folder: String) throws(DatasetError) -> [FileVerdict] {
  guard let place = layout.place(in: folder) else { throw .folderNotFound(path: folder, dataset: layout.name) }
  let isGenerated = exists(place + "/" + generatedMark)
  return layout.files.map { file in
    let path = place + "/" + file.name
    do throws(DatasetError) {
      return FileVerdict(path: path, finding: try finding(file, at: path, in: layout, isGenerated: isGenerated))
    } catch {
      return FileVerdict(path: path, finding: .damaged(error))
    }
  }
}

private func finding(
  _ file: OfficialFile, at path: String, in layout: CIFARLayout, isGenerated: Bool
) throws(DatasetError) -> FileVerdict.Finding {
  var pixels: [UInt8] = []
  var labels: [UInt8] = []
  try layout.append(file: path, pixels: &pixels, labels: &labels)
  if isGenerated { return .generated(records: labels.count) }
  guard labels.count * layout.recordBytes == file.bytes else { return .subset(records: labels.count) }
  let digest = try digest(ofFile: path, SHA256.self)
  return digest == file.sha256 ? .official : .changed(records: labels.count, sha256: digest)
}
