import Networks
import Tensors

extension StartingPoint {
  /// Overwrites the weights and statistics of a network that was just initialised. Steps of quantisers keep their values.
  ///
  /// The tensors come from a run of the same model, so one that is missing or of another size is a mistake of the program.
  func load(into w: Vector, statistics: Vector, of network: Network) {
    let given = Dictionary(parameters.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
    for entry in network.space.layout.entries where entry.role != .stepSize {
      guard let values = given[entry.name] else { preconditionFailure("StartingPoint: no tensor \(entry.name)") }
      entry.take(values, into: w.elements)
    }
    let running = Dictionary(buffers.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
    for (name, range) in network.statistics {
      guard let values = running[name], values.count == range.count else {
        preconditionFailure("StartingPoint: no statistics \(name) of \(range.count) values")
      }
      for (i, value) in zip(range, values) { statistics[i] = value }
    }
  }
}
