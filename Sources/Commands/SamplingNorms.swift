import Foundation
import Reports
import Store
import Suites

/// Norms of SAM's runs for the replay of the sampling rule: those of a store, and those that are shipped.
struct SamplingNorms {
  /// Which layers the norms are over.
  enum Layers: String, CaseIterable {
    case all
    /// The last ones, as the paper's method sees them.
    case tail

    fileprivate var suffix: String { self == .all ? "" : "_tail" }
  }

  /// Where the shipped cells lie in a folder of results.
  static let shipped = "shipped/sampling"

  /// Every finished run of plain SAM in a store that is long enough, by what was run.
  static func norms(
    in store: RunStore, layers: Layers = .tail, fewest: Int = SamplingStudy.fewestIterations
  ) throws(StoreError) -> [(name: String, replay: SamplingReplay)] {
    var found: [(name: String, replay: SamplingReplay)] = []
    for id in try store.ids() where id.contains("-sam-") {
      let summary: CellSummary
      do throws(StoreError) { summary = try store.summary(of: id) } catch {
        // The tables name what is damaged.
        if case .io = error { throw error }
        continue
      }
      guard summary.result.status == .finished, summary.result.iterations >= fewest,
        summary.result.samplingNumber == summary.result.iterations
      else { continue }
      let traces = try store.traces(of: id)
      guard let psf = traces.trace("l2_psf" + layers.suffix), let sgd = traces.trace("l2_sgd" + layers.suffix),
        let replay = SamplingReplay(psf: psf, sgd: sgd)
      else { continue }
      found.append((summary.alias.split(separator: ": ").last.map(String.init) ?? summary.alias, replay))
    }
    return found
  }

  /// The study of a report: over the store's own runs, or the shipped ones where it has none.
  ///
  /// - Returns: nil where the paper's tables are not asked for.
  static func study(
    for grids: [Grid], store: RunStore, results: String, draws: Int = 40
  ) throws(StoreError) -> SamplingStudy? {
    guard grids.contains(where: { $0.suite.table == 1 }) else { return nil }
    var norms = try norms(in: store)
    let shipped = RunStore(folder: "\(results)/\(shipped)")
    if norms.isEmpty, FileManager.default.fileExists(atPath: shipped.folder + "/cells") {
      norms = try SamplingNorms.norms(in: shipped)
    }
    return SamplingStudy(norms, draws: draws)
  }
}
