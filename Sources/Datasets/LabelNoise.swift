import Configuration
import Tensors

/// Symmetric label noise: each training label is replaced with probability `share` by one drawn uniformly from the OTHER
/// classes, so that `share` is the expected share of wrong labels.
///
/// This is the convention of Patrini et al. 2017 and Han et al. 2018 (co-teaching), in which a label keeps its class with
/// probability 1 - share. Papers that draw from all classes, the true one included, have share * (classes - 1) / classes
/// wrong labels at the same nominal share: 36 % at 40 % of ten classes.
///
/// A label depends on its image's index, the share and the number of classes alone. So every seed and every method sees
/// the same labels, the labels of a leading part are those of the whole, and what a smaller share makes wrong a larger
/// one makes wrong in the same way.
public struct LabelNoise: Hashable, Sendable {
  /// 0...1.
  public let share: Double
  /// Labels count from 0.
  public let classes: Int

  /// The key of the stream. It is no run's seed, and never changes: cells are known by the labels it gives.
  static let seed: UInt64 = 1

  /// - Precondition: `share` in 0...1, and at least two classes unless it is 0.
  public init(share: Double, classes: Int) {
    precondition((0...1).contains(share) && (share == 0 || classes > 1), "LabelNoise: 0...1, and two classes or more")
    self.share = share
    self.classes = classes
  }

  /// What training sees in place of the true labels.
  public func labels(replacing labels: [UInt8]) -> [UInt8] {
    labels.indices.map { i in
      var stream = RandomStream(seed: LabelNoise.seed, purpose: .labelNoise, index: i)
      guard stream.uniform() < share else { return labels[i] }
      return UInt8((Int(labels[i]) + 1 + stream.integer(below: classes - 1)) % classes)
    }
  }

  static let setting = Setting(
    "label_noise", default: 0.0, in: 0...1,
    "share of the training labels made wrong: drawn from the other classes, the same for all seeds and methods",
    from: .paper("4.1: clean labels")
  ).addedLater
}
