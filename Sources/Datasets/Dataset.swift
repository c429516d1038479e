import Crypto

/// Images of 32 x 32 pixels as CIFAR's files store them: per image 1024 bytes red, green, blue, row-major.
public struct ImageSet: Sendable {
  /// 3072 bytes an image.
  public let pixels: [UInt8]
  /// One class an image, counted from 0.
  public let labels: [UInt8]

  /// Images.
  public var count: Int { labels.count }

  /// Images and their classes, in one order.
  public init(pixels: [UInt8], labels: [UInt8]) {
    precondition(pixels.count == labels.count * 3072, "ImageSet: 3072 bytes an image")
    self.pixels = pixels
    self.labels = labels
  }
}

/// A loaded data set. Its fingerprint covers every byte that can change a number, so it is part of a cell's identity.
public struct Dataset: Sendable {
  /// Where the images are from.
  public enum Provenance: Hashable, Sendable {
    /// The whole data set as its source publishes it; of CIFAR all files, checksums verified.
    case official
    /// A part of it, or files that are not known to be whole: reports say so above every table.
    case subset
    /// The generated stand-in: not evidence for accuracies.
    case generated
  }

  /// The key in a suite file: cifar10, cifar100.
  public let name: String
  /// As the paper writes it: CIFAR-10.
  public let title: String
  /// How many labels there are.
  public let classes: Int
  /// What is trained on, at least one image.
  public let training: ImageSet
  /// What accuracies are measured on, at least one image.
  public let test: ImageSet
  /// Whether these are the official images.
  public let provenance: Provenance
  /// SHA-256 over name, counts, pixels and labels, lowercase hexadecimal.
  public let fingerprint: String

  /// A data set in memory.
  ///
  /// - Precondition: neither part is empty, and every label is below `classes`.
  public init(
    name: String, title: String, classes: Int, training: ImageSet, test: ImageSet, provenance: Provenance
  ) {
    precondition(training.count > 0 && test.count > 0, "Dataset \(name): images to train on and images to test on")
    precondition(
      [training, test].allSatisfy { $0.labels.allSatisfy { $0 < classes } },
      "Dataset \(name): labels must be 0 to \(classes - 1)")
    self.name = name
    self.title = title
    self.classes = classes
    self.training = training
    self.test = test
    self.provenance = provenance
    fingerprint = Dataset.fingerprint(name: name, classes: classes, training: training, test: test)
  }

  /// SHA-256 over name, counts, pixels and labels as used, lowercase hexadecimal: equal data give equal fingerprints
  /// wherever they came from.
  package static func fingerprint(name: String, classes: Int, training: ImageSet, test: ImageSet) -> String {
    var hasher = SHA256()
    hasher.update(data: Array("\(name) \(classes) \(training.count) \(test.count)\n".utf8))
    for images in [training, test] {
      images.pixels.withUnsafeBytes { hasher.update(bufferPointer: $0) }
      images.labels.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    }
    return hexadecimal(hasher.finalize())
  }
}
