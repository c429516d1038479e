import Configuration
import Datasets
import Methods
import Networks
import Records

/// One run, complete: whatever can change a number is inside; threads and paths are not.
public struct TrainingJob: Sendable {
  public var dataset: Dataset
  public var network: Node
  /// Where the weights start; nil draws them.
  package var start: StartingPoint?
  public var method: any TrainingMethod.Type
  public var methodSettings: Settings
  /// Resolved from `Recipe.settings`.
  public var recipe: Settings
  public var seed: UInt64

  public init(
    dataset: Dataset, network: Node, start: StartingPoint? = nil, method: any TrainingMethod.Type,
    methodSettings: Settings, recipe: Settings, seed: UInt64
  ) {
    self.dataset = dataset
    self.network = network
    self.start = start
    self.method = method
    self.methodSettings = methodSettings
    self.recipe = recipe
    self.seed = seed
  }

  public var context: RunContext {
    RunContext(
      seed: seed, trainingCount: dataset.training.count, classes: dataset.classes,
      batchSize: recipe[Recipe.batchSize], epochs: recipe[Recipe.epochs])
  }
}

/// The final weights and batch-norm statistics of another run, from which this one goes on: every tensor of the network but
/// the steps of its quantisers, by name, in PyTorch's layout.
package struct StartingPoint: Sendable {
  package var parameters: [NamedTensor]
  package var buffers: [NamedTensor]

  package init(parameters: [NamedTensor], buffers: [NamedTensor]) {
    (self.parameters, self.buffers) = (parameters, buffers)
  }
}

/// Where a run stands, told to an observer after every step.
public struct TrainingProgress: Sendable {
  public var iteration: Int
  public var iterations: Int
  /// 1-based.
  public var epoch: Int
  public var epochs: Int
  /// Whether the step was its epoch's last.
  public var isEpochDone: Bool
  /// Loss of the last step's first pass.
  public var loss: Double
  /// Seconds of training so far, without evaluation.
  public var trainingSeconds: Double
  /// Examples trained on so far.
  public var images: Int
  /// The latest test accuracy in percent, nil before the first evaluation.
  public var testAccuracy: Double?
  /// The epoch's line where the step was its last, else nil.
  public var record: EpochRecord?
}

/// What an observer wants to happen next.
public enum Directive: Sendable {
  case proceed
  /// Keep the state, then go on.
  case save
  /// Keep the state and leave.
  case stop
}

/// One epoch's line.
public struct EpochRecord: Hashable, Codable, Sendable {
  /// Mean over the epoch's examples of the first pass, and percent correct.
  public var trainLoss: Double
  public var trainAccuracy: Double
  /// Not-a-number in epochs without evaluation.
  public var testLoss: Double
  public var testAccuracy: Double
  /// Of the epoch's first step.
  public var learningRate: Double
  /// Wall seconds of optimisation and waiting for data; of waiting for data alone; of evaluation.
  public var trainSeconds: Double
  public var dataSeconds: Double
  public var evaluationSeconds: Double
  /// Test accuracy of the running mean of the weights; nil without one, and in epochs without evaluation.
  public var averageTestAccuracy: Double? = nil
  /// Training accuracy of the first pass by kind of label; nil without label noise.
  public var byLabel: LabelFit? = nil
}
