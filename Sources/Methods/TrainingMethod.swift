import Configuration
import Core

/// Where a method was published.
public struct Citation: Hashable, Sendable {
  /// "Foret et al."
  public let authors: String
  /// The paper's title.
  public let title: String
  /// Year of publication.
  public let year: Int
  /// The algorithm and equations: "Algorithm 1, Eqs. 8-17"; nil if the method's own file gives them in full.
  public let equations: String?

  /// Authors, title and year and, optionally, the algorithm and equations.
  public init(_ authors: String, _ title: String, _ year: Int, equations: String? = nil) {
    (self.authors, self.title, self.year, self.equations) = (authors, title, year, equations)
  }
}

/// The properties of a run that its method may use.
public struct RunContext: Hashable, Sendable {
  /// The seed of every random stream of the run.
  public var seed: UInt64
  /// Examples in the training set.
  public var trainingCount: Int
  /// Number of classes of the data set.
  public var classes: Int
  /// Examples per step; the last batch of an epoch may have fewer.
  public var batchSize: Int
  /// Passes over the training set.
  public var epochs: Int

  /// Steps per epoch, including the short last batch.
  public var iterationsPerEpoch: Int { (trainingCount + batchSize - 1) / batchSize }
  /// T, the number of iterations of the run.
  public var iterations: Int { epochs * iterationsPerEpoch }

  /// A run with the sizes of its data set and its recipe.
  public init(seed: UInt64, trainingCount: Int, classes: Int, batchSize: Int, epochs: Int) {
    (self.seed, self.trainingCount, self.classes) = (seed, trainingCount, classes)
    (self.batchSize, self.epochs) = (batchSize, epochs)
  }
}

/// Turns gradients into ONE direction d per iteration; the shared `MomentumUpdate` then steps along it.
///
/// A new method is one file that conforms to this protocol and one line in `MethodCatalogue`; every contract test then
/// covers it. A method never sees a layer, has no training loop and draws random numbers from its `Step` only, so that
/// it shifts no other draws and needs no generator state to resume.
public protocol TrainingMethod: AnyObject, SendableMetatype {
  /// The key in a suite file.
  static var name: String { get }
  /// One sentence for `list methods`.
  static var summary: String { get }
  /// The paper it comes from.
  static var source: Citation { get }
  /// Raised by the author whenever results change: part of a cell's identity.
  static var revision: Int { get }
  /// Every hyperparameter with default, range and source. Suites override the defaults; any other key is an error.
  static var settings: [any SettingKey] { get }
  /// The traces it records in addition to those of every run.
  static var traces: [Trace] { get }
  /// Its random decisions and close comparisons, which an audited run stores.
  static var decisions: [Decision] { get }
  /// The setting with the number of iterations at the start that are all sampled, if there is one.
  static var warmUp: Setting<Int>? { get }
  /// The setting that splits batches into micro-batches with one direction each, which are averaged; 0 keeps batches
  /// whole.
  static var microBatch: Setting<Int>? { get }
  /// Checks settings against each other; ranges have already been checked.
  static func check(_ settings: Settings) throws(SettingsError)
  /// The share of iterations expected to take a second gradient, for forecasts.
  static func plannedShare(_ settings: Settings) -> Double
  /// Gradients per iteration of a long run in units of one full gradient, given the share of sampled iterations: the
  /// AIS limit relative to SAM is 200 / cost percent. A forward pass counts as a third, and so does a skipped weight
  /// gradient.
  static func plannedCost(_ settings: Settings, sampledShare: Double) -> Double

  /// Allocates all memory that the run needs: `direction` must not allocate vectors.
  ///
  /// - Parameter settings: resolved from `settings` and passed by `check`.
  init(_ settings: Settings, space: ParameterSpace, run: RunContext)

  /// Writes the direction d of one iteration. Must not change `step.w`.
  ///
  /// - Parameters:
  ///   - step: consecutive from i = 1, also after a stop and a resume.
  ///   - d: overwritten; may serve as scratch on the way.
  func direction(_ step: Step, into d: Vector)

  /// Visits every value a checkpoint must contain. Scratch that the next `direction` overwrites stays out.
  func visitState(_ visitor: inout some StateVisitor) throws
}

extension TrainingMethod {
  public static var traces: [Trace] { [] }
  public static var decisions: [Decision] { [] }
  public static var warmUp: Setting<Int>? { nil }
  public static var microBatch: Setting<Int>? { nil }
  public static func check(_ settings: Settings) throws(SettingsError) {}
  public static func plannedShare(_ settings: Settings) -> Double { 1 }
  public static func plannedCost(_ settings: Settings, sampledShare: Double) -> Double { 1 + sampledShare }
  public func visitState(_ visitor: inout some StateVisitor) throws {}

  /// The radius as every SAM-like method declares it.
  public static var rho: Setting<Double> {
    Setting(
      "rho", default: 0.05, in: 0...10, "radius of the perturbation, rho of Eq. 2; 0 is SGD",
      from: .code("dydjw9/Efficient_SAM run.sh: 0.05 for ResNet-18, 0.1 for WRN-28-10, 0.2 for PyramidNet-110"))
  }

  /// The period as SAM-k and LookSAM-k declare it.
  static func samPeriod(default standard: Int, from origin: Origin) -> Setting<Int> {
    Setting("period", default: standard, in: 1...100_000, "iterations from one SAM gradient to the next", from: origin)
  }

  /// The size as SAM and ESAM declare it.
  static var microBatchSize: Setting<Int> {
    Setting(
      "micro_batch", default: 0, in: 0...65_536,
      "examples that are perturbed together, m of m-SAM; 0 takes the whole batch",
      from: .paper("4.1; follows ESAM's own settings, which run on replicas of 64")
    ).addedLater
  }
}

/// Whether iteration i is the first of its period: 1, k + 1, 2k + 1, ... counted over the whole run.
///
/// Paper silent: the phase. Table 3's sampling numbers 15 640 and 7 820 fix only the count.
public func isDue(_ i: Int, period: Int) -> Bool { (i - 1) % period == 0 }
