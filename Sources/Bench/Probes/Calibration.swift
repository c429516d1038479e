import Core
import Datasets
import Foundation  // exp
import Methods

/// Loss, accuracy and calibration of a network in evaluation mode.
package struct Calibration: Hashable, Sendable {
  /// Mean cross-entropy in nats.
  package let loss: Double
  /// Percent correct.
  package let accuracy: Double
  /// Expected calibration error: the mean over images of |accuracy - mean confidence| of the image's bin, with 15 bins
  /// of equal width of the confidence, the probability of the predicted class. Guo et al. 2017, Eq. 3.
  package let expectedError: Double
  /// Predicted class of each image, the first of equal scores.
  package let predictions: [UInt8]

  package static let bins = 15

  /// One forward pass over all images.
  package init(of oracle: any GradientOracle, at w: Vector, on images: EvaluationBatches) {
    var (loss, correct, count) = (0.0, 0, 0)
    var bins = [(count: Int, correct: Int, confidence: Double)](repeating: (0, 0, 0), count: Calibration.bins)
    var predictions: [UInt8] = []
    for b in 0..<images.count {
      let batch = images.batch(b)
      let evaluation = oracle.evaluate(at: w, on: batch, normalizing: .running(oracle.statistics))
      loss += evaluation.loss * Double(batch.count)
      correct += evaluation.correct
      count += batch.count
      let classes = evaluation.logits.count / batch.count
      for k in 0..<batch.count {
        let scores = UnsafeBufferPointer(rebasing: evaluation.logits[k * classes..<(k + 1) * classes])
        let top = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
        // The largest probability: exp(0) over the sum, with the largest score subtracted.
        let confidence = 1 / scores.reduce(0) { $0 + exp(Double($1) - Double(scores[top])) }
        let bin = confidence.isFinite ? min(Calibration.bins - 1, Int(confidence * Double(Calibration.bins))) : 0
        bins[bin].count += 1
        bins[bin].confidence += confidence
        if top == Int(batch.labels[k]) { bins[bin].correct += 1 }
        predictions.append(UInt8(top))
      }
    }
    self.loss = loss / Double(count)
    accuracy = 100 * Double(correct) / Double(count)
    expectedError = bins.reduce(0) { $0 + abs(Double($1.correct) - $1.confidence) } / Double(count)
    self.predictions = predictions
  }
}
