import Foundation
import Records
import Store
import Suites
import Synchronization
import Training

/// Trains the missing cells of a run plan and writes each result atomically.
package struct Runner: Sendable {
  package struct Options: Sendable {
    package var jobs: Int
    /// Threads per job.
    package var threads: Int
    /// The number of running cells; if it exceeds `jobs`, they take turns.
    package var turns: Int
    /// Train cells again that have a result.
    package var force: Bool
    /// Stop at the first cell that fails or diverges.
    package var failFast: Bool
    /// Ignore checkpoints and restart unfinished cells.
    package var fresh: Bool
    /// The longest time between two checkpoints of a running cell.
    package var checkpointInterval: Duration

    package init(
      jobs: Int = 1, threads: Int = 1, turns: Int = 1, force: Bool = false, failFast: Bool = false,
      fresh: Bool = false, checkpointInterval: Duration = .seconds(600)
    ) {
      self.jobs = jobs
      self.threads = threads
      self.turns = turns
      self.force = force
      self.failFast = failFast
      self.fresh = fresh
      self.checkpointInterval = checkpointInterval
    }
  }

  private let store: RunStore
  private let trainer: any CellTrainer
  private let observer: any RunObserver
  private let environment: RunEnvironment
  private let options: Options
  private let isStopRequested: @Sendable () -> Bool

  /// - Parameter isStopRequested: checked after every step; when true, the run ends with a checkpoint of each running
  ///   cell.
  package init(
    store: RunStore, trainer: any CellTrainer = EngineTrainer(), observer: any RunObserver = Observers(),
    environment: RunEnvironment, options: Options,
    isStopRequested: @escaping @Sendable () -> Bool = { Interruption.isRequested }
  ) {
    self.store = store
    self.trainer = trainer
    self.observer = observer
    self.environment = environment
    self.options = options
    self.isStopRequested = isStopRequested
  }

  /// The state shared by all jobs, with its lock.
  private final class Board: Sendable {
    let state: Mutex<Shared>
    init(_ shared: consuming sending Shared) { state = Mutex(shared) }
  }

  private struct Shared {
    var waiting: [RunPlan.Item]
    var unfinished: Set<String>
    /// Workers blocked because every waiting cell depends on a running one; each result wakes them.
    var sleepers: [DispatchSemaphore] = []
    /// Cells held by other processes, or blocked by a dependency; tried once more at the end.
    var held: [RunPlan.Item] = []
    var isLastRound = false
    var results: [String: RunReport.Cell] = [:]
    var storeError: StoreError?
    var isStopping = false
  }

  /// Runs the plan; returns when all cells are done, a signal requests a stop, or the store cannot be written.
  package func run(_ runPlan: RunPlan) -> RunReport {
    let due = runPlan.items.filter { $0.reason(force: options.force) != nil }
    let shared = Board(Shared(waiting: due, unfinished: Set(due.map(\.id))))
    observer.began(runPlan, due: due)
    let slots = min(max(options.jobs, options.turns), due.count)
    let turns = FairSemaphore(options.jobs, steps: environment.profile.interleaving.stepsPerTurn)
    let group = DispatchGroup()
    // Dedicated threads: a dispatch queue runs at most one per processor, and most of these wait.
    for slot in 1..<max(slots, 1) {
      group.enter()
      Thread.detachNewThread {
        work(on: shared, slot: slot, turns: turns)
        group.leave()
      }
    }
    if slots > 0 { work(on: shared, slot: 0, turns: turns) }
    group.wait()
    observer.ended()
    return shared.state.withLock { shared in
      RunReport(
        cells: runPlan.items.map { item in
          shared.results[item.id] ?? RunReport.Cell(item: item, ending: .init(item.status), wasTrained: false)
        },
        storeError: shared.storeError, isInterrupted: isStopRequested())
    }
  }

  private func work(on shared: Board, slot: Int, turns: FairSemaphore) {
    var turn = turns.begin()
    defer { turn.end() }
    while true {
      let item: RunPlan.Item
      switch shared.state.withLock({ next(&$0) }) {
      case .nothing: return
      case .wait(let semaphore):
        // The cells that this worker waits for need its turn.
        turn.end()
        semaphore.wait()
        turn = turns.begin()
        continue
      case .item(let next): item = next
      }
      let before = turn.seconds
      observer.started(item, slot: slot)
      let work = work(on: item, slot: slot, turn: turn) { shared.state.withLock { $0.storeError != nil } }
      let seconds = turn.seconds - before
      observer.finished(item, slot: slot, ending: work.ending, seconds: seconds)
      shared.state.withLock { shared in
        if let error = work.storeError {
          shared.storeError = error
          shared.isStopping = true
        }
        if work.ending.isBad && options.failFast { shared.isStopping = true }
        switch work.ending {
        case .held, .blocked: if !shared.isLastRound { shared.held.append(item) }
        default: break
        }
        shared.results[item.id] = RunReport.Cell(
          item: item, ending: work.ending, wasTrained: work.wasTrained && !work.ending.isBlocked,
          seconds: seconds, result: work.result)
        shared.unfinished.remove(item.id)
        for sleeper in shared.sleepers { sleeper.signal() }
        shared.sleepers = []
      }
      turn.pass()
    }
  }

  private enum Next {
    case item(RunPlan.Item)
    /// Wait until a running cell is done.
    case wait(DispatchSemaphore)
    case nothing
  }

  /// The first waiting cell whose dependencies have ended, with or without a result.
  private func next(_ shared: inout Shared) -> Next {
    if shared.isStopping || isStopRequested() { return .nothing }
    if shared.waiting.isEmpty && !shared.isLastRound {
      shared.waiting = shared.held
      shared.isLastRound = true
    }
    if shared.waiting.isEmpty { return .nothing }
    let unfinished = shared.unfinished
    let ready = shared.waiting.firstIndex { item in item.dependencies.allSatisfy { !unfinished.contains($0.id) } }
    if let ready { return .item(shared.waiting.remove(at: ready)) }
    // At least one cell is running, because a cell with dependents has no dependencies itself.
    let semaphore = DispatchSemaphore(value: 0)
    shared.sleepers.append(semaphore)
    return .wait(semaphore)
  }

  /// Reads the final weights from which a cell starts.
  ///
  /// - Throws: `MissingStart` if the store does not contain them.
  private func start(of item: RunPlan.Item) throws -> StartingPoint? {
    guard let dependency = item.dependencies.first else { return nil }
    guard case .stored(.finished) = try store.status(of: dependency.id) else {
      throw MissingStart(
        dependency: dependency, reason: "has no finished result; train it first by including it in --only")
    }
    let record = try store.record(of: dependency.id)
    guard record.storedDigest == nil else {
      throw MissingStart(
        dependency: dependency,
        reason: "were left out of \(store.folder) (export --light); train both cells in another results folder")
    }
    return StartingPoint(parameters: record.parameters, buffers: record.buffers)
  }

  private struct MissingStart: Error, CustomStringConvertible {
    let dependency: RunPlan.Dependency
    /// The problem and how to fix it; continues the description.
    let reason: String

    var description: String {
      "it starts from the final weights of '\(dependency.title)' (\(dependency.id)), which \(reason)"
    }
  }

  private struct Work {
    var ending: RunReport.Ending
    var result: RunResult?
    var storeError: StoreError?
    var wasTrained = true

    init(_ ending: RunReport.Ending, result: RunResult? = nil, wasTrained: Bool = true) {
      (self.ending, self.result, self.wasTrained) = (ending, result, wasTrained)
    }

    /// A system error ends the run; a damaged or foreign file affects only its own cell.
    init(_ error: StoreError) {
      switch error {
      case .io, .hdf5: (ending, storeError) = (.ended(.failed(reason: "\(error)")), error)
      case .damaged, .newer, .absent: ending = .refused(reason: error.what)
      }
    }
  }

  /// Runs one cell, unless another process holds it or has finished it since the plan was made.
  private func work(
    on item: RunPlan.Item, slot: Int, turn: FairSemaphore.Turn, isStoreBroken: () -> Bool
  ) -> Work {
    do throws(StoreError) {
      let claim: CellClaim
      switch try store.work(of: item.id).claim() {
      case .taken(let taken): claim = taken
      case .held(let holder):
        // Its result may have been written in the meantime.
        let status = try store.status(of: item.id)
        let isDone = !options.force && item.with(status).reason(force: false) == nil
        return Work(isDone ? .init(status) : .held(by: "\(holder)"), wasTrained: false)
      }
      let status = try store.status(of: item.id)
      if !options.force && item.with(status).reason(force: false) == nil {
        try store.work(of: item.id).remove()
        return Work(.init(status), wasTrained: false)
      }
      try store.work(of: item.id).removeLeftovers()
      let work = train(item, slot: slot, turn: turn, claim: claim, isStoreBroken: isStoreBroken)
      // The work folder of a finished cell has been removed together with the claim.
      if !work.ending.isFinal || work.storeError != nil { claim.release() }
      return work
    } catch {
      return Work(error)
    }
  }

  /// Trains one cell and writes its file. Errors affect only this cell.
  private func train(
    _ item: RunPlan.Item, slot: Int, turn: FairSemaphore.Turn, claim: CellClaim, isStoreBroken: () -> Bool
  ) -> Work {
    var environment = self.environment
    let keeper = CheckpointKeeper(
      store.work(of: item.id), id: item.id, every: options.checkpointInterval,
      reproducibility: environment.reproducibility,
      stretch: Checkpoint.Stretch(
        threads: options.threads, machine: environment.machine.description, timingNote: environment.timingNote))
    var suspension = Suspension()
    var record: RunRecord
    do {
      let job = TrainingJob(item.cell, on: item.dataset, start: try start(of: item), probes: item.probes)
      let state = try keeper.takeUp(isFresh: options.fresh) { observer.noted(item, $0) }
      if let state { observer.noted(item, "resumes after iteration \(state.iteration)") }
      let outcome = try trainer.train(
        job, threads: options.threads, from: state,
        keeping: { if !claim.isLost { try keeper.keep($0) } },
        observing: { progress in
          observer.stepped(item, slot: slot, progress)
          if suspension.happened() { keeper.noteSuspension() }
          turn.passIfDue(after: progress.iteration)
          if isStopRequested() || claim.isLost || isStoreBroken() { return .stop }
          return keeper.isDue(progress) ? .save : .proceed
        })
      // A stopped run leaves a checkpoint and no result.
      guard outcome.stoppedAfter == nil else {
        return Work(claim.isLost ? .held(by: "the process that took it over") : .stopped)
      }
      environment.timingNote = keeper.timingNote
      record = outcome.record
    } catch let error as StoreError {
      return Work(error)
    } catch let refusal as CheckpointKeeper.Refusal {
      return Work(.refused(reason: refusal.description))
    } catch let error as TrainingStateError {
      return Work(
        .refused(
          reason: "its checkpoint was written by another version of the program or with a different --audit setting: "
            + "\(error). Restart it with --fresh"))
    } catch let error as MissingStart {
      return Work(.blocked(reason: "\(error)"))
    } catch let error as UnfitStart {
      let start = item.dependencies.first.map { "'\($0.title)' (\($0.id))" } ?? "another cell"
      return Work(
        .blocked(reason: "the weights of \(start) do not match the network: \(error); retrain that cell with --force"))
    } catch {
      record = RunRecord(of: item, failure: "\(error)")
    }
    record.identify(as: item, environment)
    do {
      // Runs that time single steps learn nothing useful, and their full-width weights would fill the disk.
      try store.write(environment.profile.interleaving.stepsPerTurn == nil ? record : record.light)
    } catch {
      return Work(error)
    }
    // The result is stored; the work folder is no longer needed.
    do { if !claim.isLost { try keeper.finish() } } catch { observer.noted(item, "\(error)") }
    return Work(.ended(record.result.status), result: record.result)
  }
}
