import Foundation
import Paper
import Records
import Reports
import Running
import Store
import Suites
import Synchronization

/// Rewrites the report when a row of a table is complete, so that a long run can be inspected early, but spends at most
/// two percent of the time on it.
final class ReportWriter: RunObserver {
  private struct State {
    var summaries: [String: RunRecord] = [:]
    var damaged: [String: String] = [:]
    var error: OutputError?
    /// The first error that kept a stored result out of the report.
    var unread: StoreError?
    /// When the last report was written, and how long that took.
    var last: (end: ContinuousClock.Instant, cost: Duration)?
  }

  private let state: Mutex<State>
  private let grids: [Grid]
  private let store: RunStore
  private let fingerprints: Set<String>
  /// The ids of the cells of each table row.
  private let rows: [[String]]

  /// - Parameter grids: what the report shows; the plan may train only a part of it.
  init(_ grids: [Grid], runPlan: RunPlan, store: RunStore) throws(StoreError) {
    self.grids = grids
    self.store = store
    fingerprints = Set(runPlan.items.map(\.dataset.fingerprint))
    let ids = Dictionary(runPlan.items.map { ($0.cell, $0.id) }, uniquingKeysWith: { first, _ in first })
    rows = grids.flatMap { $0.entries + $0.hiddenBaseline }.map { entry in
      entry.cells.compactMap { ids[$0] }
    }
    let results = try Results(reading: store)
    state = Mutex(State(summaries: results.summaries, damaged: results.damaged))
  }

  /// The results folder that contains the store's profile.
  private var parent: String { URL(fileURLWithPath: store.folder).deletingLastPathComponent().relativePath }

  static func folder(of store: RunStore) -> String { store.folder + "/report" }

  func finished(_ item: RunPlan.Item, slot: Int, ending: RunReport.Ending, seconds: Double) {
    guard ending.isFinal else { return }
    state.withLock { state in
      state.damaged[item.id] = nil
      do throws(StoreError) { state.summaries[item.id] = try store.record(of: item.id, .summary) } catch {
        state.summaries[item.id] = nil
        state.unread = state.unread ?? error
      }
      let isComplete = rows.contains { ids in
        ids.contains(item.id) && ids.allSatisfy { state.summaries[$0] != nil }
      }
      guard isComplete, state.last.map({ $0.end.duration(to: .now) >= $0.cost * 50 }) ?? true else { return }
      let start = ContinuousClock.now
      write(&state)
      state.last = (.now, start.duration(to: .now))
    }
  }

  func ended() { state.withLock { write(&$0, isLast: true) } }

  /// The error that kept the last report from being written, or a result out of it.
  var error: (any Error)? { state.withLock { state in state.unread.map { $0 as any Error } ?? state.error } }

  /// - Parameter isLast: whether the run has ended. Only then are figures drawn, because drawing would disturb timings.
  private func write(_ state: inout State, isLast: Bool = false) {
    let results = Results(Array(state.summaries.values), damaged: state.damaged, preferring: fingerprints)
    var report: Report
    if isLast {
      let traces = TraceLoader(store)
      var study: SamplingStudy?
      do throws(StoreError) { study = try SamplingNorms.study(for: grids, store: store, results: parent) } catch {
        state.unread = state.unread ?? error
      }
      report = Report(grids, from: results, reading: traces.reader, paper: VSAMPaper(behind: grids, sampling: study))
      do throws(StoreError) { try traces.check() } catch { state.unread = state.unread ?? error }
    } else {
      report = Report(grids, from: results, paper: VSAMPaper(behind: grids))
      report.drawing = .missing("Figures are drawn when the run ends.")
    }
    // An empty report must not replace an earlier one.
    guard report.tally.finished + report.tally.stopped > 0 else { return }
    do throws(OutputError) {
      try report.write(to: ReportWriter.folder(of: store), isDrawn: isLast)
      state.error = nil
    } catch {
      state.error = error
    }
  }
}

/// A file that could not be written.
struct OutputError: Error, CustomStringConvertible {
  let description: String
}
