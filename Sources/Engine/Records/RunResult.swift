/// The result of a run. Accuracies are in percent of the test images, as in the paper.
package struct RunResult: Hashable, Sendable {
  package var status = Outcome.failed(reason: "nothing was trained")
  /// The accuracy after the last epoch, the highest of all evaluated epochs, and its epoch, 1-based. Nil unless
  /// finished.
  package var testAccuracyLast: Double?
  package var testAccuracyBest: Double?
  package var bestEpoch: Int?
  /// The accuracy of the running mean of the weights after the last epoch; nil without one. It is part of the science
  /// digest through the epochs, which contain it too.
  package var testAccuracyAverage: Double?
  package var iterations = 0
  /// Iterations with a second gradient (the paper's "Sampling number"), and the number of those after the warm-up,
  /// where the method itself decides.
  package var samplingNumber = 0
  package var samplingNumberAdaptive = 0
  /// Iterations whose gradient was zero or not finite, so that nothing was perturbed; nil if there were none.
  package var degenerateIterations: Int?
  package var gradientEvaluations = 0
  package var forwardExamples = 0
  package var backwardExamples = 0
  /// The number of backward examples whose weight gradients were skipped, weighted by multiply-adds; nil if there were
  /// none. It follows from decisions that other numbers contain, so it is not part of the science digest.
  package var skippedWeightExamples: Double?
  /// Training images processed: D * E in Eq. 20.
  package var images = 0
  /// The method's declared cost at the share it sampled, in gradients per iteration; a forward pass alone counts as
  /// 1/3.
  package var costPerIteration = 1.0
  /// The fit of the final weights on the training images; nil unless finished, and nil in older files. It follows from
  /// data and weights, so it is not part of the science digest.
  package var trainingFit: TrainingFit?
  package var timing = Timing()

  /// The highest speed the method can reach relative to SAM, in percent.
  package var aisLimitPercent: Double { 200 / costPerIteration }

  /// The accuracy on the training images minus that on the test images, in percentage points.
  package var trainTestGap: Double? {
    guard let trainingFit, let testAccuracyLast else { return nil }
    return trainingFit.accuracy - testAccuracyLast
  }

  /// The share of iterations with a second gradient, 0...1.
  package var sampledShare: Double { iterations == 0 ? 0 : Double(samplingNumber) / Double(iterations) }

  package init() {}
}

/// The fit of the final weights on the training images, in evaluation mode and without augmentation. Accuracies are in
/// percent.
package struct TrainingFit: Hashable, Sendable {
  /// Mean cross-entropy in nats and accuracy, both with the labels used in training.
  package var loss: Double
  package var accuracy: Double
  /// With label noise: the accuracy on images with a true label; the share of images with a wrong label that are
  /// assigned it (memorized); and the share of those that are assigned their true class. Nil without noise or such
  /// images.
  package var clean: Double?
  package var noisy: Double?
  package var corrected: Double?

  package init(loss: Double, accuracy: Double, clean: Double? = nil, noisy: Double? = nil, corrected: Double? = nil) {
    (self.loss, self.accuracy) = (loss, accuracy)
    (self.clean, self.noisy, self.corrected) = (clean, noisy, corrected)
  }
}

/// Training time and machine. Not part of the science digest.
package struct Timing: Hashable, Sendable {
  /// Seconds of training and data loading, without evaluation: T in Eq. 20.
  package var trainingSeconds = 0.0
  /// The paper's AIS, Eq. 20; nil if nothing was trained.
  package var imagesPerSecond: Double?
  /// False if the time is disturbed (by oversubscription or a suspension); the note gives the reason.
  package var isValid = true
  package var note = ""
  package var threads = 1
  /// Processor and BLAS core. Speeds are comparable only between equal machines with equal thread counts.
  package var machine = ""

  package init() {}
}
