/// One recorded quantity: its name in the file, its unit and what it is. It is also the key under which it is recorded:
/// `step.record(.psfNorm, value)`.
public struct Trace: Hashable, Sendable {
  /// How often a value comes.
  public enum Group: Hashable, Sendable {
    /// One value per iteration, in `/traces`; not-a-number where a method recorded none.
    case iteration
    /// One value per rate window, in `/sampling`.
    case window
  }

  /// The name in the file.
  public let name: String
  /// "1" for plain numbers.
  public let unit: String
  /// What it is, for readers of the file.
  public let longName: String
  /// How often a value comes.
  public let group: Group
  /// Whether cells had been trained without it: it then stays outside the digest that tells equal results.
  public let isAddedLater: Bool
  /// Whether it is measured time: it differs between runs of the same cell, and stays outside that digest too.
  public let isTiming: Bool

  /// A quantity to be recorded.
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

  /// The loss at wHat: less that of the first pass it is the sharpness that SAM sees.
  public static let perturbedLoss = Trace(
    "loss_perturbed", unit: "nat", "Training loss of the second pass, at wHat, mean over the batch", isAddedLater: true)

  /// What SAM-like methods declare and their `Step` records; Figure 2 is drawn from the first and the third.
  public static let samNorms = [sgdNorm, sgdTailNorm, psfNorm, psfTailNorm, perturbedLoss]
}

/// A decision that another program cannot take for itself, because chance takes it or the last digit of a sum may.
public struct Decision: Hashable, Sendable {
  /// The key it is stored under, letters, digits and underscores: `is_kept`.
  public let name: String
  /// What was decided, for the file's reader.
  public let longName: String

  /// Declares a decision, in `TrainingMethod.decisions`.
  public init(_ name: String, _ longName: String) { (self.name, self.longName) = (name, longName) }
}

/// Takes in what methods record and decide; the trainer's writes it to the run's file.
public protocol StepRecorder: AnyObject {
  /// Whether this run has that trace.
  func isDeclared(_ trace: Trace) -> Bool
  /// Sets this iteration's value or, for a later micro-batch, adds to it; a trace per window gets one value more.
  func record(_ trace: Trace, _ value: Double, adding: Bool)
  /// Keeps a number that decided, in an audited run.
  func keep(_ decision: Decision, _ number: Double)
  /// Keeps bits from `offset` on, of `total` in this iteration, in an audited run.
  func keep(_ decision: Decision, _ bits: @autoclosure () -> [Bool], at offset: Int, of total: Int)
}
