import Networks
import Tensors

extension StartingPoint {
  /// Overwrites the weights and statistics of a network that was just initialised. Steps of quantisers keep their values.
  ///
  /// - Returns: what does not fit, nil where all does. The tensors come from the file of a run of the same model, which may
  ///   hold anything.
  func load(into w: Vector, statistics: Vector, of network: Network) -> String? {
    let given = Dictionary(parameters.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
    for entry in network.space.layout.entries where entry.role != .stepSize {
      guard let values = given[entry.name], values.count == entry.range.count else {
        return "it has no tensor \(entry.name) of \(entry.range.count) values"
      }
      entry.take(values, into: w.elements)
    }
    let running = Dictionary(buffers.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
    for (name, range) in network.statistics {
      guard let values = running[name], values.count == range.count else {
        return "it has no statistics \(name) of \(range.count) values"
      }
      for (i, value) in zip(range, values) { statistics[i] = value }
    }
    return nil
  }
}
