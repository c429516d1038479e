import Foundation
import Store
import Suites
import Synchronization
import Training

/// Trains what an agenda still misses, and writes each result whole or not at all.
package struct Runner: Sendable {
  package struct Options: Sendable {
    package var jobs: Int
    /// Threads of each job.
    package var threads: Int
    /// Train again what is there.
    package var force: Bool
    /// Stop at the first cell that fails or diverges.
    package var failFast: Bool

    package init(jobs: Int = 1, threads: Int = 1, force: Bool = false, failFast: Bool = false) {
      self.jobs = jobs
      self.threads = threads
      self.force = force
      self.failFast = failFast
    }
  }

  private let store: RunStore
  private let trainer: any CellTrainer
  private let observer: any RunObserver
  private let circumstances: Circumstances
  private let options: Options
  private let isStopRequested: @Sendable () -> Bool

  /// - Parameter isStopRequested: asked after every step; the run then ends without a result for the running cells.
  package init(
    store: RunStore, trainer: any CellTrainer = EngineTrainer(), observer: any RunObserver = Observers(),
    circumstances: Circumstances, options: Options,
    isStopRequested: @escaping @Sendable () -> Bool = { Interruption.isRequested }
  ) {
    self.store = store
    self.trainer = trainer
    self.observer = observer
    self.circumstances = circumstances
    self.options = options
    self.isStopRequested = isStopRequested
  }

  /// What the jobs share.
  private struct Shared {
    var waiting: ArraySlice<Agenda.Item>
    var results: [String: RunReport.Cell] = [:]
    var storeError: StoreError?
    var isStopping = false
  }

  /// Works through the agenda; returns when all is done, a signal asked for the end or the store refuses to write.
  package func run(_ agenda: Agenda) -> RunReport {
    let due = agenda.items.filter { $0.reason(force: options.force) != nil }
    let shared = Mutex(Shared(waiting: due[...]))
    observer.began(agenda, due: due)
    if options.jobs == 1 || due.count <= 1 {
      work(on: shared, slot: 0)
    } else {
      DispatchQueue.concurrentPerform(iterations: min(options.jobs, due.count)) { slot in work(on: shared, slot: slot) }
    }
    observer.ended()
    return shared.withLock { shared in
      RunReport(
        cells: agenda.items.map { item in
          shared.results[item.id] ?? RunReport.Cell(item, outcome: .init(item.status), wasTrained: false)
        },
        waiting: agenda.waiting, storeError: shared.storeError, isInterrupted: isStopRequested())
    }
  }

  private func work(on shared: borrowing Mutex<Shared>, slot: Int) {
    while let item = shared.withLock({ next(&$0) }) {
      let start = ContinuousClock.now
      observer.started(item, slot: slot)
      let outcome = train(item, slot: slot)
      let seconds = start.duration(to: .now) / .seconds(1)
      observer.finished(item, slot: slot, outcome: outcome.outcome, seconds: seconds)
      shared.withLock { shared in
        if let error = outcome.storeError {
          shared.storeError = error
          shared.isStopping = true
        }
        if outcome.outcome.isBad && options.failFast { shared.isStopping = true }
        shared.results[item.id] = RunReport.Cell(
          item, outcome: outcome.outcome, wasTrained: true, seconds: seconds, result: outcome.result)
      }
    }
  }

  private func next(_ shared: inout Shared) -> Agenda.Item? {
    shared.isStopping || isStopRequested() ? nil : shared.waiting.popFirst()
  }

  /// One cell from its job to its file. Whatever goes wrong stays inside this cell.
  private func train(
    _ item: Agenda.Item, slot: Int
  ) -> (outcome: RunReport.Outcome, result: ResultRecord?, storeError: StoreError?) {
    let record: CellRecord
    do {
      let outcome = try trainer.train(TrainingJob(item.cell, on: item.dataset), threads: options.threads) { progress in
        observer.stepped(item, slot: slot, progress)
        return isStopRequested() ? .stop : .proceed
      }
      switch outcome.status {
      // A stopped run leaves nothing behind: half a result is no result.
      case .stopped: return (.stopped, nil, nil)
      case .finished: record = CellRecord(item, outcome, status: .finished, circumstances)
      case .diverged(let iteration):
        record = CellRecord(item, outcome, status: .diverged(iteration: iteration), circumstances)
      }
    } catch {
      record = CellRecord(item, failure: "\(error)", circumstances)
    }
    do {
      try store.write(record)
    } catch {
      return (.failed(reason: "\(error)"), nil, error)
    }
    return (.init(record.result.status), record.result, nil)
  }
}
