/// What a run ended with. Accuracies are percent of the test images, as the paper prints them.
package struct ResultRecord: Hashable, Sendable {
  package enum Status: Hashable, Sendable {
    case finished
    /// The loss or the weights stopped being finite at this iteration, 1-based.
    case diverged(iteration: Int)
    /// The run could not be carried out; the reason is a sentence for a person.
    case failed(reason: String)
  }

  package var status: Status
  /// Percent after the last epoch, and the highest of any evaluated epoch with that epoch, 1-based. Nil unless finished.
  package var testAccuracyLast: Double?
  package var testAccuracyBest: Double?
  package var bestEpoch: Int?
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
  /// Training images processed: D * E of Eq. 20.
  package var images: Int
  /// Gradients an iteration, a forward pass alone counting a third: the method's declared cost at the share it sampled.
  package var costPerIteration: Double
  package var timing: TimingRecord

  /// The highest speed the method can reach relative to SAM, in percent.
  package var aisLimitPercent: Double { 200 / costPerIteration }

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
