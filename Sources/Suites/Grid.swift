/// One size of a suite: smoke, quick, paper, paper6.
public struct Profile: Hashable, Sendable {
  public let name: String
  /// Whether its numbers may be held against the paper's accuracies.
  public let isEvidence: Bool
  /// What its accuracies can say of the paper's claims.
  public let scale: Scale
  /// The columns whose numbers may be held against the paper's: all when it is evidence, none when it is not, unless the
  /// suite says otherwise.
  public let comparable: Set<Column>
  /// What every table of this profile says about itself, or nil.
  public let banner: String?
  /// Refuses anything but the full official files.
  public let requiresOfficialData: Bool
  /// How many cells are in work at a time, a second each, so that a change of the machine's speed meets all alike.
  public let interleaving: Interleaving

  public enum Interleaving: Hashable, Sendable {
    /// One cell after the other.
    case none
    /// All cells that are compared with each other, of one model, data set and seed: as many as the plan of the run has.
    case compared
    case cells(Int)
    /// The same cells as `compared`, in turns of so many steps whose times are stored; final weights are not.
    case steps(Int)

    /// How many steps make a turn, where turns are counted in steps.
    public var stepsPerTurn: Int? { if case .steps(let count) = self { count } else { nil } }
  }
}

/// How near a profile's runs are to the paper's.
public enum Scale: String, Hashable, Sendable, CaseIterable {
  /// The paper's own, or no statement of the kind.
  case paper
  /// Too small for the paper's numbers, and made so that the direction of a difference can be decided: a claim's direction
  /// is the same at small scale, the opposite, or open.
  case small
}

/// What a table's columns show.
public enum Column: String, Hashable, Sendable, CaseIterable {
  case accuracy
  /// Iterations with a second gradient.
  case samplingNumber = "sampling_number"
  /// AIS with its ratio to the baseline in percent.
  case imagesPerSecond = "ais"
}

/// How a table is printed: a block for each model, in it a row for each method, columns for each data set.
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
  /// The scheme its models are quantised by, or nil.
  public let quantization: String?
}

/// A model or data set as the suite lists it.
public struct AxisItem: Hashable, Sendable {
  public let name: String
  public let label: String
}

/// A suite at one profile, resolved: every combination of its axes with the cells to run for it.
public struct Grid: Sendable {
  /// One method on one model and data set.
  public struct Entry: Sendable {
    public let dataset: AxisItem
    public let model: AxisItem
    public let method: MethodRow
    /// One for each seed; empty when something it names is planned but not there yet.
    public let cells: [Cell]
    /// The name that is planned but not in the catalogues, or nil.
    public let missing: String?
    public let published: PublishedRow?

    public var isAvailable: Bool { missing == nil }
  }

  public let suite: Suite
  public let profile: Profile
  public let seeds: [UInt64]
  public let datasets: [AxisItem]
  public let models: [AxisItem]
  public let methods: [MethodRow]
  /// Models outermost, then data sets, then methods.
  public let entries: [Entry]
  /// The method that speeds are relative to, when the table does not show it as a row; runs like any other.
  public let hiddenBaseline: [Entry]

  /// All cells, seed by seed.
  public var cells: [Cell] {
    seeds.indices.flatMap { seed in
      (entries + hiddenBaseline).compactMap { $0.isAvailable ? $0.cells[seed] : nil }
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
