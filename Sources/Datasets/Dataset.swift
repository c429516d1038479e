import Configuration

/// Images as the official files store them: per image 1024 bytes red, green, blue, row-major.
public struct ImageSet: Sendable {
  public let pixels: [UInt8]
  public let labels: [UInt8]

  public var count: Int { labels.count }

  public init(pixels: [UInt8], labels: [UInt8]) {
    precondition(pixels.count == labels.count * 3072, "ImageSet: 3072 bytes an image")
    self.pixels = pixels
    self.labels = labels
  }
}

/// A loaded data set. Its fingerprint covers every byte that can change a number, so it is part of a cell's identity.
public struct Dataset: Sendable {
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
  public let classes: Int
  public let training: ImageSet
  public let test: ImageSet
  public let provenance: Provenance
  /// SHA-256 over name, pixels and labels, lowercase hexadecimal.
  public let fingerprint: String

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
