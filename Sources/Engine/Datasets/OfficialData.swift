import Foundation

/// The data sets with official binary files, which `data fetch`, `data verify` and `data generate` support.
public enum OfficialData: String, CaseIterable, Sendable {
  /// CIFAR-10: ten classes.
  case cifar10
  /// CIFAR-100: 100 classes.
  case cifar100

  /// The name in the paper.
  public var title: String { layout.title }

  /// The subfolder of a data folder that contains the files.
  public var subfolder: String { layout.folder }

  /// Checks for each file whether it is official, a subset, generated or damaged.
  ///
  /// - Parameter folder: a data folder, or the folder of the data set itself.
  /// - Throws: `DatasetError.folderNotFound` if no file of the data set exists.
  public func verify(in folder: String) throws(DatasetError) -> [FileVerdict] {
    try Datasets.verify(layout, in: folder)
  }

  /// Writes generated images in the official binary layout, so that any reader of the official files can read them.
  /// A count of 0 means the default number of images.
  ///
  /// - Returns: the files written.
  /// - Throws: `DatasetError` if files already exist or the folder cannot be written.
  @discardableResult
  public func generate(
    into folder: String, training: Int = 0, test: Int = 0, seed: UInt64 = 1
  ) throws(DatasetError) -> [String] {
    // The images, the records of a file, and the copy that is written.
    let (trainingSet, testSet) = try generatedImages(
      layout, training: training == 0 ? GeneratedImages.trainingCount : training,
      test: test == 0 ? GeneratedImages.testCount : test, seed: seed, copies: 3)
    return try write(trainingSet, testSet, in: layout, seed: seed, to: folder + "/" + layout.folder)
  }

  /// Downloads the official archive, resuming an earlier attempt, verifies and unpacks it, and verifies every file.
  /// Nothing else in the project uses the network.
  ///
  /// - Parameters:
  ///   - showsProgress: whether to show the progress of the download on standard error.
  ///   - report: called with one line before each stage.
  /// - Returns: the folder that contains the official files.
  @discardableResult
  public func fetch(
    into folder: String, showsProgress: Bool = false, report: (String) -> Void = { _ in }
  ) throws(DatasetError) -> String {
    try Datasets.fetch(archive, layout, into: folder, showsProgress: showsProgress, report: report)
  }

  var layout: CIFARLayout {
    switch self {
    case .cifar10: .cifar10
    case .cifar100: .cifar100
    }
  }

  // Sizes and MD5: datasets-mila/datasets--cifar10 and --cifar100. SHA-256: tensorflow/datasets
  // tensorflow_datasets/url_checksums/cifar10.txt and cifar100.txt.
  var archive: OfficialArchive {
    switch self {
    case .cifar10:
      OfficialArchive(
        url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", bytes: 170_052_171,
        md5: "c32a1d4ab5d03f1284b67883e8d87530",
        sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")
    case .cifar100:
      OfficialArchive(
        url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", bytes: 168_513_733,
        md5: "03b5dce01913d631647c71ecec9e9cb8",
        sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")
    }
  }
}

/// The result of `verify` for one file.
public struct FileVerdict: Sendable {
  /// The kind of a file.
  public enum Finding: Sendable {
    /// Size and checksum are those published.
    case official
    /// Complete records with valid labels, but not as many as in the official file.
    case subset(records: Int)
    /// As many records as in the official file, but another checksum.
    case changed(records: Int, sha256: String)
    /// Written by `generate`.
    case generated(records: Int)
    /// Incomplete records or invalid labels.
    case damaged(DatasetError)
  }

  /// The path of the file.
  public let path: String
  /// The kind of the file.
  public let finding: Finding

  /// Whether the file is damaged and must not be used.
  public var isDamaged: Bool { if case .damaged = finding { true } else { false } }

  /// Whether it is bitwise identical to the published file.
  public var isOfficial: Bool { if case .official = finding { true } else { false } }
}

extension FileVerdict: CustomStringConvertible {
  public var description: String {
    switch finding {
    case .official: "\(path): official"
    case .subset(let records): "\(path): subset of \(records) records"
    case .changed(let records, let sha256):
      "\(path): \(records) records like the official file, but SHA-256 \(sha256) is not the published one"
    case .generated(let records): "\(path): generated, \(records) records"
    case .damaged(let error): "damaged: \(error)"
    }
  }
}
