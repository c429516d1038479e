/// The cells selected for a command: `--only 'model=resnet18,method=vsam|sam,seed=1..3'`.
///
/// Comma-separated terms must all match; bars separate alternatives. An exact label selects that label; anything else
/// is compared with names and labels by letters and digits only, without case.
public struct Selection: Sendable {
  enum Term: Sendable, Equatable {
    case names(SuiteSource.Section, [String])
    case seed([ClosedRange<UInt64>])
  }

  let terms: [Term]
  let text: String

  /// Selects everything.
  public static var all: Selection { Selection(terms: [], text: "") }

  private init(terms: [Term], text: String) {
    self.terms = terms
    self.text = text
  }

  public init(_ text: String) throws(SuiteError) {
    let place = Place(file: "--only \(text)")
    var terms: [Term] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
        String($0).trimmingSpaces()
      }
      guard sides.count == 2, !sides[1].isEmpty else {
        throw .syntax(place, reason: "expected terms such as model=resnet18,method=vsam,seed=1..3")
      }
      let names = sides[1].split(separator: "|").map { String($0).trimmingSpaces() }
      switch sides[0] {
      case "dataset": terms.append(.names(.dataset, names))
      case "model": terms.append(.names(.model, names))
      case "method": terms.append(.names(.method, names))
      case "seed":
        terms.append(.seed(try names.map { name throws(SuiteError) in try Selection.range(name, at: place) }))
      default:
        throw .unknownKey(place, key: sides[0], within: "--only", known: ["dataset", "model", "method", "seed"])
      }
    }
    self.init(terms: terms, text: text)
  }

  /// Selects one row by the labels of its data set, model and method, and one seed of it.
  public init(exactly dataset: String, model: String, method: String, seed: UInt64) {
    self.init(
      terms: [
        .names(.dataset, [dataset]), .names(.model, [model]), .names(.method, [method]), .seed([seed...seed]),
      ], text: "")
  }

  static func range(_ text: String, at place: Place) throws(SuiteError) -> ClosedRange<UInt64> {
    let allowed = SuiteSource.allowedSeeds
    guard let match = text.wholeMatch(of: /([0-9]+)(?:\.\.([0-9]+))?/),
      let low = UInt64(match.1), let high = UInt64(match.2 ?? match.1), low <= high
    else {
      throw .wrongValue(place, key: "seed", allowed: "a number or a range such as 1..3", found: "'\(text)'")
    }
    guard allowed.contains(high) else {
      throw .wrongValue(
        place, key: "seed", allowed: "from \(allowed.lowerBound) to \(allowed.upperBound)", found: "'\(text)'")
    }
    return low...high
  }

  /// Whether one seed of an entry is selected.
  public func includes(_ entry: Grid.Entry, seed: UInt64, in grid: Grid) -> Bool {
    terms.allSatisfy { term in
      switch term {
      case .names(let axis, let names): matches(names, entry.names(axis)) { grid.labels(axis).contains($0) }
      case .seed(let ranges): ranges.contains { $0.contains(seed) }
      }
    }
  }

  /// Whether one run is selected, given all names and labels of its parts.
  public func includes(dataset: [String], model: [String], method: [String], seed: UInt64) -> Bool {
    let parts: [SuiteSource.Section: [String]] = [.dataset: dataset, .model: model, .method: method]
    return terms.allSatisfy { term in
      switch term {
      case .names(let axis, let wanted):
        let names = Set((parts[axis] ?? []).map(\.lettersAndDigits))
        return wanted.contains { names.contains($0.lettersAndDigits) }
      case .seed(let ranges): return ranges.contains { $0.contains(seed) }
      }
    }
  }

  /// Throws if a term selects nothing in any of the grids, most likely a typo.
  public func check(_ grids: [Grid]) throws(SuiteError) {
    for term in terms {
      let alone = Selection(terms: [term], text: text)
      let isUsed = grids.contains { grid in
        grid.entries.contains { entry in grid.seeds.contains { alone.includes(entry, seed: $0, in: grid) } }
      }
      if isUsed { continue }
      let place = Place(file: "--only \(text)")
      func unknown(_ kind: String, _ names: [String], _ known: [String]) -> SuiteError {
        .unknownName(place, kind: kind, name: names.joined(separator: "|"), known: known.uniqued())
      }
      switch term {
      case .names(let axis, let names): throw unknown(axis.rawValue, names, grids.flatMap { $0.labels(axis) })
      case .seed(let ranges):
        let names = ranges.map {
          $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)"
        }
        throw unknown("seed", names, grids.flatMap { $0.seeds.map(String.init) })
      }
    }
  }

  private func matches(_ names: [String], _ own: (name: String, label: String), isLabel: (String) -> Bool) -> Bool {
    names.contains { wanted in
      if wanted == own.label { return true }
      if isLabel(wanted) { return false }
      let wanted = wanted.lettersAndDigits
      return wanted == own.name.lettersAndDigits || wanted == own.label.lettersAndDigits
    }
  }
}

extension Grid {
  fileprivate func labels(_ axis: SuiteSource.Section) -> [String] {
    switch axis {
    case .dataset: datasets.map(\.label)
    case .model: models.map(\.label)
    case .method, .quantization, .recipe: methods.map(\.label)
    }
  }
}

extension Grid.Entry {
  fileprivate func names(_ axis: SuiteSource.Section) -> (name: String, label: String) {
    switch axis {
    case .dataset: (dataset.name, dataset.label)
    case .model: (model.name, model.label)
    case .method, .quantization, .recipe: (method.name, method.label)
    }
  }
}

extension Grid {
  /// The selected rows and seeds. The baseline is kept, hidden if it is not selected, because speeds are relative to
  /// it.
  public func only(_ selection: Selection) -> Grid {
    let chosen = seeds.indices.filter { index in
      entries.contains { selection.includes($0, seed: seeds[index], in: self) }
    }
    func cut(_ entry: Entry) -> Entry {
      Entry(
        dataset: entry.dataset, model: entry.model, method: entry.method,
        cells: chosen.map { entry.cells[$0] }, published: entry.published)
    }
    let kept = entries.filter { entry in chosen.contains { selection.includes(entry, seed: seeds[$0], in: self) } }
    func isKept(_ entry: Entry) -> Bool {
      kept.contains { $0.model == entry.model && $0.dataset == entry.dataset && $0.method == entry.method }
    }
    let baselines = entries.filter { entry in
      entry.method.label == suite.baseline && !isKept(entry)
        && kept.contains { $0.model == entry.model && $0.dataset == entry.dataset }
    }
    return Grid(
      suite: suite, profile: profile, seeds: chosen.map { seeds[$0] },
      datasets: datasets.filter { dataset in kept.contains { $0.dataset == dataset } },
      models: models.filter { model in kept.contains { $0.model == model } },
      methods: methods.filter { method in kept.contains { $0.method == method } }, entries: kept.map(cut),
      hiddenBaseline: (hiddenBaseline + baselines).map(cut))
  }
}

extension String {
  fileprivate var lettersAndDigits: String { lowercased().filter { $0.isLetter || $0.isNumber } }

  fileprivate func trimmingSpaces() -> String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
