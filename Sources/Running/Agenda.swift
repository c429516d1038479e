import Datasets
import Store
import Suites

/// The cells of a run in their order, with what the store knows of each.
package struct Agenda: Sendable {
  package struct Item: Sendable {
    package let id: String
    package let cell: Cell
    package let dataset: Dataset
    /// Names of all suites that show it; the first is the one it runs for.
    package var suites: [String]
    package let status: RunStatus
    /// The cells that must have finished before this one can be trained, because it starts from their final weights.
    package let dependencies: [Dependency]

    /// "table3: ResNet-18, CIFAR-10, vSAM, seed 1".
    package var alias: String { "\(suites[0]): \(cell.title)" }
  }

  /// A cell that another one starts from. It need not be selected itself.
  package struct Dependency: Hashable, Sendable {
    package let id: String
    /// "ResNet-18, CIFAR-10, full-precision, seed 1".
    package let title: String
    /// Whether the store has its result.
    package let isFinished: Bool
  }

  package let profile: Profile
  /// Table by table, seed by seed, but what is compared stands together; a cell that several tables share stands once.
  package let items: [Item]
}

extension Agenda {
  /// Brings the selected cells of several grids into their order and asks the store about each.
  ///
  /// - Throws: `DatasetError` when a data set cannot be loaded, `StoreError` for a file that a person must look at.
  package init(
    _ grids: [Grid], selection: Selection = .all, shelf: DataShelf, store: RunStore
  ) throws {
    precondition(!grids.isEmpty, "Agenda: at least one grid")
    profile = grids[0].profile
    var items: [Item] = []
    var places: [String: Int] = [:]
    for grid in grids {
      for (_, cell) in grid.cells(in: selection) {
        let dataset = try shelf.dataset(of: cell, profile: grid.profile)
        let id = cell.id(fingerprint: dataset.fingerprint)
        if let place = places[id] {
          if !items[place].suites.contains(grid.suite.name) { items[place].suites.append(grid.suite.name) }
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
            } ?? []))
      }
    }
    self.items = Agenda.neighbours(items)
  }

  /// How many cells are to be in work at a time for this profile.
  package var interleaved: Int {
    switch profile.interleaving {
    case .none: 1
    case .cells(let count): count
    case .compared, .steps: Agenda.groups(items).map(\.count).max() ?? 1
    }
  }

  /// One of its cells alone.
  package func only(_ id: String) -> Agenda {
    Agenda(profile: profile, items: items.filter { $0.id == id })
  }

  /// Cells that are compared with each other, of one model, data set and seed, stand together, each group where its first
  /// cell stood: run in this order they meet the same state of the machine, whichever tables they are of.
  private static func neighbours(_ items: [Item]) -> [Item] { groups(items).flatMap { $0 } }

  private static func groups(_ items: [Item]) -> [[Item]] {
    struct Group: Hashable {
      let model: String
      let dataset: String
      let seed: UInt64
    }
    var places: [Group: Int] = [:]
    var groups: [[Item]] = []
    for item in items {
      let group = Group(model: item.cell.model.label, dataset: item.cell.dataset.label, seed: item.cell.seed)
      if let place = places[group] {
        groups[place].append(item)
      } else {
        places[group] = groups.count
        groups.append([item])
      }
    }
    return groups
  }
}

extension Agenda.Item {
  /// The same cell as the store knows it now.
  func with(_ status: RunStatus) -> Agenda.Item {
    Agenda.Item(id: id, cell: cell, dataset: dataset, suites: suites, status: status, dependencies: dependencies)
  }

  /// Whether `run` would train it, and why; nil when there is nothing to do.
  ///
  /// A diverged cell would diverge again, so it is not repeated unless forced.
  package func reason(force: Bool) -> String? {
    switch status {
    case .absent: return "no result yet"
    case .stored(.failed(let reason)): return "failed: \(reason)"
    case .damaged(let reason): return "damaged: \(reason)"
    case .stored: return force ? "forced" : nil
    // Not even forced: this program does not know what it would lose.
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

  /// What a result of a later format is told with.
  package var advice: String {
    guard case .newer(let format) = self else { return "" }
    return "its result has format \(format), and this program reads up to format \(RunStore.format). Use the program "
      + "that wrote it, or another results folder"
  }
}
