import Configuration
import Datasets
import Models
import Networks
import Probes
import Records
import Suites
import Training

/// The network and data of a stored run, rebuilt from the catalogs.
package struct StoredRun {
  package let recipe: Settings
  /// The radius at which it is probed by default.
  package let radius: Double
  private let record: RunRecord
  private let model: Component
  /// Settings that change the images or labels, such as label noise.
  private let departures: [String: Value]

  /// - Throws: if the network cannot be built, or has no gradient.
  package init(_ record: RunRecord) throws(StoredRunError) {
    func refuse(_ reason: String) -> StoredRunError { .unusable(cell: record.cellID, reason: reason) }
    guard record.result.status == .finished else { throw refuse("its status is '\(record.result.status.word)'") }
    guard record.storedDigest == nil, !record.parameters.isEmpty else {
      throw refuse("its file has no weights")
    }
    let config = Value(json: record.configJSON)
    // The loss is piecewise constant in the weights.
    guard config.member("quantization") == nil else {
      throw refuse("its weights are quantized, so the loss has no useful derivative")
    }
    guard case .text(let name)? = config.member("model")?.member("name"), let model = ModelCatalogue.named(name)
    else {
      throw refuse("its model is not in the catalog")
    }
    guard case .integer(model.revision)? = config.member("model")?.member("revision") else {
      throw refuse("it was trained with another revision of the model '\(name)'")
    }
    do throws(SettingsError) {
      let given = config.member("model")?.member("settings")?.members ?? [:]
      self.model = Component(
        name: name, label: name, settings: try Settings(model.settings, given: given, owner: "model \(name)"),
        revision: model.revision)
      recipe = try Settings(Recipe.settings, given: config.member("recipe")?.members ?? [:], owner: "recipe")
    } catch {
      throw refuse(error.description.hasSuffix(".") ? String(error.description.dropLast()) : error.description)
    }
    radius = ProbeSettings.radius(config.member("method")?.member("settings")?.member("rho"))
    departures = (config.member("dataset")?.members ?? [:]).filter { $0.key != "name" && $0.key != "fingerprint" }
    self.record = record
  }

  package func node(classes: Int) -> Node { model.network(classes: classes) }

  package var tensors: StartingPoint { StartingPoint(parameters: record.parameters, buffers: record.buffers) }

  /// The data set. The file contains its fingerprint, but not the settings that selected the images, so candidates are
  /// loaded until the fingerprint matches.
  ///
  /// - Parameter choices: candidates from suites.
  package func dataset(_ choices: [Settings], folder: DataFolder?) throws -> Dataset {
    guard let source = DatasetCatalogue.named(record.data.name) else {
      throw StoredRunError.unusable(cell: record.cellID, reason: "its data set is not in the catalog")
    }
    var given: [[String: Value]] = [
      ["training": .integer(record.data.trainingCount), "test": .integer(record.data.testCount)], [:],
    ]
    if record.data.kind == .generated { given = given.map { $0.merging(["source": "generated"]) { $1 } } + given }
    given = given.map { $0.merging(departures) { $1 } } + choices.map(\.values)
    var tried: Set<Settings> = []
    for given in given {
      // Other data sets may not have these settings.
      guard let settings = try? Settings(source.settings, given: given, owner: "dataset \(source.name)"),
        tried.insert(settings).inserted
      else { continue }
      do throws(DatasetError) {
        let dataset = try source.load(settings, folder: folder, policy: .standInAllowed)
        if dataset.fingerprint == record.data.fingerprint { return dataset }
      } catch {
        switch error.kind {
        case .notFound, .refused: continue
        case .damaged, .system: throw error
        }
      }
    }
    throw StoredRunError.noData(cell: record.cellID, name: source.name, fingerprint: record.data.fingerprint)
  }
}

package enum StoredRunError: Error, Equatable {
  /// No network, or none with a gradient.
  case unusable(cell: String, reason: String)
  /// No data with the run's fingerprint.
  case noData(cell: String, name: String, fingerprint: String)
}

extension StoredRunError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unusable(let cell, let reason): "\(cell) cannot be probed: \(reason)."
    case .noData(let cell, let name, let fingerprint):
      "\(cell): its data were not found (\(name), fingerprint \(fingerprint.prefix(16))). "
        + "Set --data to the data folder, and --suites to the folder of its suite."
    }
  }
}
