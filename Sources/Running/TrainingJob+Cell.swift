import Datasets
import Methods
import Models
import Networks
import Suites
import Training

extension TrainingJob {
  /// What a cell asks of the engine.
  init(_ cell: Cell, on dataset: Dataset) {
    guard let model = ModelCatalogue.named(cell.model.name), let method = MethodCatalogue.named(cell.method.name) else {
      preconditionFailure("TrainingJob: \(cell.title) names what no catalogue has, and the suite was checked")
    }
    let node = model.node(
      cell.model.settings, input: Shape(height: 32, width: 32, channels: 3), classes: dataset.classes)
    self.init(
      dataset: dataset, network: node, method: method, methodSettings: cell.method.settings, recipe: cell.recipe,
      seed: cell.seed)
  }
}
