import Configuration
import Datasets
import Methods
import Models
import Networks
import Suites
import Training

extension TrainingJob {
  /// The training job of a cell.
  ///
  /// - Parameters:
  ///   - start: the final weights of the cell from which this one starts.
  ///   - probes: when to probe it.
  init(_ cell: Cell, on dataset: Dataset, start: StartingPoint? = nil, probes: ProbeSchedule? = nil) {
    guard let model = ModelCatalogue.named(cell.model.name), let method = MethodCatalogue.named(cell.method.name) else {
      preconditionFailure("TrainingJob: \(cell.title) uses a name that no catalogue has")
    }
    let plain = model.node(cell.model.settings, input: .image, classes: dataset.classes)
    self.init(
      dataset: dataset, network: cell.quantization.map { LSQ.quantized(plain, $0.settings) } ?? plain, start: start,
      method: method, methodSettings: cell.method.settings, recipe: cell.recipe,
      seed: cell.seed)
    self.probes = probes
  }
}
