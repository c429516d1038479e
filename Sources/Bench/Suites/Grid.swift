/// One size of a suite: smoke, quick, paper, paper6.
public struct Profile: Hashable, Sendable {
  public let name: String
  /// Whether its accuracies may be compared with the paper's.
  public let isEvidence: Bool
  /// The kind of conclusion its accuracies support.
  public let scale: Scale
  /// The columns that may be compared with the paper's. By default all if the profile is evidence, otherwise none.
  public let comparable: Set<Column>
  /// A warning above every table of this profile, or nil.
  public let banner: String?
  /// Whether only the full official files are accepted.
  public let requiresOfficialData: Bool
  /// The cells that are trained round-robin, one second each, so that changes in machine speed affect all equally.
  public let interleaving: Interleaving

  public enum Interleaving: Hashable, Sendable {
    /// One cell after another.
    case none
    /// All cells that are compared with each other: the run's cells of one model, data set and seed.
    case compared
    case cells(Int)
    /// The same cells as `compared`, in turns of this many steps. Stores step times but not final weights.
    case steps(Int)

    /// Steps per turn; nil unless turns are counted in steps.
    public var stepsPerTurn: Int? { if case .steps(let count) = self { count } else { nil } }
  }
}

/// The scale of a profile's runs relative to the paper's.
public enum Scale: String, Hashable, Sendable, CaseIterable {
  /// The paper's scale, or unspecified.
  case paper
  /// Too small for the paper's numbers, but designed to decide the direction of a difference: same as in the paper,
  /// opposite or open.
  case small
}

/// The columns of a table.
public enum Column: String, Hashable, Sendable, CaseIterable {
  case accuracy
  /// Iterations with a second gradient.
  case samplingNumber = "sampling_number"
  /// AIS with its ratio to the baseline in percent.
  case imagesPerSecond = "ais"
}

/// The layout of a table: a block for each model, a row for each method, columns for each data set.
public struct Layout: Hashable, Sendable {
  /// Head of the first column: "method", "alpha".
  public let head: String
  public let columns: [Column]
}

/// A row's method as the suite lists it.
public struct MethodRow: Hashable, Sendable {
  /// The catalogue's key.
  public let name: String
  /// Unique in the suite: `SAM-5`.
  public let label: String
  /// Text of the first column; the label unless the suite says otherwise.
  public let head: String
  public let published: PublishedKey
  /// The quantization scheme of its models, or nil.
  public let quantization: String?
}

/// A model or data set as the suite lists it.
public struct AxisItem: Hashable, Sendable {
  public let name: String
  public let label: String
}

/// A suite resolved at one profile: every combination of its axes with its cells.
public struct Grid: Sendable {
  /// One method on one model and data set.
  public struct Entry: Sendable {
    public let dataset: AxisItem
    public let model: AxisItem
    public let method: MethodRow
    /// One per seed.
    public let cells: [Cell]
    public let published: PublishedRow?
  }

  public let suite: Suite
  public let profile: Profile
  public let seeds: [UInt64]
  public let datasets: [AxisItem]
  public let models: [AxisItem]
  public let methods: [MethodRow]
  /// Models outermost, then data sets, then methods.
  public let entries: [Entry]
  /// The baseline of speeds if it is not a row of the table; it is run like any other method.
  public let hiddenBaseline: [Entry]

  /// Every model with every data set, models outermost.
  public var blocks: [(model: AxisItem, dataset: AxisItem)] {
    models.flatMap { model in datasets.map { (model, $0) } }
  }

  /// All cells, seed by seed.
  public var cells: [Cell] { cells(in: .all).map(\.cell) }

  /// The selected cells with their rows, seed by seed.
  public func cells(in selection: Selection) -> [(entry: Entry, cell: Cell)] {
    seeds.indices.flatMap { index in
      (entries + hiddenBaseline).compactMap { entry in
        selection.includes(entry, seed: seeds[index], in: self) ? (entry, entry.cells[index]) : nil
      }
    }
  }

  /// The entry that speeds on this model and data set are relative to.
  public func baseline(model: String, dataset: String) -> Entry? {
    guard let label = suite.baseline else { return nil }
    return entry(method: label, model: model, dataset: dataset)
      ?? hiddenBaseline.first { $0.model.label == model && $0.dataset.label == dataset }
  }

  /// The entry with these labels.
  public func entry(method: String, model: String, dataset: String) -> Entry? {
    entries.first { $0.method.label == method && $0.model.label == model && $0.dataset.label == dataset }
  }
}
