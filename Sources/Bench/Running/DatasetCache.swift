import Configuration
import Datasets
import Suites

/// The data sets of a run, each loaded once.
package final class DatasetCache {
  private struct Key: Hashable {
    let name: String
    let settings: Settings
    let isOfficial: Bool
  }

  private let folder: DataFolder?
  private var loaded: [Key: Dataset] = [:]

  package init(folder: DataFolder?) { self.folder = folder }

  /// The data set of a cell, if its profile accepts it.
  package func dataset(of cell: Cell, profile: Profile) throws(DatasetError) -> Dataset {
    let key = Key(
      name: cell.dataset.name, settings: cell.dataset.settings, isOfficial: profile.requiresOfficialData)
    if let dataset = loaded[key] { return dataset }
    guard let source = DatasetCatalogue.named(key.name) else {
      preconditionFailure("DatasetCache: no data set is named \(key.name), and the suite was checked")
    }
    let dataset = try source.load(
      key.settings, folder: folder, policy: key.isOfficial ? .officialOnly : .standInAllowed)
    loaded[key] = dataset
    return dataset
  }
}
