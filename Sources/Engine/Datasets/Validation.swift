import Configuration
import Core

/// Part of the training set, held out and used in place of the test set, so that settings can be chosen without the
/// test set.
///
/// Every class gives the same share of its images, to within one image, drawn at random. The draw depends only on the
/// true labels and the count, so all seeds and methods hold out the same images.
public struct Validation: Hashable, Sendable {
  /// The number of images held out; 0 holds out none.
  public let count: Int
  /// The number of classes; labels count from 0.
  public let classes: Int

  /// The key of the stream. It is not a run's seed, and it never changes: cells are known by the images it selects.
  static let seed: UInt64 = 1

  /// A split into two parts.
  ///
  /// - Precondition: `count` is not negative.
  public init(count: Int, classes: Int) {
    precondition(count >= 0, "Validation: a count of images")
    self.count = count
    self.classes = classes
  }

  /// The indices of the images to train on and of those held out, both in ascending order.
  ///
  /// - Precondition: at least one image is left to train on, and every label is below `classes`.
  public func split(_ labels: [UInt8]) -> (training: [Int], heldOut: [Int]) {
    precondition(count < labels.count, "Validation: no image is left to train on")
    var members = [[Int]](repeating: [], count: classes)
    for (index, label) in labels.enumerated() { members[Int(label)].append(index) }
    var isHeldOut = [Bool](repeating: false, count: labels.count)
    for (label, quota) in quotas(members.map(\.count)).enumerated() where quota > 0 {
      var stream = RandomStream(seed: Validation.seed, purpose: .validation, index: label)
      for place in stream.permutation(of: members[label].count).prefix(quota) {
        isHeldOut[members[label][Int(place)]] = true
      }
    }
    return (labels.indices.filter { !isHeldOut[$0] }, labels.indices.filter { isHeldOut[$0] })
  }

  /// The number of images from each class, by the method of largest remainders; of equal remainders, the lower class is
  /// first.
  private func quotas(_ sizes: [Int]) -> [Int] {
    let total = sizes.reduce(0, +)
    var quotas = sizes.map { $0 * count / total }
    let missing = count - quotas.reduce(0, +)
    let remainders = sizes.map { $0 * count % total }
    let order = sizes.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
    for label in order.prefix(missing) { quotas[label] += 1 }
    return quotas
  }

  /// Checks that images are left to train on.
  ///
  /// - Parameters:
  ///   - count: the value of the setting.
  ///   - training: the number of training images.
  ///   - dataset: the data set's key, for the message.
  public static func check(_ count: Int, of training: Int, in dataset: String) throws(DatasetError) {
    guard count < training else { throw .tooManyHeldOut(dataset: dataset, asked: count, training: training) }
  }

  /// The setting of every data set that can be tuned on; pass its value to `Dataset`.
  public static let setting = Setting(
    "validation", default: 0, in: 0...10_000_000,
    "training images held out and used in place of the test images, the same for all seeds and methods",
    from: .paper("4.1: all training images")
  ).addedLater
}
