import Datasets
import Methods
import Models
import Networks
import Quantization
import Suites
import Training

extension TrainingJob {
  /// What a cell asks of the engine.
  ///
  /// - Parameter start: the final weights of the cell that this one names as its start.
  init(_ cell: Cell, on dataset: Dataset, start: StartingPoint? = nil) {
    guard let model = ModelCatalogue.named(cell.model.name), let method = MethodCatalogue.named(cell.method.name) else {
      preconditionFailure("TrainingJob: \(cell.title) names what no catalogue has, and the suite was checked")
    }
    let plain = model.node(cell.model.settings, input: .image, classes: dataset.classes)
    self.init(
      dataset: dataset, network: cell.quantization.map { LSQ.quantized(plain, $0.settings) } ?? plain, start: start,
      method: method, methodSettings: cell.method.settings, recipe: cell.recipe,
      seed: cell.seed)
  }
}
