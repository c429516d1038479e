import Configuration
import Tensors

/// Whether a pass moves batch norm's running statistics. Every gradient call says it.
public enum StatisticsUpdate: String, CaseIterable, SettingContent {
  /// Every pass after an iteration's first: it normalises with its own batch statistics and leaves the running ones.
  case freeze
  /// The first pass of an iteration: running means and variances take in this batch.
  case update
}

/// How a pass without gradient normalises.
public enum Normalization {
  /// With the statistics of this batch, which move the running ones or not (ESAM's second forward).
  case batch(StatisticsUpdate)
  /// With given running statistics, laid out as `GradientOracle.statistics` (MESA's teacher).
  case running(Vector)
}

/// What is differentiated: cross-entropy, and optionally a pull towards earlier outputs.
public struct Objective {
  /// SAF's and MESA's term: weight / n * sum over k of temperature^2 * KL(softmax(target / temperature) || softmax(logits / temperature)).
  public struct Trajectory {
    /// Logits to stay close to, `[N, classes]`; constant.
    public var target: UnsafeBufferPointer<Float>
    /// tau, by which both scores are divided.
    public var temperature: Double
    /// Factor of the term; 0 switches it off.
    public var weight: Double

    /// The target must stay valid until the gradient is answered.
    public init(target: UnsafeBufferPointer<Float>, temperature: Double, weight: Double) {
      (self.target, self.temperature, self.weight) = (target, temperature, weight)
    }
  }

  /// The pull towards earlier outputs, or nil for cross-entropy alone.
  public var trajectory: Trajectory?

  /// Cross-entropy, and a pull where one is given.
  public init(trajectory: Trajectory? = nil) { self.trajectory = trajectory }

  /// Nothing but the loss.
  public static var crossEntropy: Objective { Objective() }
}

/// What one pass saw. Buffers belong to the oracle and stay valid until its next answer.
public struct Evaluation {
  /// Mean cross-entropy over the examples of the pass, without any trajectory term.
  public let loss: Double
  /// Cross-entropy of each example `[n]`.
  public let exampleLosses: UnsafeBufferPointer<Float>
  /// Scores before softmax `[n, classes]`.
  public let logits: UnsafeBufferPointer<Float>
  /// How many examples' largest score is their label's.
  public let correct: Int

  package init(
    loss: Double, exampleLosses: UnsafeBufferPointer<Float>, logits: UnsafeBufferPointer<Float>, correct: Int
  ) {
    (self.loss, self.exampleLosses, self.logits, self.correct) = (loss, exampleLosses, logits, correct)
  }
}

/// Work done so far, counted in examples: hardware-free cost.
public struct Cost: Hashable, Codable, Sendable {
  /// Gradient calls.
  public var gradients = 0
  /// Examples that went forward, and backward.
  public var forwardExamples = 0
  /// Examples gone backward.
  public var backwardExamples = 0
  /// Of those, examples whose weight gradients were left out; a pass without some of the weights counts in part, by their
  /// share of the multiply-adds.
  public var skippedWeightExamples = 0.0

  /// No pass yet.
  public init() {}

  /// Checkpoints from before skipped gradients were counted have none.
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
  /// Where `w` lives: layout, and vectors like it.
  var space: ParameterSpace { get }
  /// Running means and variances of all batch norms, flat.
  var statistics: Vector { get }
  /// Work done since the start of the run.
  var cost: Cost { get }

  /// Gradient of the objective at `w`, averaged over the examples.
  ///
  /// - Parameters:
  ///   - rows: positions in the batch to use, nil for all (ESAM's selected examples). Batch statistics are then theirs.
  ///   - tensors: for each entry of the layout, whether its gradient is wanted; nil for all. Gradients not wanted are
  ///     zero in `g` and cost nothing (ESAM's stochastic weight perturbation).
  ///   - g: overwritten with the gradient; must not be `w`.
  func gradient(
    at w: Vector, on batch: Batch, objective: Objective, statistics: StatisticsUpdate, rows: [Int32]?,
    tensors: [Bool]?, into g: Vector
  ) -> Evaluation

  /// Forward pass only.
  func evaluate(at w: Vector, on batch: Batch, normalizing: Normalization) -> Evaluation
}
