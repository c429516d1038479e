import Core
import Kernels

/// Training accuracy on clean and on noisy labels, in percent; NaN if there are no such labels.
public struct LabelFit: Hashable, Codable, Sendable {
  /// The share of images with a true label that are assigned it.
  public var clean: Double
  /// The share of images with a wrong label that are assigned it (memorized), and the share of those that are assigned
  /// their true class instead.
  public var noisy: Double
  public var corrected: Double
}

/// Counts predictions by kind of label.
struct LabelCount: Codable {
  private var clean = 0
  private var cleanRight = 0
  private var noisy = 0
  private var noisyRight = 0
  private var noisyTrue = 0

  /// - Parameters:
  ///   - logits: `[batch, classes]`.
  ///   - trueLabels: the true labels of the whole training set, by dataset index.
  mutating func add(_ batch: Batch, logits: UnsafeBufferPointer<Float>, classes: Int, trueLabels: [UInt8]) {
    for k in 0..<batch.count {
      let label = Int(batch.labels[k])
      let truth = Int(trueLabels[Int(batch.samples[k])])
      let answer = highest(logits, row: k, classes: classes)
      if label == truth {
        clean += 1
        if answer == label { cleanRight += 1 }
      } else {
        noisy += 1
        if answer == label { noisyRight += 1 }
        if answer == truth { noisyTrue += 1 }
      }
    }
  }

  var fit: LabelFit {
    func percent(_ part: Int, of whole: Int) -> Double { 100 * Double(part) / Double(whole) }
    return LabelFit(
      clean: percent(cleanRight, of: clean), noisy: percent(noisyRight, of: noisy),
      corrected: percent(noisyTrue, of: noisy))
  }
}

/// The class with the highest score in row k; the first one if scores are equal.
func highest(_ logits: UnsafeBufferPointer<Float>, row k: Int, classes: Int) -> Int {
  let row = UnsafeBufferPointer(rebasing: logits[k * classes..<(k + 1) * classes])
  return row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
}
