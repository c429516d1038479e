import Configuration
import Core

/// Whether a pass updates the running statistics of batch norm. Every gradient call specifies it.
public enum StatisticsUpdate: String, CaseIterable, SettingContent {
  /// For every pass after the first of an iteration: normalizes with the statistics of the batch and leaves the running
  /// statistics unchanged.
  case freeze
  /// For the first pass of an iteration: also updates the running means and variances with this batch.
  case update
}

/// How a pass without a gradient normalizes.
public enum Normalization {
  /// With the statistics of this batch, which may update the running statistics (ESAM's second forward pass).
  case batch(StatisticsUpdate)
  /// With given running statistics, laid out as `GradientOracle.statistics` (MESA's teacher).
  case running(Vector)
}

/// The function that is differentiated: cross-entropy, optionally with a term that pulls outputs toward earlier ones.
public struct Objective {
  /// The trajectory term of SAF and MESA, averaged over n examples k, with tau the temperature:
  ///
  ///     weight / n * sum over k of tau^2 * KL(softmax(target / tau) || softmax(logits / tau))
  public struct Trajectory {
    /// Logits of the earlier outputs, `[N, classes]`; constant.
    public var target: UnsafeBufferPointer<Float>
    /// tau, by which both logits are divided.
    public var temperature: Double
    /// Factor of the term; 0 disables it.
    public var weight: Double

    /// The target must stay valid until the gradient call returns.
    public init(target: UnsafeBufferPointer<Float>, temperature: Double, weight: Double) {
      (self.target, self.temperature, self.weight) = (target, temperature, weight)
    }
  }

  /// The term that pulls outputs toward earlier ones, or nil for cross-entropy alone.
  public var trajectory: Trajectory?

  /// Cross-entropy, plus a trajectory term if one is given.
  public init(trajectory: Trajectory? = nil) { self.trajectory = trajectory }

  /// Cross-entropy alone.
  public static var crossEntropy: Objective { Objective() }
}

/// The results of one pass. The buffers belong to the oracle and stay valid until its next pass.
public struct Evaluation {
  /// Mean cross-entropy over the examples of the pass, without any trajectory term.
  public let loss: Double
  /// Cross-entropy of each example `[n]`.
  public let exampleLosses: UnsafeBufferPointer<Float>
  /// Scores before softmax `[n, classes]`.
  public let logits: UnsafeBufferPointer<Float>
  /// Number of examples whose largest score is that of their label.
  public let correct: Int

  package init(
    loss: Double, exampleLosses: UnsafeBufferPointer<Float>, logits: UnsafeBufferPointer<Float>, correct: Int
  ) {
    (self.loss, self.exampleLosses, self.logits, self.correct) = (loss, exampleLosses, logits, correct)
  }
}

/// Work done so far, counted in examples: a cost that does not depend on hardware.
public struct Cost: Hashable, Codable, Sendable {
  /// Gradient calls.
  public var gradients = 0
  /// Examples in forward passes.
  public var forwardExamples = 0
  /// Examples in backward passes.
  public var backwardExamples = 0
  /// Examples in backward passes whose weight gradients were skipped; a pass that skips only some weights counts by
  /// their share of the multiply-adds.
  public var skippedWeightExamples = 0.0

  /// The cost before the first pass: zero.
  public init() {}

  /// Checkpoints of older versions have no `skippedWeightExamples`, which is then 0.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    gradients = try values.decode(Int.self, forKey: .gradients)
    forwardExamples = try values.decode(Int.self, forKey: .forwardExamples)
    backwardExamples = try values.decode(Int.self, forKey: .backwardExamples)
    skippedWeightExamples = try values.decodeIfPresent(Double.self, forKey: .skippedWeightExamples) ?? 0
  }
}

/// Computes losses and gradients at ANY weights. Methods never move the run's own weights to look elsewhere, so they
/// never have to restore them, and they never see a layer.
public protocol GradientOracle: AnyObject {
  /// The space of `w`: its layout, and new vectors of that layout.
  var space: ParameterSpace { get }
  /// Running means and variances of all batch norms, flat.
  var statistics: Vector { get }
  /// Work done since the start of the run.
  var cost: Cost { get }

  /// Gradient of the objective at `w`, averaged over the examples.
  ///
  /// - Parameters:
  ///   - rows: positions in the batch to use, nil for all (ESAM's selected examples). Batch statistics are those of the
  ///     rows.
  ///   - tensors: for each entry of the layout, whether to compute its gradient; nil for all. Skipped gradients are
  ///     zero in `g` and cost nothing (ESAM's stochastic weight perturbation).
  ///   - g: overwritten with the gradient; must not be `w`.
  func gradient(
    at w: Vector, on batch: Batch, objective: Objective, statistics: StatisticsUpdate, rows: [Int32]?,
    tensors: [Bool]?, into g: Vector
  ) -> Evaluation

  /// Forward pass only.
  func evaluate(at w: Vector, on batch: Batch, normalizing: Normalization) -> Evaluation
}
