/// One recorded quantity: its name in the file, its unit and its description. It is also the key for recording:
/// `step.record(.psfNorm, value)`.
public struct Trace: Hashable, Sendable {
  /// How often a value is recorded.
  public enum Group: Hashable, Sendable {
    /// One value per iteration, in `/traces`; NaN if the method recorded none.
    case iteration
    /// One value per rate window, in `/sampling`.
    case window
  }

  /// The name in the file.
  public let name: String
  /// "1" for dimensionless numbers.
  public let unit: String
  /// The description for readers of the file.
  public let longName: String
  /// How often a value is recorded.
  public let group: Group
  /// Whether cells were trained before it existed; it is then excluded from the digest that identifies equal results.
  public let isAddedLater: Bool
  /// Whether it is a measured time, which differs between runs of the same cell; also excluded from that digest.
  public let isTiming: Bool

  /// Declares a quantity, in `TrainingMethod.traces`.
  public init(
    _ name: String, unit: String, _ longName: String, per group: Group = .iteration, isAddedLater: Bool = false,
    isTiming: Bool = false
  ) {
    (self.name, self.unit, self.longName, self.group) = (name, unit, longName, group)
    (self.isAddedLater, self.isTiming) = (isAddedLater, isTiming)
  }
}

extension Trace {
  /// The norm of g.
  public static let sgdNorm = Trace("l2_sgd", unit: "1", "Euclidean norm of the SGD gradient g over all parameters")
  /// The norm of g over the last layers.
  public static let sgdTailNorm = Trace(
    "l2_sgd_tail", unit: "1", "Euclidean norm of the SGD gradient g over the last layers")
  /// The norm of the PSF, where there is one.
  public static let psfNorm = Trace(
    "l2_psf", unit: "1", "Euclidean norm of the PSF, gS - g, over all parameters; recorded where it was computed")
  /// The norm of the PSF over the last layers, where there is one.
  public static let psfTailNorm = Trace(
    "l2_psf_tail", unit: "1", "Euclidean norm of the PSF, gS - g, over the last layers; recorded where it was computed")

  /// The loss at wHat; its difference from the loss of the first pass is the sharpness that SAM sees.
  public static let perturbedLoss = Trace(
    "loss_perturbed", unit: "nat", "Training loss of the second pass, at wHat, mean over the batch", isAddedLater: true)

  /// How much of a reused vector is still right when it is replaced, and how old it then is.
  static let reuseCosine = Trace(
    "reuse_cosine", unit: "1", "Cosine between a newly computed vector for reuse and the one that it replaces",
    isAddedLater: true)
  static let reuseAge = Trace(
    "reuse_age", unit: "1", "Iterations since the replaced vector was computed", isAddedLater: true)

  /// The traces that SAM-like methods declare and their `Step` records; Figure 2 shows the first and the third.
  public static let samNorms = [sgdNorm, sgdTailNorm, psfNorm, psfTailNorm, perturbedLoss]
}

/// A decision that another program cannot reproduce, because it is random or may depend on the last digit of a sum.
public struct Decision: Hashable, Sendable {
  /// The key under which it is stored: letters, digits and underscores, such as `is_kept`.
  public let name: String
  /// The description for readers of the file.
  public let longName: String

  /// Declares a decision, in `TrainingMethod.decisions`.
  public init(_ name: String, _ longName: String) { (self.name, self.longName) = (name, longName) }
}

/// Receives what methods record and decide; the trainer's recorder writes it to the run's file.
public protocol StepRecorder: AnyObject {
  /// Whether this run records the trace.
  func isDeclared(_ trace: Trace) -> Bool
  /// Sets this iteration's value or, for a later micro-batch, adds to it; a trace per window gets one more value.
  func record(_ trace: Trace, _ value: Double, adding: Bool)
  /// Stores a number that determined a decision, in an audited run.
  func keep(_ decision: Decision, _ number: Double)
  /// Stores bits from `offset` on, of `total` in this iteration, in an audited run.
  func keep(_ decision: Decision, _ bits: @autoclosure () -> [Bool], at offset: Int, of total: Int)
}
