/// An error in a data set or its files. The description names the file, the allowed values and the remedy.
public enum DatasetError: Error, Equatable, Sendable {
  /// What a caller can do about it; the command line turns it into an exit code.
  public enum Kind: Sendable {
    /// The data are not there.
    case notFound
    /// A file is there, but its content cannot be right.
    case damaged
    /// The data are fine but not what the profile or the settings ask for.
    case refused
    /// The system refused to read or write, or a child process failed.
    case system
  }

  /// A named folder holds no such files.
  case folderNotFound(path: String, dataset: String)
  /// Official files are asked for and there is no data folder.
  case noFolder(dataset: String, subfolder: String)
  /// One of several files is not there.
  case missingFile(path: String, dataset: String)
  /// A folder or device stands where a file should.
  case notAFile(path: String)
  /// The system refuses to read it.
  case unreadable(path: String, reason: String)
  /// A file without any record.
  case empty(path: String, recordBytes: Int)
  /// A file that ends inside a record.
  case partialRecord(path: String, bytes: Int, recordBytes: Int)
  /// A class that does not exist.
  case label(path: String, record: Int, offset: Int, value: Int, kind: String, classes: Int)
  /// More images are asked for than there are.
  case tooFewRecords(dataset: String, part: String, asked: Int, present: Int, path: String)
  /// The images do not fit the memory there is.
  case tooLarge(dataset: String, training: Int, test: Int, reason: String)
  /// The profile takes official files only.
  case notOfficial(dataset: String, reason: String)
  /// The profile takes no generated images.
  case generatedRefused(dataset: String, path: String?)
  /// A download of another length.
  case wrongSize(path: String, bytes: Int, expected: Int)
  /// A download of another content.
  case wrongChecksum(path: String, algorithm: String, digest: String, expected: String)
  /// The system refuses to write it.
  case unwritable(path: String, reason: String)
  /// Something is there already.
  case exists(path: String, reason: String)
  /// A program that fetching needs is not installed.
  case toolMissing(tool: String, url: String, folder: String)
  /// The archive could not be fetched; what came is kept.
  case downloadFailed(url: String, reason: String, partial: String, hasArrived: Bool)
  /// The archive could not be unpacked.
  case extractionFailed(path: String, reason: String)

  /// What to do about it, as exit codes tell it apart.
  public var kind: Kind {
    switch self {
    case .folderNotFound, .noFolder, .missingFile: .notFound
    case .notAFile, .empty, .partialRecord, .label, .wrongSize, .wrongChecksum: .damaged
    case .tooFewRecords, .notOfficial, .generatedRefused, .exists: .refused
    case .unreadable, .unwritable, .toolMissing, .downloadFailed, .extractionFailed, .tooLarge: .system
    }
  }
}

extension DatasetError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .folderNotFound(let path, let dataset):
      return "\(path): no \(dataset) files there. Point --data or SAMBENCH_DATA at the folder that holds "
        + "cifar-10-batches-bin and cifar-100-binary, or leave both out to use generated images."
    case .noFolder(let dataset, let subfolder):
      return "\(dataset): the official files are asked for, but no data folder was found. Give --data or SAMBENCH_DATA "
        + "a folder that holds \(subfolder), or fetch them with the command 'data fetch \(dataset)'."
    case .missingFile(let path, let dataset):
      return "\(path): missing. \(dataset) needs every one of its files; the command 'data fetch \(dataset)' gets them."
    case .notAFile(let path):
      return "\(path): a folder or device stands where a data file should. Move it away and put the file there."
    case .unreadable(let path, let reason):
      return "\(path): cannot be read (\(reason)). Check its permissions and the disk."
    case .empty(let path, let recordBytes):
      return "\(path): empty. It should hold whole records of \(recordBytes) bytes; copy or fetch it again."
    case .partialRecord(let path, let bytes, let recordBytes):
      let extra = bytes % recordBytes
      return "\(path): \(bytes) bytes are not whole records of \(recordBytes) bytes: \(extra) too many. "
        + "\(bytes - extra) bytes would be \(bytes / recordBytes) records; the file was cut short or grew. "
        + "Copy or fetch it again."
    case .label(let path, let record, let offset, let value, let kind, let classes):
      return "\(path): record \(record) (counted from 0) has \(kind)label \(value) at byte \(offset); allowed are 0 to "
        + "\(classes - 1). The file is damaged or of another layout; copy or fetch it again."
    case .tooFewRecords(let dataset, let part, let asked, let present, let path):
      return "dataset \(dataset): '\(part)' asks for \(asked) records, but \(path) holds \(present). "
        + "Lower it, set it to 0 for all, or provide more data."
    case .tooLarge(let dataset, let training, let test, let reason):
      return "dataset \(dataset): \(training) training and \(test) test images: \(reason), or lower 'dataset.training' "
        + "and 'dataset.test'."
    case .notOfficial(let dataset, let reason):
      return "\(dataset): this profile accepts only the complete official files, and these are not: \(reason). "
        + "The command 'data verify' says more, 'data fetch \(dataset)' gets the official files."
    case .generatedRefused(let dataset, let path?):
      return
        "\(path): holds generated images in place of \(dataset) (\(generatedMark) says so), and this profile accepts "
        + "none. Point --data or SAMBENCH_DATA at the official files, or use the profile smoke or quick."
    case .generatedRefused(let dataset, nil):
      return "\(dataset): 'source: generated' is asked for, but this profile accepts no generated images. "
        + "Remove the setting or use the profile smoke or quick."
    case .wrongSize(let path, let bytes, let expected):
      return "\(path): \(bytes) bytes, but the official file has \(expected)."
    case .wrongChecksum(let path, let algorithm, let digest, let expected):
      return "\(path): \(algorithm) \(digest), but the official file has \(expected). It was damaged on the way; "
        + "fetch it again."
    case .unwritable(let path, let reason):
      return "\(path): cannot be written (\(reason)). Check permissions and free space, or choose another folder."
    case .exists(let path, let reason):
      return "\(path): exists already and is left alone: \(reason). Move it away or choose another folder."
    case .toolMissing(let tool, let url, let folder):
      return "'\(tool)' was not found, and fetching needs it. Install it (apt-get install \(tool)), or download \(url) "
        + "by other means into \(folder) and fetch again: a complete archive is not downloaded twice."
    case .downloadFailed(let url, let reason, let partial, let hasArrived):
      let rest =
        hasArrived ? "What arrived is kept in \(partial); fetch again to continue" : "Nothing arrived; fetch again"
      return "\(url): the download failed (\(reason)). \(rest), or download the file by other means to "
        + "\(partial.hasSuffix(".part") ? String(partial.dropLast(5)) : partial)."
    case .extractionFailed(let path, let reason):
      return "\(path): cannot be unpacked (\(reason))."
    }
  }
}
