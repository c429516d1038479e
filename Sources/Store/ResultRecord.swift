/// What a run ended with. Accuracies are percent of the test images, as the paper prints them.
package struct ResultRecord: Hashable, Sendable {
  package enum Status: Hashable, Sendable {
    case finished
    /// The loss or the weights stopped being finite at this iteration, 1-based.
    case diverged(iteration: Int)
    /// The run could not be carried out; the reason is a sentence for a person.
    case failed(reason: String)

    /// One word for tables and JSON.
    package var word: String {
      switch self {
      case .finished: "finished"
      case .diverged: "diverged"
      case .failed: "failed"
      }
    }
  }

  package var status: Status
  /// Percent after the last epoch, and the highest of any evaluated epoch with that epoch, 1-based. Nil unless finished.
  package var testAccuracyLast: Double?
  package var testAccuracyBest: Double?
  package var bestEpoch: Int?
  /// Percent of the running mean of the weights after the last epoch; nil without one. The epochs, which hold it too, are
  /// inside the science digest.
  package var testAccuracyAverage: Double?
  /// Iterations carried out.
  package var iterations: Int
  /// Iterations with a second gradient (the paper's "Sampling number"), and those of them after the warm-up, where the
  /// method itself decided.
  package var samplingNumber: Int
  package var samplingNumberAdaptive: Int
  /// Iterations whose gradient was zero or not finite, so that nothing was perturbed; nil where there was none.
  package var degenerateIterations: Int?
  package var gradientEvaluations: Int
  package var forwardExamples: Int
  package var backwardExamples: Int
  /// Of the examples gone backward, those whose weight gradients were left out, in parts by multiply-adds; nil where there
  /// were none. It follows from the method's draws, which other numbers hold already: outside the science digest.
  package var skippedWeightExamples: Double?
  /// Training images processed: D * E of Eq. 20.
  package var images: Int
  /// Gradients an iteration, a forward pass alone counting a third: the method's declared cost at the share it sampled.
  package var costPerIteration: Double
  /// How well the final weights know the training images; nil unless finished, and in files that predate it. It follows
  /// from data and weights, and is outside the science digest.
  package var trainingFit: TrainingFitRecord?
  package var timing: TimingRecord

  /// The highest speed the method can reach relative to SAM, in percent.
  package var aisLimitPercent: Double { 200 / costPerIteration }

  /// Accuracy on the training images less that on the test images, in points.
  package var trainTestGap: Double? {
    guard let trainingFit, let testAccuracyLast else { return nil }
    return trainingFit.accuracy - testAccuracyLast
  }

  /// Share of the iterations that took a second gradient.
  package var sampledShare: Double { iterations == 0 ? 0 : Double(samplingNumber) / Double(iterations) }

  package init(
    status: Status, testAccuracyLast: Double?, testAccuracyBest: Double?, bestEpoch: Int?, iterations: Int,
    samplingNumber: Int, samplingNumberAdaptive: Int, gradientEvaluations: Int, forwardExamples: Int,
    backwardExamples: Int, images: Int, costPerIteration: Double, timing: TimingRecord
  ) {
    self.status = status
    self.testAccuracyLast = testAccuracyLast
    self.testAccuracyBest = testAccuracyBest
    self.bestEpoch = bestEpoch
    self.iterations = iterations
    self.samplingNumber = samplingNumber
    self.samplingNumberAdaptive = samplingNumberAdaptive
    self.gradientEvaluations = gradientEvaluations
    self.forwardExamples = forwardExamples
    self.backwardExamples = backwardExamples
    self.images = images
    self.costPerIteration = costPerIteration
    self.timing = timing
  }
}

/// The final weights on the training images, in evaluation mode and without augmentation. Accuracies are percent.
package struct TrainingFitRecord: Hashable, Sendable {
  /// By the labels that were trained on.
  package var loss: Double
  package var accuracy: Double
  /// With label noise: of the images with their true label, those given it; of the others, those given their wrong label
  /// and those given their true class. Nil without noise, and where there is no such image.
  package var clean: Double?
  package var noisy: Double?
  package var corrected: Double?

  package init(loss: Double, accuracy: Double, clean: Double? = nil, noisy: Double? = nil, corrected: Double? = nil) {
    self.loss = loss
    self.accuracy = accuracy
    self.clean = clean
    self.noisy = noisy
    self.corrected = corrected
  }
}

/// How long it took, and on what. Outside the science digest.
package struct TimingRecord: Hashable, Sendable {
  /// Seconds of training and data loading, evaluation excluded: T of Eq. 20.
  package var trainingSeconds: Double
  /// The paper's AIS, Eq. 20; nil when nothing was trained.
  package var imagesPerSecond: Double?
  /// False when the clock measured something else too (oversubscription, a stop in between); the note says what.
  package var isValid: Bool
  package var note: String
  package var threads: Int
  /// Processor and BLAS core in one phrase. Speeds compare only between equal machines with equal thread counts.
  package var machine: String

  package init(
    trainingSeconds: Double, imagesPerSecond: Double?, isValid: Bool, note: String = "", threads: Int, machine: String
  ) {
    self.trainingSeconds = trainingSeconds
    self.imagesPerSecond = imagesPerSecond
    self.isValid = isValid
    self.note = note
    self.threads = threads
    self.machine = machine
  }
}
