import Configuration
import Datasets
import Methods
import Networks
import Records

/// The complete definition of one run: everything that can change a result, without threads and paths.
public struct TrainingJob: Sendable {
  public var dataset: Dataset
  public var network: Node
  /// The initial weights; nil to draw them from the seed.
  package var start: StartingPoint?
  public var method: any TrainingMethod.Type
  public var methodSettings: Settings
  /// Resolved from `Recipe.settings`.
  public var recipe: Settings
  public var seed: UInt64
  /// When to probe the weights; nil for never. Changes no result.
  package var probes: ProbeSchedule?

  package init(
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

/// The final weights and batch-norm statistics of another run, from which this one starts: every tensor of the network
/// except the steps of its quantizers, by name, in PyTorch's layout.
package struct StartingPoint: Sendable {
  package var parameters: [NamedTensor]
  package var buffers: [NamedTensor]

  package init(parameters: [NamedTensor], buffers: [NamedTensor]) {
    (self.parameters, self.buffers) = (parameters, buffers)
  }
}

/// The progress of a run, passed to an observer after every step.
public struct TrainingProgress: Sendable {
  public var iteration: Int
  public var iterations: Int
  /// 1-based.
  public var epoch: Int
  public var epochs: Int
  /// Whether the step was the last of its epoch.
  public var isEpochDone: Bool
  /// The loss of the last step's first pass.
  public var loss: Double
  /// Seconds of training so far, without evaluation.
  public var trainingSeconds: Double
  /// The number of training examples processed so far.
  public var images: Int
  /// The latest test accuracy in percent; nil before the first evaluation.
  public var testAccuracy: Double?
  /// The record of the epoch if the step was its last, else nil.
  public var record: EpochRecord?
}

/// An observer's decision about how to proceed.
public enum Directive: Sendable {
  case proceed
  /// Write a checkpoint, then proceed.
  case save
  /// Write a checkpoint and stop.
  case stop
}

/// The record of one epoch.
public struct EpochRecord: Hashable, Codable, Sendable {
  /// Mean loss in nats and accuracy in percent over the epoch's examples, in the first pass of each step.
  public var trainLoss: Double
  public var trainAccuracy: Double
  /// NaN in epochs without evaluation.
  public var testLoss: Double
  public var testAccuracy: Double
  /// The learning rate of the epoch's first step.
  public var learningRate: Double
  /// Wall-clock seconds of optimization and waiting for data; of waiting for data alone; of evaluation.
  public var trainSeconds: Double
  public var dataSeconds: Double
  public var evaluationSeconds: Double
  /// The test accuracy of the running mean of the weights; nil without one, and in epochs without evaluation.
  public var averageTestAccuracy: Double? = nil
  /// The training accuracy of the first pass by kind of label; nil without label noise.
  public var byLabel: LabelFit? = nil
  /// Single numbers measured at the weights after the epoch, and the wall-clock seconds that took; empty in epochs
  /// without a probe.
  package var probes: [ProbeValue] = []
  package var probeSeconds = 0.0
}
