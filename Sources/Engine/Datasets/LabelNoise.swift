import Configuration
import Core

/// Symmetric label noise: with probability `share`, a training label is replaced by one drawn uniformly from the OTHER
/// classes, so that `share` is the expected share of wrong labels.
///
/// This is the convention of Patrini et al. 2017 and Han et al. 2018 (co-teaching), in which a label keeps its class
/// with probability 1 - share. Papers that draw from all classes, including the true one, have share * (classes - 1) /
/// classes wrong labels at the same nominal share: 36 % instead of 40 % for ten classes.
///
/// A label depends only on the index of its image, the share and the number of classes. Hence all seeds and methods use
/// the same labels, the labels of a leading part are those of the whole, and a label that is wrong at a smaller
/// share has the same wrong value at a larger one.
public struct LabelNoise: Hashable, Sendable {
  /// 0...1.
  public let share: Double
  /// Labels count from 0.
  public let classes: Int

  /// The key of the random stream. It is independent of the seeds of runs and never changes, because the identity of
  /// cells depends on the labels.
  static let seed: UInt64 = 1

  /// - Precondition: `share` in 0...1, and at least two classes unless it is 0.
  public init(share: Double, classes: Int) {
    precondition((0...1).contains(share) && (share == 0 || classes > 1), "LabelNoise: 0...1, and two classes or more")
    self.share = share
    self.classes = classes
  }

  /// The labels used for training in place of the true labels.
  public func labels(replacing labels: [UInt8]) -> [UInt8] {
    labels.indices.map { i in
      var stream = RandomStream(seed: LabelNoise.seed, purpose: .labelNoise, index: i)
      guard stream.uniform() < share else { return labels[i] }
      return UInt8((Int(labels[i]) + 1 + stream.integer(below: classes - 1)) % classes)
    }
  }

  static let setting = Setting(
    "label_noise", default: 0.0, in: 0...1,
    "share of training labels replaced by labels of other classes, the same for all seeds and methods",
    from: .paper("4.1: clean labels")
  ).addedLater
}
