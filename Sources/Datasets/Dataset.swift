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

  /// The first `count` images of each class, in their order.
  func leading(perClass count: Int, classes: Int) -> ImageSet {
    var taken = [Int](repeating: 0, count: classes)
    let kept = labels.indices.filter { i in
      taken[Int(labels[i])] += 1
      return taken[Int(labels[i])] <= count
    }
    return ImageSet(pixels: kept.flatMap { pixels[$0 * 3072..<($0 + 1) * 3072] }, labels: kept.map { labels[$0] })
  }
}

/// A loaded data set. Its fingerprint covers every byte that can change a number, so it is part of a cell's identity.
///
/// With label noise `training` has the labels that are trained on, and `trueLabels` those of the files. Test labels are
/// always the true ones.
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
  /// The share of the training labels that were to be wrong, 0...1.
  public let labelNoise: Double
  /// The true class of every training image; nil without label noise.
  public let trueLabels: [UInt8]?
  /// What accuracies are measured on, at least one image.
  public let test: ImageSet
  /// Whether these are the official images.
  public let provenance: Provenance
  /// SHA-256 over name, counts, pixels and labels, lowercase hexadecimal; true labels too where they are not the same.
  public let fingerprint: String

  /// A data set in memory.
  ///
  /// - Parameter labelNoise: the share of the training labels that `LabelNoise` makes wrong, 0...1.
  /// - Precondition: neither part is empty, every label is below `classes`, and noise has another class to choose.
  public init(
    name: String, title: String, classes: Int, training: ImageSet, test: ImageSet, provenance: Provenance,
    labelNoise: Double = 0
  ) {
    precondition(training.count > 0 && test.count > 0, "Dataset \(name): images to train on and images to test on")
    precondition(
      [training, test].allSatisfy { $0.labels.allSatisfy { $0 < classes } },
      "Dataset \(name): labels must be 0 to \(classes - 1)")
    self.name = name
    self.title = title
    self.classes = classes
    self.training =
      labelNoise == 0
      ? training
      : ImageSet(
        pixels: training.pixels,
        labels: LabelNoise(share: labelNoise, classes: classes).labels(replacing: training.labels))
    self.test = test
    self.provenance = provenance
    self.labelNoise = labelNoise
    trueLabels = labelNoise == 0 ? nil : training.labels
    fingerprint = Dataset.fingerprint(
      name: name, classes: classes, training: self.training, test: test, trueLabels: trueLabels)
  }

  /// How many training labels are not the true ones.
  public var noisyCount: Int {
    guard let trueLabels else { return 0 }
    return zip(training.labels, trueLabels).count { $0 != $1 }
  }

  /// SHA-256 over name, counts, pixels and labels as used, lowercase hexadecimal: equal data give equal fingerprints
  /// wherever they came from.
  package static func fingerprint(
    name: String, classes: Int, training: ImageSet, test: ImageSet, trueLabels: [UInt8]? = nil
  ) -> String {
    var hasher = SHA256()
    hasher.update(data: Array("\(name) \(classes) \(training.count) \(test.count)\n".utf8))
    for images in [training, test] {
      images.pixels.withUnsafeBytes { hasher.update(bufferPointer: $0) }
      images.labels.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    }
    // Only where they differ: data sets without noise keep the fingerprint they always had.
    trueLabels?.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    return hexadecimal(hasher.finalize())
  }
}
