import Configuration
import Tensors

/// Where a method was published.
public struct Citation: Hashable, Sendable {
  /// "Foret et al."
  public let authors: String
  /// The paper's title.
  public let title: String
  /// Of publication.
  public let year: Int
  /// Which algorithm and equations: "Algorithm 1, Eqs. 8-17"; nil where the method's own file says it in full.
  public let equations: String?

  /// Authors, title, year, and where in it the equations stand.
  public init(_ authors: String, _ title: String, _ year: Int, equations: String? = nil) {
    self.authors = authors
    self.title = title
    self.year = year
    self.equations = equations
  }
}

/// What a method may know of the run it is part of.
public struct RunContext: Hashable, Sendable {
  /// The key of every random stream of the run.
  public var seed: UInt64
  /// Examples in the training set, and their classes.
  public var trainingCount: Int
  /// Labels of the data set.
  public var classes: Int
  /// Examples a step; the last of an epoch may have fewer.
  public var batchSize: Int
  /// Passes over the training set.
  public var epochs: Int

  /// The short last batch included.
  public var iterationsPerEpoch: Int { (trainingCount + batchSize - 1) / batchSize }
  /// T, all iterations of the run.
  public var iterations: Int { epochs * iterationsPerEpoch }

  /// A run as its recipe and its data set make it.
  public init(seed: UInt64, trainingCount: Int, classes: Int, batchSize: Int, epochs: Int) {
    self.seed = seed
    self.trainingCount = trainingCount
    self.classes = classes
    self.batchSize = batchSize
    self.epochs = epochs
  }
}

/// Where in the run a step is.
public struct Iteration: Hashable, Sendable {
  /// i, 1-based over the whole run, as in Algorithm 1.
  public let i: Int
  /// e, 0-based.
  public let epoch: Int
  /// T, all iterations of the run.
  public let total: Int

  /// A step of a run.
  public init(i: Int, epoch: Int, total: Int) {
    self.i = i
    self.epoch = epoch
    self.total = total
  }
}

/// What a step reports beside its direction.
public struct StepRecord: Sendable {
  /// Training loss and correct answers of the first pass, at the unperturbed weights.
  public var loss: Double
  /// Right answers of the first pass.
  public var correct: Int
  /// Whether a second gradient was computed, be it on part of the batch: these are the paper's "Sampling number".
  public var isSampled: Bool
  /// Whether the gradient was zero or not finite, so that nothing was perturbed: a run with such steps is flagged.
  public var isDegenerate = false

  /// A step that began with this pass.
  public init(_ firstPass: Evaluation, isSampled: Bool) {
    loss = firstPass.loss
    correct = firstPass.correct
    self.isSampled = isSampled
  }
}

/// Turns the oracle's answers into ONE direction d; the shared `MomentumUpdate` then steps along it.
///
/// A new method is one file that conforms to this protocol and one line in `MethodCatalogue`; it then falls under every
/// contract test: `w` untouched, the reported gradients and no others, later passes frozen, finite on a zero gradient,
/// a restored run equal to one that never stopped, absurd settings rejected, the same bits for any number of workers.
///
/// A method never sees a layer, keeps no loop of its own and takes no random number but from a `RandomStream` keyed by
/// the run's seed and the iteration, so that it shifts nobody else's draws and needs no generator state on resume.
public protocol TrainingMethod: AnyObject, SendableMetatype {
  /// The key in a suite file.
  static var name: String { get }
  /// One sentence for `list methods`.
  static var summary: String { get }
  /// The paper it comes from.
  static var source: Citation { get }
  /// Raised by the author whenever results change: part of a cell's identity.
  static var revision: Int { get }
  /// Every hyperparameter with default, range and source. YAML is laid over it; any other key is an error.
  static var settings: [Setting] { get }
  /// What it records beside the traces that every run has.
  static var traces: [TraceDeclaration] { get }
  /// What it decides by chance or by a close comparison; an audited run keeps it.
  static var decisions: [DecisionDeclaration] { get }
  /// Checks settings against each other; ranges are checked already.
  static func check(_ settings: Settings) throws(SettingsError)
  /// Gradients per iteration of a long run in units of one full gradient, given the share of sampled iterations: the AIS
  /// limit relative to SAM is 200 / cost percent. Forward alone counts a third, a skipped weight gradient as well.
  static func cost(_ settings: Settings, sampledShare: Double) -> Double

  /// Takes all memory the run will need: `direction` allocates no vector.
  ///
  /// - Parameter settings: resolved from `settings` and passed by `check`.
  init(_ settings: Settings, space: ParameterSpace, run: RunContext)

  /// The direction d at `w`, written into `d`. Leaves `w` untouched.
  ///
  /// The first gradient of an iteration is asked at `w`, on the whole batch, with `statistics: .update`; every later one
  /// with `.freeze`. An evaluation's buffers are gone at the oracle's next answer: copy what must outlive it.
  ///
  /// - Parameters:
  ///   - step: consecutive from i = 1, also across a stop and a resume.
  ///   - traces: begun for this iteration; takes only what `traces` declares.
  ///   - d: overwritten; what it held before means nothing, and it may serve as scratch on the way.
  /// - Returns: loss and correct answers of the FIRST pass, at the unperturbed weights.
  func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord

  /// Shows every value that must survive a stop. Scratch that the next `direction` overwrites stays out.
  func visitState(_ visitor: inout some StateVisitor) throws
}

extension TrainingMethod {
  public static var traces: [TraceDeclaration] { [] }
  public static var decisions: [DecisionDeclaration] { [] }
  public static func check(_ settings: Settings) throws(SettingsError) {}
  public func visitState(_ visitor: inout some StateVisitor) throws {}
}
