import Paper
import Records
import Store
import Suites

/// Norms of SAM runs for the replay of the sampling rule, from a store or from the shipped cells.
struct SamplingNorms {
  /// The layers that the norms cover.
  enum Layers: String, CaseIterable {
    case all
    /// The last layers, as in the paper's method.
    case tail

    fileprivate var suffix: String { self == .all ? "" : "_tail" }
  }

  /// The finished runs of plain SAM in a store that are long enough for a replay, and their names.
  private static func norms(
    in store: RunStore, layers: Layers
  ) throws(StoreError) -> [(name: String, replay: SamplingReplay)] {
    var found: [(name: String, replay: SamplingReplay)] = []
    for id in try store.ids() where id.contains("-sam-") {
      let summary: RunRecord
      do throws(StoreError) { summary = try store.record(of: id, .summary) } catch {
        // Damaged files are named by the tables.
        if case .io = error { throw error }
        continue
      }
      guard summary.result.status == .finished, summary.result.iterations >= SamplingStudy.fewestIterations,
        summary.result.samplingNumber == summary.result.iterations
      else { continue }
      let traces = try store.record(of: id, .traces)
      guard let psf = traces.trace("l2_psf" + layers.suffix), let sgd = traces.trace("l2_sgd" + layers.suffix),
        let replay = SamplingReplay(psf: psf, sgd: sgd)
      else { continue }
      found.append((summary.alias.split(separator: ": ").last.map(String.init) ?? summary.alias, replay))
    }
    return found
  }

  /// The norms of a store's runs or, if it has none, of the shipped runs of a results folder.
  static func norms(
    in store: RunStore, or results: String, layers: Layers = .tail
  ) throws(StoreError) -> [(name: String, replay: SamplingReplay)] {
    let own = try norms(in: store, layers: layers)
    return own.isEmpty ? try norms(in: RunStore(folder: "\(results)/shipped/sampling"), layers: layers) : own
  }

  /// The sampling study of a report, from the runs of the store or, if it has none, from the shipped runs.
  ///
  /// - Returns: nil if the report does not include Table 1.
  static func study(
    for grids: [Grid], store: RunStore, results: String, draws: Int = 40
  ) throws(StoreError) -> SamplingStudy? {
    guard grids.contains(where: { $0.suite.table == 1 }) else { return nil }
    return SamplingStudy(try norms(in: store, or: results), draws: draws)
  }
}
