import Configuration
import Contract
import Core
import Datasets
import Methods
import Models
import Networks
import Training

extension MethodLaw {
  /// Trains with the complete engine: generated images, augmentation, a small residual network and the real loop.
  static let networkIsTrained = MethodLaw("trains a small network, bitwise identical with 1 and 2 threads", .defaults) {
    variant in
    let source = CIFAR10.self
    let dataset = try source.load(
      Settings(source.settings, given: ["source": "generated", "training": 192, "test": 20], owner: "dataset"),
      folder: nil, policy: .standInAllowed)
    let job = TrainingJob(
      dataset: dataset,
      network: ResNet.node(
        try Settings(ResNet.settings, given: ["depth": "10", "width": 8], owner: "model"),
        input: .image, classes: dataset.classes),
      method: variant.type,
      methodSettings: try Settings(variant.type.settings, given: variant.given, owner: "method \(variant.type.name)"),
      recipe: try Settings(
        Recipe.settings, given: ["epochs": 5, "batch_size": 32, "evaluate_every": 5, "cutout": 0], owner: "recipe"),
      seed: 1)
    let records = [1, 2].map { Trainer(job, pool: WorkerPool(workers: $0)).run { _ in .proceed }.record }
    let losses = records[0].epochs.first { $0.name == "train_loss" }?.values ?? []
    guard records[0].result.status == .finished, let first = losses.first, let last = losses.last else {
      return "the loss is not finite after \(records[0].result.iterations) steps"
    }
    if !(last < first * 0.95) { return "the mean loss of an epoch changed from \(first) to \(last) over 5 epochs" }
    let bits = records.map { $0.parameters.map { $0.values.map(\.bitPattern) } }
    return bits[0] == bits[1] ? nil : "the final weights depend on the number of threads"
  }
}
