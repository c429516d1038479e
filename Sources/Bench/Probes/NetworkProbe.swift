import Configuration
import Core
import Datasets
import Methods
import Networks
import Records
import Training

/// Probes of a stored run: its network at the final weights, on part of its training images and on its test images.
package final class NetworkProbe {
  private let oracle: NetworkOracle
  private let w: Vector
  private let dataset: Dataset
  /// The probed images as one batch, and the owner of their memory.
  private let images: EvaluationBatches
  private let examples: Batch
  private let settings: ProbeSettings

  /// A lower bound of the memory in bytes.
  package static func leastBytes(of node: Node, images: Int, _ settings: ProbeSettings) -> Int {
    let parameters = Network.leastBytes(of: node, input: .image, batch: 0) / 2
    // Lanczos keeps one vector per step; the rest needs about a dozen.
    return Network.leastBytes(of: node, input: .image, batch: NetworkProbe.batch(settings))
      + (settings.lanczosSteps + 12) * parameters + images * 3072 * MemoryLayout<Float>.stride
  }

  private static func batch(_ settings: ProbeSettings) -> Int {
    max(settings.batchSize, settings.groups.max() ?? 1)
  }

  /// - Parameters:
  ///   - run: the final weights and statistics.
  ///   - count: number of training images, drawn at random, with their training labels.
  /// - Throws: if the tensors do not fit the network.
  package init(
    _ node: Node, _ run: StartingPoint, on dataset: Dataset, images count: Int, _ settings: ProbeSettings,
    pool: WorkerPool
  ) throws(UnfitTensors) {
    self.dataset = dataset
    self.settings = settings
    let network = Network(
      node, input: .image, batch: NetworkProbe.batch(settings), pool: pool, isGated: true)
    oracle = NetworkOracle(network)
    w = network.space.zeros()
    if let problem = run.load(into: w, statistics: oracle.statistics, of: network) {
      throw UnfitTensors(description: problem)
    }
    var stream = RandomStream(seed: settings.seed, purpose: .probes)
    let chosen = stream.permutation(of: dataset.training.count).prefix(count).map(Int.init)
    images = EvaluationBatches(dataset.training.images(chosen), batchSize: chosen.count)
    examples = images.batch(0)
  }

  /// All values, in file order.
  ///
  /// - Parameters:
  ///   - predictions: the stored prediction for each test image, to check that the network is the stored one.
  ///   - progress: receives the name of each part as it starts.
  package func record(predictions: [UInt8], progress: @escaping (String) -> Void) -> ProbeRecord {
    let start = ContinuousClock.now
    progress("test images")
    let test = Calibration(
      of: oracle, at: w, on: EvaluationBatches(dataset.test, batchSize: oracle.network.batch))
    let (trainingLoss, trainingAccuracy) = fit
    let probe = Probe(oracle, at: w, on: examples, settings, progress: progress)
    let modes = ProbeMode.allCases.flatMap { probe.values($0) }
    let equal = zip(test.predictions, predictions).count { $0 == $1 }
    let cost = oracle.cost
    return ProbeRecord(
      [
        ProbeValue("images", unit: "1", "training images used", Double(examples.count)),
        ProbeValue("batch_size", unit: "1", "images per batch", Double(settings.batchSize)),
        ProbeValue("radius", unit: "1", "rho for sharpness and PSF", settings.radius),
        ProbeValue("training_loss", unit: "nat", "mean loss on the training images used", trainingLoss),
        ProbeValue("training_accuracy", unit: "percent", "accuracy on the training images used", trainingAccuracy),
        ProbeValue("test_loss", unit: "nat", "mean loss on the test images", test.loss),
        ProbeValue("test_accuracy", unit: "percent", "accuracy on the test images", test.accuracy),
        ProbeValue("loss_gap", unit: "nat", "test minus training loss", test.loss - trainingLoss),
        ProbeValue(
          "accuracy_gap", unit: "percent", "training minus test accuracy", trainingAccuracy - test.accuracy),
        ProbeValue(
          "calibration_error", unit: "1", "expected calibration error on the test images, \(Calibration.bins) bins",
          test.expectedError),
        ProbeValue(
          "equal_predictions", unit: "percent", "test images with the stored prediction",
          100 * Double(equal) / Double(test.predictions.count)),
        ProbeValue("forward_examples", unit: "1", "images in forward passes", Double(cost.forwardExamples)),
        ProbeValue("backward_examples", unit: "1", "images in backward passes", Double(cost.backwardExamples)),
        ProbeValue(
          "gradients", unit: "1", "cost in gradients of one batch; a forward pass counts as one third",
          Double(cost.forwardExamples + 2 * cost.backwardExamples) / 3 / Double(settings.batchSize)),
        ProbeValue("seconds", unit: "s", "wall time of the probe", start.duration(to: .now) / .seconds(1)),
      ] + modes)
  }

  /// Mean loss on the probed images, and the percentage that is classified correctly.
  private var fit: (loss: Double, accuracy: Double) {
    var (loss, correct) = (0.0, 0)
    for range in examples.ranges(of: settings.batchSize) {
      let pass = oracle.evaluate(at: w, on: examples[range], normalizing: .running(oracle.statistics))
      loss += pass.loss * Double(range.count)
      correct += pass.correct
    }
    return (loss / Double(examples.count), 100 * Double(correct) / Double(examples.count))
  }
}

// MARK: - Probes by epoch

extension NetworkProbe {
  /// A lower bound of the memory of a job's probes in bytes; 0 without probes.
  package static func leastBytes(of job: TrainingJob) -> Int {
    job.probing.map { leastBytes(of: job.network, images: $0.images, $0.settings) } ?? 0
  }

  /// The numbers that a suite records after an epoch, with the same values as in `record`, in both modes. Allocates a
  /// network of its own and frees it: nothing of the training changes.
  package static func summary(of job: TrainingJob, at tensors: StartingPoint, pool: WorkerPool) -> [ProbeValue] {
    guard let (images, settings) = job.probing else { return [] }
    let network: NetworkProbe
    do throws(UnfitTensors) {
      network = try NetworkProbe(job.network, tensors, on: job.dataset, images: images, settings, pool: pool)
    } catch { preconditionFailure("NetworkProbe: the weights of a running job do not fit its network: \(error)") }
    let probe = Probe(network.oracle, at: network.w, on: network.examples, settings)
    return ProbeMode.allCases.flatMap { probe.summary($0) }
  }
}

extension TrainingJob {
  /// How many images are probed by epoch, and how; nil without probes.
  fileprivate var probing: (images: Int, settings: ProbeSettings)? {
    probes.map { schedule in
      let images = min(schedule.images, dataset.training.count)
      let radius = schedule.radius ?? ProbeSettings.radius(methodSettings.values["rho"])
      return (images, ProbeSettings(radius: radius, batchSize: min(recipe[Recipe.batchSize], images)))
    }
  }
}

/// The stored tensors do not fit the network.
package struct UnfitTensors: Error, CustomStringConvertible {
  package let description: String
}

extension ImageSet {
  fileprivate func images(_ places: [Int]) -> ImageSet {
    ImageSet(
      pixels: places.flatMap { pixels[$0 * 3072..<($0 + 1) * 3072] }, labels: places.map { labels[$0] })
  }
}
