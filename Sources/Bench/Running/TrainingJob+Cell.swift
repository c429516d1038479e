import Configuration
import Datasets
import Methods
import Models
import Networks
import Suites
import Training

extension Component {
  /// The network of a model, in floating point.
  func network(classes: Int) -> Node {
    guard let model = ModelCatalogue.named(name) else { preconditionFailure("Component: no model is named \(name)") }
    return model.node(settings, input: .image, classes: classes)
  }
}

extension TrainingJob {
  /// The training job of a cell.
  ///
  /// - Parameters:
  ///   - start: the final weights of the cell from which this one starts.
  ///   - probes: when to probe it.
  init(_ cell: Cell, on dataset: Dataset, start: StartingPoint? = nil, probes: ProbeSchedule? = nil) {
    guard let method = MethodCatalogue.named(cell.method.name) else {
      preconditionFailure("TrainingJob: no method is named \(cell.method.name)")
    }
    let plain = cell.model.network(classes: dataset.classes)
    self.init(
      dataset: dataset, network: cell.quantization.map { LSQ.quantized(plain, $0.settings) } ?? plain, start: start,
      method: method, methodSettings: cell.method.settings, recipe: cell.recipe, seed: cell.seed)
    self.probes = probes
  }
}
