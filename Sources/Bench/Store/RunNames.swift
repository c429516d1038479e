import Configuration

/// The catalogue names of a cell's model, data set and method, read from its configuration: they make a file
/// searchable.
package struct RunNames: Hashable, Sendable {
  package let model: String
  package let dataset: String
  package let method: String
  package let seed: Int

  /// - Parameter configJSON: a cell's identity; missing names become empty, a missing seed 0.
  package init(configJSON: String) {
    let config = Value(json: configJSON)
    func name(_ section: String) -> String { config.member(section)?.member("name")?.description ?? "" }
    (model, dataset, method) = (name("model"), name("dataset"), name("method"))
    seed = config.member("seed").flatMap { Int(setting: $0) } ?? 0
  }
}
