import Configuration
import Crypto

/// Images of 32 x 32 pixels in the format of CIFAR's files: per image 1024 bytes each of red, green and blue,
/// row-major.
public struct ImageSet: Sendable {
  /// 3072 bytes per image.
  public let pixels: [UInt8]
  /// The class of each image, counted from 0.
  public let labels: [UInt8]

  /// Number of images.
  public var count: Int { labels.count }

  /// Images and their classes, in the same order.
  public init(pixels: [UInt8], labels: [UInt8]) {
    precondition(pixels.count == labels.count * 3072, "ImageSet: 3072 bytes per image")
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
    return picked(kept)
  }

  /// The images at these indices, in this order.
  func picked(_ indices: [Int]) -> ImageSet {
    var picked: [UInt8] = []
    picked.reserveCapacity(indices.count * 3072)
    for i in indices { picked.append(contentsOf: pixels[i * 3072..<(i + 1) * 3072]) }
    return ImageSet(pixels: picked, labels: indices.map { labels[$0] })
  }
}

/// A loaded data set. Its fingerprint covers every byte that can affect results, so it is part of a cell's identity.
///
/// With label noise, `training` has the labels used for training, and `trueLabels` those of the files. Test labels are
/// always true.
public struct Dataset: Sendable {
  /// The origin of the images.
  public enum Provenance: String, Hashable, Sendable {
    /// The whole published data set. For CIFAR: all files, with verified checksums.
    case official
    /// A part of it, or files that are not known to be complete. Reports state this above every table.
    case subset
    /// Generated images, which are no evidence for accuracies.
    case generated
  }

  /// The key in a suite file: cifar10, cifar100.
  public let name: String
  /// The name in the paper: CIFAR-10.
  public let title: String
  /// Number of classes.
  public let classes: Int
  /// The training images, at least one.
  public let training: ImageSet
  /// The nominal share of wrong training labels, 0...1.
  public let labelNoise: Double
  /// The true class of every training image; nil without label noise.
  public let trueLabels: [UInt8]?
  /// The test images, at least one.
  public let test: ImageSet
  /// The number of training images that are held out as `test`; 0 if `test` is the data set's own test set.
  public let validationCount: Int
  /// Whether these are the official images.
  public let provenance: Provenance
  /// SHA-256 over name, counts, pixels and labels, and over the true labels if they differ, in lowercase hexadecimal.
  public let fingerprint: String

  /// A data set in memory.
  ///
  /// - Parameters:
  ///   - labelNoise: the share of the training labels that `LabelNoise` replaces with wrong ones, 0...1.
  ///   - validation: the number of training images that `Validation` holds out. They keep their true labels and replace
  ///     `test`, which may then be empty.
  /// - Precondition: neither part is empty, every label is below `classes`, and noise needs at least two classes.
  public init(
    name: String, title: String, classes: Int, training: ImageSet, test: ImageSet, provenance: Provenance,
    labelNoise: Double = 0, validation: Int = 0
  ) {
    precondition(
      training.count > validation && (test.count > 0 || validation > 0),
      "Dataset \(name): training and test images must not be empty")
    precondition(
      [training, test].allSatisfy { $0.labels.allSatisfy { $0 < classes } },
      "Dataset \(name): labels must be 0 to \(classes - 1)")
    self.name = name
    self.title = title
    self.classes = classes
    // Noise depends on the index in the whole training set, so images that are held out change no other label.
    let labelled =
      labelNoise == 0
      ? training
      : ImageSet(
        pixels: training.pixels,
        labels: LabelNoise(share: labelNoise, classes: classes).labels(replacing: training.labels))
    if validation == 0 {
      (self.training, self.test) = (labelled, test)
      trueLabels = labelNoise == 0 ? nil : training.labels
    } else {
      let (rest, heldOut) = Validation(count: validation, classes: classes).split(training.labels)
      (self.training, self.test) = (labelled.picked(rest), training.picked(heldOut))
      trueLabels = labelNoise == 0 ? nil : rest.map { training.labels[$0] }
    }
    validationCount = validation
    // Training on a part of the official images is not what their source publishes.
    self.provenance = provenance == .official && validation > 0 ? .subset : provenance
    self.labelNoise = labelNoise
    fingerprint = Dataset.fingerprint(
      name: name, classes: classes, training: self.training, test: self.test, trueLabels: trueLabels)
  }

  /// Number of training labels that differ from the true ones.
  public var noisyCount: Int {
    guard let trueLabels else { return 0 }
    return zip(training.labels, trueLabels).count { $0 != $1 }
  }

  /// SHA-256 over name, counts, pixels and the labels used for training, in lowercase hexadecimal. Equal data give
  /// equal fingerprints, whatever their origin.
  package static func fingerprint(
    name: String, classes: Int, training: ImageSet, test: ImageSet, trueLabels: [UInt8]? = nil
  ) -> String {
    var hasher = SHA256()
    hasher.update(data: Array("\(name) \(classes) \(training.count) \(test.count)\n".utf8))
    for images in [training, test] {
      images.pixels.withUnsafeBytes { hasher.update(bufferPointer: $0) }
      images.labels.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    }
    // Included only if they differ, so that data sets without noise keep their fingerprints.
    trueLabels?.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    return hexadecimal(hasher.finalize())
  }
}
