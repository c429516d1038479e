import Kernels
import Tensors

/// Training accuracy on clean and on noisy labels apart, in percent; not-a-number where there are no such labels.
public struct LabelFit: Hashable, Codable, Sendable {
  /// Of the images whose label is the true one, those given it.
  public var clean: Double
  /// Of the images whose label is wrong, those given that wrong label (learnt by heart), and those given their true class
  /// in spite of it.
  public var noisy: Double
  public var corrected: Double

  public init(clean: Double, noisy: Double, corrected: Double) {
    self.clean = clean
    self.noisy = noisy
    self.corrected = corrected
  }
}

/// Counts answers by kind of label.
struct LabelCount: Codable {
  private var clean = 0
  private var cleanRight = 0
  private var noisy = 0
  private var noisyRight = 0
  private var noisyTrue = 0

  /// - Parameters:
  ///   - logits: `[batch, classes]` of this batch.
  ///   - trueLabels: of the whole training set, by dataset index.
  mutating func add(_ batch: Batch, logits: UnsafeBufferPointer<Float>, classes: Int, trueLabels: [UInt8]) {
    for k in 0..<batch.count {
      let label = Int(batch.labels[k]), truth = Int(trueLabels[Int(batch.samples[k])])
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

/// The class with the highest score in row k; the first of equals.
func highest(_ logits: UnsafeBufferPointer<Float>, row k: Int, classes: Int) -> Int {
  let row = UnsafeBufferPointer(rebasing: logits[k * classes..<(k + 1) * classes])
  return row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
}
