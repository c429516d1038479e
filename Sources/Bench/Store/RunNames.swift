import Foundation

/// The catalogue names of a cell's model, data set and method, read from its configuration: they make a file
/// searchable.
package struct RunNames: Hashable, Sendable {
  package let model: String
  package let dataset: String
  package let method: String
  package let seed: Int

  /// - Parameter configJSON: a cell's identity; missing names become empty, a missing seed 0.
  package init(configJSON: String) {
    let config = (try? JSONSerialization.jsonObject(with: Data(configJSON.utf8))) as? [String: Any] ?? [:]
    func name(_ section: String) -> String { (config[section] as? [String: Any])?["name"] as? String ?? "" }
    (model, dataset, method) = (name("model"), name("dataset"), name("method"))
    seed = (config["seed"] as? NSNumber)?.intValue ?? 0
  }
}
