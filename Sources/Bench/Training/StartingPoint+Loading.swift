import Core
import Networks

extension StartingPoint {
  /// Overwrites the weights and statistics of a newly initialized network. The steps of quantizers keep their values.
  ///
  /// - Returns: the first mismatch, nil if there is none. The tensors come from a file, which may contain anything.
  package func load(into w: Vector, statistics: Vector, of network: Network) -> String? {
    let given = Dictionary(parameters.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
    for entry in network.space.layout.entries where entry.role != .stepSize {
      guard let values = given[entry.name], values.count == entry.range.count else {
        return "tensor \(entry.name) with \(entry.range.count) values is missing"
      }
      entry.take(values, into: w.elements)
    }
    let running = Dictionary(buffers.map { ($0.name, $0.values) }, uniquingKeysWith: { first, _ in first })
    for (name, range) in network.statistics {
      guard let values = running[name], values.count == range.count else {
        return "statistics \(name) with \(range.count) values are missing"
      }
      for (i, value) in zip(range, values) { statistics[i] = value }
    }
    return nil
  }
}
