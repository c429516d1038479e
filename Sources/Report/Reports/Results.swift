import Configuration
import Records
import Store
import Suites

package struct Results: Sendable {
  package let summaries: [String: RunRecord]
  /// Reasons why files could not be read, by cell id.
  package let damaged: [String: String]
  /// Fingerprints of requested data, which take precedence over all others with results.
  private let preferred: Set<String>
  /// The fingerprint chosen for each data set of the tables; empty before `settled`.
  private var chosen: [ChosenImages: String?] = [:]
  /// Notes for the reader: which data are shown, and which runs are not.
  package private(set) var dataNotes: [String] = []

  package init(_ summaries: [RunRecord], damaged: [String: String] = [:], preferring preferred: Set<String> = []) {
    self.summaries = Dictionary(summaries.map { ($0.cellID, $0) }, uniquingKeysWith: { $1 })
    self.damaged = damaged
    self.preferred = preferred
  }

  /// Reads the summary of every cell in a store.
  ///
  /// - Throws: errors that need the user's attention: a folder that cannot be listed, a file that may not be read.
  package init(reading store: RunStore, preferring preferred: Set<String> = []) throws(StoreError) {
    var summaries: [RunRecord] = []
    var damaged: [String: String] = [:]
    for id in try store.ids() {
      do throws(StoreError) { summaries.append(try store.record(of: id, .summary)) } catch {
        switch error {
        case .damaged(_, let reason): damaged[id] = reason
        case .newer(_, let format): damaged[id] = "has format \(format), written by a newer version of this program"
        case .absent: continue  // removed since the listing
        case .io, .hdf5: throw error
        }
      }
    }
    self.init(summaries, damaged: damaged, preferring: preferred)
  }

  /// These results, completed by another folder's. If both have a cell, the one here is kept, with its times.
  package func merged(with others: Results) -> Results {
    Results(
      Array(others.summaries.merging(summaries) { $1 }.values),
      damaged: others.damaged.filter { summaries[$0.key] == nil }.merging(damaged) { $1 },
      preferring: preferred.union(others.preferred))
  }

  func run(_ cell: Cell, on fingerprint: String?) -> Run {
    guard let fingerprint else { return .absent }
    let id = cell.id(fingerprint: fingerprint)
    if let reason = damaged[id] { return .stopped("its file cannot be used: it \(reason)") }
    guard let summary = summaries[id] else { return .absent }
    return summary.result.status == .finished ? .finished(summary) : .stopped("\(summary.result.status)")
  }

  /// The data for all runs of some cells, so that a table never mixes two.
  ///
  /// Requested data come first, then the better kind, then those with more results.
  func fingerprint(for cells: [Cell]) -> String? {
    guard let cell = cells.first else { return nil }
    if let fingerprint = chosen[ChosenImages(cell)] { return fingerprint }
    return choice(among: candidates(for: cells))
  }

  /// Chooses the data for all tables of a page at once, so that all rows are on the same data.
  package func settled(for grids: [Grid]) -> Results {
    var cells: [ChosenImages: [Cell]] = [:]
    for cell in grids.flatMap({ $0.entries + $0.hiddenBaseline }).flatMap(\.cells) {
      cells[ChosenImages(cell), default: []].append(cell)
    }
    let found = cells.mapValues { candidates(for: $0) }
    // Requested data decide even without a result; without any result on them, a reader sees the results that exist.
    let isAskedForThere = found.filter { !$0.key.isGenerated }.values.joined().contains {
      preferred.contains($0.data.fingerprint)
    }
    var settled = self
    for (images, candidates) in found {
      let asked = candidates.first { preferred.contains($0.data.fingerprint) }
      settled.chosen[images] =
        isAskedForThere && !images.isGenerated
        ? .some(asked?.data.fingerprint) : .some(choice(among: candidates))
    }
    settled.dataNotes = Results.notes(found, chosen: settled.chosen, isOther: !preferred.isEmpty && !isAskedForThere)
    return settled
  }

  private typealias Candidate = (data: DataRecord, count: Int)

  /// The data with results of some cells, and the number of results.
  private func candidates(for cells: [Cell]) -> [Candidate] {
    let data = Dictionary(
      summaries.values.filter { $0.data.name == cells.first?.dataset.name }.map { ($0.data.fingerprint, $0.data) },
      uniquingKeysWith: { first, _ in first })
    return data.values.map { data in
      (data: data, count: Set(cells.map { $0.id(fingerprint: data.fingerprint) }).count { summaries[$0] != nil })
    }.filter { $0.count > 0 }
  }

  private func choice(among candidates: [Candidate]) -> String? {
    candidates.max { a, b in
      let (first, second) = (rank(a.data, a.count), rank(b.data, b.count))
      return first == second ? a.data.fingerprint < b.data.fingerprint : first.lexicographicallyPrecedes(second)
    }?.data.fingerprint
  }

  private static func notes(
    _ found: [ChosenImages: [Candidate]], chosen: [ChosenImages: String?], isOther: Bool
  ) -> [String] {
    var notes: [String] = []
    let shown = found.filter { !$0.key.isGenerated }.flatMap { images, candidates in
      candidates.filter { chosen[images] == $0.data.fingerprint }
    }
    if isOther, !shown.isEmpty {
      let names = shown.map(\.data.description).sorted().joined(separator: "; ")
      notes.append("**Other data**: these runs used \(names), not the data that a run here would use.")
    }
    let hidden = found.flatMap { images, candidates in candidates.filter { chosen[images] != $0.data.fingerprint } }
    for one in hidden.sorted(by: { ($0.data.name, $0.data.fingerprint) < ($1.data.name, $1.data.fingerprint) }) {
      notes.append(
        "**Not shown**: \(one.count) run\(one.count == 1 ? "" : "s") of these rows on other data (\(one.data)). "
          + "Select their folder with --data to show them.")
    }
    return notes
  }

  private func rank(_ data: DataRecord, _ count: Int) -> [Int] {
    let kind =
      switch data.kind {
      case .official: 2
      case .subset: 1
      case .generated: 0
      }
    return [preferred.contains(data.fingerprint) ? 1 : 0, kind, count, data.trainingCount]
  }
}

/// A data set as cells name it, before its images on a machine are known.
private struct ChosenImages: Hashable, Sendable {
  let name: String
  let settings: Settings

  init(_ cell: Cell) { (name, settings) = (cell.dataset.name, cell.dataset.settings) }

  /// Whether the suite asks for generated images. They are the same with and without a folder of files, so they do not
  /// show which data a reader asks for.
  var isGenerated: Bool {
    guard case .object(let members) = settings.object else { return false }
    return members["source"] == .text("generated")
  }
}

enum Run: Sendable {
  case finished(RunRecord)
  /// Diverged, failed or damaged, with a reason that completes "seed 2 ...". Never averaged.
  case stopped(String)
  case absent
}
