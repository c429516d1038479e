import Configuration
import Store
import Suites

/// The stored results a report is made from.
package struct Results: Sendable {
  package let summaries: [String: CellSummary]
  /// Files that could not be read, by cell id, with the reason.
  package let damaged: [String: String]
  /// Fingerprints of data that were asked for; they win over any other that has results.
  private let preferred: Set<String>

  package init(_ summaries: [CellSummary], damaged: [String: String] = [:], preferring preferred: Set<String> = []) {
    self.summaries = Dictionary(summaries.map { ($0.cellID, $0) }, uniquingKeysWith: { $1 })
    self.damaged = damaged
    self.preferred = preferred
  }

  /// Reads the summary of every cell in a store.
  ///
  /// - Throws: what a person must look at first: a folder that cannot be listed, a file of a newer format.
  package init(reading store: RunStore, preferring preferred: Set<String> = []) throws(StoreError) {
    var summaries: [CellSummary] = []
    var damaged: [String: String] = [:]
    for id in try store.ids() {
      do throws(StoreError) { summaries.append(try store.summary(of: id)) } catch {
        switch error {
        case .damaged(_, let reason): damaged[id] = reason
        case .hdf5: damaged[id] = "cannot be read by HDF5"
        case .absent: continue  // went away since the list was made
        case .io, .newer: throw error
        }
      }
    }
    self.init(summaries, damaged: damaged, preferring: preferred)
  }

  /// These results and, where these have none, another folder's. A cell that both have is the same result; the one here
  /// stays, and with it its times.
  package func merged(with others: Results) -> Results {
    Results(
      Array(others.summaries.merging(summaries) { $1 }.values),
      damaged: others.damaged.filter { summaries[$0.key] == nil }.merging(damaged) { $1 },
      preferring: preferred.union(others.preferred))
  }

  /// What became of one cell on data with this fingerprint.
  func run(_ cell: Cell, on fingerprint: String?) -> Run {
    guard let fingerprint else { return .absent }
    let id = cell.id(fingerprint: fingerprint)
    if let reason = damaged[id] { return .stopped("its file is damaged: it \(reason)") }
    guard let summary = summaries[id] else { return .absent }
    switch summary.result.status {
    case .finished: return .finished(summary)
    case .diverged(let iteration): return .stopped("diverged at iteration \(iteration)")
    case .failed(let reason): return .stopped("failed: \(reason)")
    }
  }

  /// The data that all runs of some cells are taken from, so that one table never mixes two.
  ///
  /// Data asked for come first, then the better kind, then those with more results.
  func fingerprint(for cells: [Cell]) -> String? {
    guard let name = cells.first?.dataset.name else { return nil }
    let data = Dictionary(
      summaries.values.filter { $0.data.name == name }.map { ($0.data.fingerprint, $0.data) },
      uniquingKeysWith: { first, _ in first })
    let ranked = data.values.map { data in
      (
        data: data,
        count: cells.count { summaries[$0.id(fingerprint: data.fingerprint)] != nil }
      )
    }.filter { $0.count > 0 }
    return ranked.max { a, b in
      let (first, second) = (rank(a.data, a.count), rank(b.data, b.count))
      return first == second ? a.data.fingerprint < b.data.fingerprint : first.lexicographicallyPrecedes(second)
    }?.data.fingerprint
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

/// What became of one seed of a row.
enum Run: Sendable {
  case finished(CellSummary)
  /// Diverged, failed or damaged; the words complete "seed 2 ...". Never averaged.
  case stopped(String)
  case absent
}
