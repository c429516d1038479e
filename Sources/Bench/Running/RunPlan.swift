import Configuration
import Datasets
import Store
import Suites
import Training

/// The cells of a run in order, with the stored state of each.
package struct RunPlan: Sendable {
  package struct Item: Sendable {
    package let id: String
    package let cell: Cell
    package let dataset: Dataset
    /// The names of all suites that contain the cell; it runs for the first.
    package var suites: [String]
    package let status: RunStatus
    /// The cells that must finish before this one, because it starts from their final weights.
    package let dependencies: [Dependency]
    /// When the cell is probed; nil for never. Not part of its identity.
    package var probes: ProbeSchedule?

    /// Example: "table3: ResNet-18, CIFAR-10, vSAM, seed 1".
    package var alias: String { "\(suites[0]): \(cell.title)" }
  }

  /// A cell from which another one starts. It need not be selected itself.
  package struct Dependency: Hashable, Sendable {
    package let id: String
    /// Example: "ResNet-18, CIFAR-10, full-precision, seed 1".
    package let title: String
    package let isFinished: Bool
  }

  package let profile: Profile
  /// Ordered by table and seed, but with compared cells next to each other; a cell shared by several tables appears
  /// once.
  package let items: [Item]
}

extension RunPlan {
  /// Orders the selected cells of several grids and looks up the state of each in the store.
  ///
  /// - Throws: `DatasetError` if a data set cannot be loaded, `StoreError` for a file that needs the user's attention.
  package init(
    _ grids: [Grid], selection: Selection = .all, datasets: DatasetCache, store: RunStore
  ) throws {
    precondition(!grids.isEmpty, "RunPlan: at least one grid")
    profile = grids[0].profile
    var items: [Item] = []
    var places: [String: Int] = [:]
    for grid in grids {
      for (_, cell) in grid.cells(in: selection) {
        let dataset = try datasets.dataset(of: cell, profile: grid.profile)
        let id = cell.id(fingerprint: dataset.fingerprint)
        // The loss of a quantized network has no useful derivative.
        let schedule = cell.quantization == nil ? grid.suite.probes : nil
        if let place = places[id] {
          if !items[place].suites.contains(grid.suite.name) { items[place].suites.append(grid.suite.name) }
          items[place].probes = items[place].probes ?? schedule
          continue
        }
        places[id] = items.count
        items.append(
          Item(
            id: id, cell: cell, dataset: dataset, suites: [grid.suite.name], status: try store.status(of: id),
            dependencies: try cell.start.map { start in
              let id = start.id(fingerprint: dataset.fingerprint)
              return [
                Dependency(id: id, title: start.title, isFinished: try store.status(of: id) == .stored(.finished))
              ]
            } ?? [], probes: schedule))
      }
    }
    self.items = RunPlan.groups(items).flatMap { $0 }
  }

  /// The number of cells to interleave for this profile.
  package var interleaved: Int {
    switch profile.interleaving {
    case .none: 1
    case .cells(let count): count
    case .compared, .steps: RunPlan.groups(items).map(\.count).max() ?? 1
    }
  }

  /// The number of finished cells that lack probes by epoch, which their suites ask for.
  package func unprobed(in store: RunStore) throws(StoreError) -> Int {
    var count = 0
    for item in items where item.probes != nil && item.status == .stored(.finished) {
      let epochs = try store.record(of: item.id, .summary).epochs
      if !epochs.contains(where: { $0.name.hasPrefix(EpochRecord.probePrefix) }) { count += 1 }
    }
    return count
  }

  package func only(_ id: String) -> RunPlan {
    RunPlan(profile: profile, items: items.filter { $0.id == id })
  }

  /// The cells that are compared with each other: those of one model, data set and seed. Run one after another, they
  /// meet the same state of the machine, even if they belong to different tables.
  private static func groups(_ items: [Item]) -> [[Item]] {
    items.grouped { [$0.cell.model.label, $0.cell.dataset.label, "\($0.cell.seed)"] }.map(\.elements)
  }
}

extension RunPlan.Item {
  func with(_ status: RunStatus) -> RunPlan.Item {
    RunPlan.Item(
      id: id, cell: cell, dataset: dataset, suites: suites, status: status, dependencies: dependencies, probes: probes)
  }

  /// The reason why `run` would train the cell; nil if there is nothing to do.
  ///
  /// A diverged cell would diverge again, so it is repeated only if forced.
  package func reason(force: Bool) -> String? {
    switch status {
    case .absent: return "no result yet"
    case .stored(.failed(let reason)): return "failed: \(reason)"
    case .damaged(let reason): return "damaged: \(reason)"
    case .stored: return force ? "forced" : nil
    // Not even if forced: this program cannot read what it would overwrite.
    case .newer: return nil
    }
  }
}

extension RunStatus {
  /// One word for tables and JSON.
  package var word: String {
    switch self {
    case .absent: "missing"
    case .stored(let outcome): outcome.word
    case .damaged: "damaged"
    case .newer: "newer"
    }
  }

  /// The advice on a result in a later format; empty for others.
  package var advice: String {
    guard case .newer(let format) = self else { return "" }
    return "its result has format \(format), but this program reads up to format \(RunStore.format). Use the newer "
      + "program that wrote it, or another results folder"
  }
}
