import Configuration

/// Images as the official files store them: per image 1024 bytes red, green, blue, row-major.
public struct ImageSet: Sendable {
  /// 3072 bytes an image.
  public let pixels: [UInt8]
  /// One class an image.
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
    /// All official files, checksums verified.
    case official
    /// Official layout, other number of records.
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
  /// What is trained on.
  public let training: ImageSet
  /// What accuracies are measured on.
  public let test: ImageSet
  /// Whether these are the official images.
  public let provenance: Provenance
  /// SHA-256 over name, pixels and labels, lowercase hexadecimal.
  public let fingerprint: String

  /// A data set in memory; the fingerprint must change with any byte of it.
  public init(
    name: String, title: String, classes: Int, training: ImageSet, test: ImageSet, provenance: Provenance,
    fingerprint: String
  ) {
    self.name = name
    self.title = title
    self.classes = classes
    self.training = training
    self.test = test
    self.provenance = provenance
    self.fingerprint = fingerprint
  }
}
