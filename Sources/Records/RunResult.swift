/// The result of a run. Accuracies are percent of the test images, as the paper prints them.
package struct RunResult: Hashable, Sendable {
  package var status = Outcome.failed(reason: "nothing was trained")
  /// Accuracy after the last epoch, and the highest of any evaluated epoch with that epoch, 1-based. Nil unless finished.
  package var testAccuracyLast: Double?
  package var testAccuracyBest: Double?
  package var bestEpoch: Int?
  /// Accuracy of the running mean of the weights after the last epoch; nil without one. The epochs, which hold it too, are
  /// inside the science digest.
  package var testAccuracyAverage: Double?
  /// Iterations done.
  package var iterations = 0
  /// Iterations with a second gradient (the paper's "Sampling number"), and those of them after the warm-up, where the
  /// method itself decided.
  package var samplingNumber = 0
  package var samplingNumberAdaptive = 0
  /// Iterations whose gradient was zero or not finite, so that nothing was perturbed; nil if there were none.
  package var degenerateIterations: Int?
  package var gradientEvaluations = 0
  package var forwardExamples = 0
  package var backwardExamples = 0
  /// Of the examples of backward passes, those whose weight gradients were skipped, in fractions by multiply-adds; nil if
  /// there were none. It follows from decisions that other numbers contain: outside the science digest.
  package var skippedWeightExamples: Double?
  /// Training images processed: D * E of Eq. 20.
  package var images = 0
  /// Gradients per iteration, with a forward pass alone as one third: the method's declared cost at the share it sampled.
  package var costPerIteration = 1.0
  /// The final weights on the training images; nil unless finished, and in older files. It follows from data and weights:
  /// outside the science digest.
  package var trainingFit: TrainingFit?
  package var timing = Timing()

  /// The highest speed the method can reach relative to SAM, in percent.
  package var aisLimitPercent: Double { 200 / costPerIteration }

  /// Accuracy on the training images minus that on the test images, in points.
  package var trainTestGap: Double? {
    guard let trainingFit, let testAccuracyLast else { return nil }
    return trainingFit.accuracy - testAccuracyLast
  }

  /// Share of the iterations with a second gradient.
  package var sampledShare: Double { iterations == 0 ? 0 : Double(samplingNumber) / Double(iterations) }

  package init() {}
}

/// The final weights on the training images, in evaluation mode and without augmentation. Accuracies are percent.
package struct TrainingFit: Hashable, Sendable {
  /// Mean cross-entropy in nats and accuracy, by the labels used in training.
  package var loss: Double
  package var accuracy: Double
  /// With label noise: images with a true label that were given it; images with a wrong label that were given it
  /// (memorized); and images with a wrong label that were given their true class. Nil without noise or such images.
  package var clean: Double?
  package var noisy: Double?
  package var corrected: Double?

  package init(loss: Double, accuracy: Double, clean: Double? = nil, noisy: Double? = nil, corrected: Double? = nil) {
    (self.loss, self.accuracy) = (loss, accuracy)
    (self.clean, self.noisy, self.corrected) = (clean, noisy, corrected)
  }
}

/// Training time and machine. Outside the science digest.
package struct Timing: Hashable, Sendable {
  /// Seconds of training and data loading without evaluation: T of Eq. 20.
  package var trainingSeconds = 0.0
  /// The paper's AIS, Eq. 20; nil if nothing was trained.
  package var imagesPerSecond: Double?
  /// False if the clock also measured something else (oversubscription, a suspension); the note names it.
  package var isValid = true
  package var note = ""
  package var threads = 1
  /// Processor and BLAS core in one phrase. Speeds compare only between equal machines with equal thread counts.
  package var machine = ""

  package init() {}
}
