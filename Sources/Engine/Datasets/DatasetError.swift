/// An error in a data set or its files. The description names the file, the allowed values and how to fix it.
public enum DatasetError: Error, Equatable, Sendable {
  /// The kind of an error, which determines the exit code.
  public enum Kind: Sendable {
    /// The data are missing.
    case notFound
    /// A file exists, but its content is invalid.
    case damaged
    /// The data are valid, but not allowed by the profile or the settings.
    case refused
    /// Reading or writing failed, or a child process failed.
    case system
  }

  /// An explicitly given folder does not contain the files.
  case folderNotFound(path: String, dataset: String)
  /// Official files are required, but there is no data folder.
  case noFolder(dataset: String, subfolder: String)
  /// One of several files is missing.
  case missingFile(path: String, dataset: String)
  /// A folder or device in place of a file.
  case notAFile(path: String)
  /// The system cannot read the file.
  case unreadable(path: String, reason: String)
  /// A file without any record.
  case empty(path: String, recordBytes: Int)
  /// A file that ends inside a record.
  case partialRecord(path: String, bytes: Int, recordBytes: Int)
  /// A label out of range.
  case label(path: String, record: Int, offset: Int, value: Int, kind: String, classes: Int)
  /// More images are requested than exist.
  case tooFewRecords(dataset: String, part: String, asked: Int, present: Int, path: String)
  /// More training images are held out than exist.
  case tooManyHeldOut(dataset: String, asked: Int, training: Int)
  /// The images do not fit in memory.
  case tooLarge(dataset: String, training: Int, test: Int, reason: String)
  /// The profile accepts only official files.
  case notOfficial(dataset: String, reason: String)
  /// The profile does not accept generated images.
  case generatedRefused(dataset: String, path: String?)
  /// A download of the wrong size.
  case wrongSize(path: String, bytes: Int, expected: Int)
  /// A download with a wrong checksum.
  case wrongChecksum(path: String, algorithm: String, digest: String, expected: String)
  /// The system cannot write the file.
  case unwritable(path: String, reason: String)
  /// The file or folder already exists.
  case exists(path: String, reason: String)
  /// A program required for downloads is not installed.
  case toolMissing(tool: String, url: String, folder: String)
  /// The download failed; a partial file is kept.
  case downloadFailed(url: String, reason: String, partial: String, hasArrived: Bool)
  /// The archive could not be unpacked.
  case extractionFailed(path: String, reason: String)

  /// The kind of the error.
  public var kind: Kind {
    switch self {
    case .folderNotFound, .noFolder, .missingFile: .notFound
    case .notAFile, .empty, .partialRecord, .label, .wrongSize, .wrongChecksum: .damaged
    case .tooFewRecords, .tooManyHeldOut, .notOfficial, .generatedRefused, .exists: .refused
    case .unreadable, .unwritable, .toolMissing, .downloadFailed, .extractionFailed, .tooLarge: .system
    }
  }
}

extension DatasetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .folderNotFound(let path, let dataset):
      return "\(path): no \(dataset) files found. Set --data or SAMBENCH_DATA to the folder that contains "
        + "cifar-10-batches-bin and cifar-100-binary, or omit both to use generated images."
    case .noFolder(let dataset, let subfolder):
      return "\(dataset): the official files are required, but there is no data folder. Set --data or SAMBENCH_DATA to "
        + "a folder that contains \(subfolder), or download the files with 'data fetch \(dataset)'."
    case .missingFile(let path, let dataset):
      return "\(path): missing. All files of \(dataset) are required; download them with 'data fetch \(dataset)'."
    case .notAFile(let path):
      return "\(path): a folder or device, not a data file. Replace it with the file."
    case .unreadable(let path, let reason):
      return "\(path): cannot be read (\(reason)). Check its permissions and the disk."
    case .empty(let path, let recordBytes):
      return "\(path): empty. It must contain records of \(recordBytes) bytes; copy or download it again."
    case .partialRecord(let path, let bytes, let recordBytes):
      let extra = bytes % recordBytes
      return "\(path): \(bytes) bytes are not a multiple of the record size, \(recordBytes) bytes: \(extra) more than "
        + "\(bytes / recordBytes) records. The file was truncated or extended; copy or download it again."
    case .label(let path, let record, let offset, let value, let kind, let classes):
      return "\(path): record \(record) (counted from 0) has \(kind)label \(value) at byte \(offset); allowed are 0 to "
        + "\(classes - 1). The file is damaged or has another layout; copy or download it again."
    case .tooFewRecords(let dataset, let part, let asked, let present, let path):
      return "dataset \(dataset): '\(part)' is \(asked), but \(path) has only \(present) records. Reduce it, set it to "
        + "0 for all, or provide more data."
    case .tooManyHeldOut(let dataset, let asked, let training):
      return "dataset \(dataset): 'validation' is \(asked), which leaves none of the \(training) training images. "
        + "Reduce it; a tenth of the training images is usual."
    case .tooLarge(let dataset, let training, let test, let reason):
      return "dataset \(dataset): \(training) training and \(test) test images: \(reason), or reduce "
        + "'dataset.training' and 'dataset.test'."
    case .notOfficial(let dataset, let reason):
      return "\(dataset): this profile requires the complete official files, and these are not: \(reason). "
        + "'data verify' checks every file, 'data fetch \(dataset)' downloads the official files."
    case .generatedRefused(let dataset, let path?):
      return
        "\(path): contains generated images in place of \(dataset) (see \(generatedMark)), which this profile does not "
        + "accept. Set --data or SAMBENCH_DATA to the official files, or use the profile smoke or quick."
    case .generatedRefused(let dataset, nil):
      return "\(dataset): 'source: generated' is set, but this profile does not accept generated images. "
        + "Remove the setting, or use the profile smoke or quick."
    case .wrongSize(let path, let bytes, let expected):
      return "\(path): \(bytes) bytes, but the official file has \(expected)."
    case .wrongChecksum(let path, let algorithm, let digest, let expected):
      return "\(path): \(algorithm) \(digest), but the official file has \(expected). It was damaged during the "
        + "download; fetch it again."
    case .unwritable(let path, let reason):
      return "\(path): cannot be written (\(reason)). Check permissions and free space, or choose another folder."
    case .exists(let path, let reason):
      return "\(path): already exists and is not changed: \(reason). Move it away or choose another folder."
    case .toolMissing(let tool, let url, let folder):
      return "'\(tool)' was not found, but is required for downloads. Install it (apt-get install \(tool)), or "
        + "download \(url) to \(folder) by other means and fetch again: a complete archive is not downloaded twice."
    case .downloadFailed(let url, let reason, let partial, let hasArrived):
      let rest =
        hasArrived ? "The partial file is kept in \(partial); fetch again to resume" : "Nothing arrived; fetch again"
      return "\(url): the download failed (\(reason)). \(rest), or download the file by other means to "
        + "\(partial.hasSuffix(".part") ? String(partial.dropLast(5)) : partial)."
    case .extractionFailed(let path, let reason):
      return "\(path): cannot be unpacked (\(reason))."
    }
  }
}
