import ArgumentParser
import Configuration
import Foundation
import Kernels
import Running
import Store
import Suites

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Trains the cells that have no results; finished cells are never trained again.",
    discussion: """
      EXAMPLES
        \(programName) run                               all tables, quick profile
        \(programName) run table3 -p smoke               one table, tiny
        \(programName) run --only 'method=vsam,seed=1'   some cells
        \(programName) run table1 --set epochs=2         another setting, as new cells
        \(programName) run compare --method sam,rho=0.1  one more method
        \(programName) run compare --with mine.yaml      a file merged into the suite
        \(programName) run compare --method 'sam,rho=0.05|0.1|0.2'   one row per rho
        \(programName) run table3 --seeds 1..5           other seeds
        \(programName) run -j 2 --threads 1              two at a time; speeds invalid
        \(programName) run --format json                 outcomes for scripts
        \(programName) run -p paper --time-limit 11h     stops in time; rerun to resume

      When stopped (Ctrl-C, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGXCPU, --time-limit), it writes a checkpoint of each \
      running cell and exits with 75. The same command resumes, with bitwise the same results as an uninterrupted run.
      """)

  @OptionGroup var options: SuiteOptions
  @OptionGroup var formatOption: FormatOption

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "Number of cells trained in parallel.",
      discussion: "With more than one, measured speeds are marked invalid. Accuracies do not change.")
  )
  var jobs = 1

  @Option(
    help: ArgumentHelp(
      "Threads per cell. (default: the allowed processors divided by --jobs)", discussion: "Results do not change."))
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Number of cells trained round-robin in slices of one second. (default: from the profile)",
      discussion: "Changes in machine speed then affect all of them equally. Results do not change."))
  var interleave: Int?

  /// The earlier name of `--interleave`.
  @Option(help: .hidden)
  var turns: Int?

  @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "Show what would be trained; train nothing.")
  var isDryRun = false

  @Flag(name: .customLong("no-progress"), help: "Show no progress on standard error.")
  var hidesProgress = false

  @Flag(help: "Continue after a cell fails or diverges. This is the default.")
  var keepGoing = false

  @Flag(help: "Stop at the first cell that fails or diverges.")
  var failFast = false

  @Flag(help: "Train the selected cells again even if results exist.")
  var force = false

  @Flag(help: "Ignore checkpoints and restart unfinished cells.")
  var fresh = false

  @Option(help: "Longest time between two checkpoints of a running cell, such as 90s, 10m or 2h.")
  var checkpointEvery = TimeSpan.seconds(600)

  @Option(help: "Time after which to write checkpoints and exit with 75, such as 90m or 11h. (default: none)")
  var timeLimit: TimeSpan?

  @Flag(
    help: ArgumentHelp(
      "Store in each result the data that another program needs to recompute the cell (docs/traces.md).",
      discussion: "Results do not change. To add the data to finished cells, train them again with --force."))
  var audit = false

  @Flag(help: "Allow more threads than processors and mark measured speeds invalid.")
  var oversubscribe = false

  @Flag(help: "Show no progress and no text summary.")
  var quiet = false

  func validate() throws {
    if keepGoing && failFast { throw ValidationError("--keep-going and --fail-fast cannot be combined.") }
    try check("--jobs", jobs, in: Bounds.processors)
    if interleave != nil && turns != nil { throw ValidationError("--turns is an older name of --interleave.") }
    try check("--interleave", interleave, in: Bounds.processors)
    try check("--turns", turns, in: Bounds.processors)
    try check("--threads", threads, in: Bounds.processors)
    try check("--jobs times --threads", jobs * (threads ?? 1), in: Bounds.processors)
  }

  func run() throws {
    let start = ContinuousClock.now
    let machine = Machine.current
    let threads = self.threads ?? max(1, machine.processors / jobs)
    let isCrowded = jobs * threads > machine.processors
    guard !isCrowded || oversubscribe else {
      throw UsageError(
        "\(counted(jobs, "job")) of \(counted(threads, "thread")) \(jobs == 1 ? "is" : "are") more than the "
          + "\(counted(machine.processors, "processor")) allowed here. "
          + "Use fewer, or add --oversubscribe, which marks measured speeds invalid.")
    }
    let grids = try options.grids()
    let store = options.store
    if isDryRun {
      return try PlanCommand.answer(
        grids, options: options, threads: threads, force: force, format: formatOption.format)
    }
    try store.checkWritable()
    try store.removeFinishedWork()
    let runPlan = try RunPlan(grids, selection: options.selection(), datasets: options.datasets, store: store)
    let turns = interleave ?? self.turns ?? runPlan.interleaved
    try TooFewFiles.check(cells: max(jobs, turns))
    try TooFewThreads.check(cells: max(jobs, turns), threads: jobs * threads)
    if jobs > 1 && !quiet {
      complain(
        "\(jobs) cells at a time: accuracies do not change, but speeds are marked invalid and left out of tables. "
          + "Omit -j to measure speeds.")
    }
    try BLAS.reserve(products: jobs * threads)
    Interruption.install()
    let reports = try ReportWriter(grids, runPlan: runPlan, store: store)
    var observers: [any RunObserver] = [ProgressFiles(store), reports]
    if !quiet && !hidesProgress {
      observers.insert(
        ProgressLines(
          isTerminal: Terminal.canMoveCursor(), jobs: jobs,
          estimate: Estimate(runPlan, store: store, threads: threads)),
        at: 0)
    }
    if let suites = try? options.frozen() { ResultsGuide.write(suites, to: store, profile: options.profile) }
    let deadline = timeLimit.map { start + $0.duration }
    let runner = Runner(
      store: store,
      trainer: EngineTrainer(
        isAudited: audit, stepsPerTurn: runPlan.profile.interleaving.stepsPerTurn, sharesBuffers: jobs == 1),
      observer: Observers(observers),
      environment: RunEnvironment(
        profile: runPlan.profile, threads: threads,
        timingNote: isCrowded ? "more threads than processors" : jobs > 1 ? "\(jobs) cells at a time" : nil,
        provenance: .current(threads: threads, jobs: jobs, command: CommandLine.arguments)),
      options: Runner.Options(
        jobs: jobs, threads: threads, turns: turns, force: force, failFast: failFast,
        fresh: fresh, checkpointInterval: checkpointEvery.duration),
      isStopRequested: { Interruption.isRequested || deadline.map { ContinuousClock.now >= $0 } ?? false })
    var report = runner.run(runPlan)
    if formatOption.format != .text { report.addResults(from: store) }
    write(report)
    if let error = report.storeError { throw error }
    if let error = reports.error { throw error }
    if report.isInterrupted && report.cells.contains(where: { $0.ending == .stopped || $0.ending == .missing }) {
      throw ExitStatus.stopped
    }
    if report.cells.contains(where: \.ending.isBad) { throw ExitStatus.cellFailed }
    if report.count(of: "held") > 0 { throw ExitStatus.heldElsewhere }
  }

  private func write(_ report: RunReport) {
    switch formatOption.format {
    case .json:
      answer(
        Value.object([
          "schema": 1, "profile": .text(options.profile), "results": .text(options.store.folder),
          "report": .text(ReportWriter.folder(of: options.store)), "cells": report.listing.json,
          "trained": .integer(report.trained),
          "finished": .integer(report.count(of: "finished")), "diverged": .integer(report.count(of: "diverged")),
          "failed": .integer(report.count(of: "failed")), "missing": .integer(report.missing),
          "blocked": .integer(report.count(of: "blocked")),
          "interrupted": .flag(report.isInterrupted),
        ]).canonicalJSON + "\n")
    case .csv, .markdown: answer(report.listing.text(as: formatOption.format))
    case .text: if !quiet { answer(report.sentence(in: options.store.folder)) }
    }
  }
}

extension RunReport {
  var missing: Int { count(of: "missing") + count(of: "stopped") }

  var listing: Listing {
    var listing = Listing(head: [
      "id", "suites", "model", "dataset", "method", "seed", "outcome", "trained", "seconds", "test_accuracy",
      "images_per_second", "sampling_number", "file",
    ])
    for cell in cells {
      let item = cell.item
      let result = cell.result
      listing.rows.append([
        .text(item.id), .text(item.suites.joined(separator: " ")), .text(item.cell.model.label),
        .text(item.cell.dataset.label), .text(item.cell.method.label), .integer(Int(item.cell.seed)),
        .text(cell.ending.word), .flag(cell.wasTrained),
        .number(((cell.wasTrained ? cell.seconds : result?.timing.trainingSeconds ?? 0) * 1000).rounded() / 1000),
        result?.testAccuracyLast.map(Value.number) ?? .null,
        result?.timing.imagesPerSecond.map { .number($0) } ?? .null,
        result.map { .integer($0.samplingNumber) } ?? .null, .text("cells/\(item.id).h5"),
      ])
    }
    return listing
  }

  func sentence(in folder: String) -> String {
    var text =
      "\(counted(trained, "cell")) trained, \(cells.count { !$0.wasTrained && $0.ending == .ended(.finished) }) already done"
    for (word, number) in [
      ("diverged", count(of: "diverged")), ("failed", count(of: "failed")), ("blocked", count(of: "blocked")),
      ("refused", count(of: "refused")), ("held by another runner", count(of: "held")),
      ("left", missing),
    ]
    where number > 0 { text += ", \(number) \(word)" }
    let kept = count(of: "stopped")
    if isInterrupted && missing > 0 {
      text = "Stopped" + (kept > 0 ? ", \(counted(kept, "checkpoint")) kept" : "") + ": \(text)"
    }
    let isReported = cells.contains { $0.ending.isFinal }
    text += isReported ? ". Report: \(folder)/report/report.html\n" : ". No report: nothing has finished yet.\n"
    if isInterrupted && missing > 0 { text += "The same command resumes.\n" }
    for cell in cells {
      switch cell.ending {
      case .ended(.diverged(let iteration)): text += "  diverged at iteration \(iteration): \(cell.item.alias)\n"
      case .ended(.failed(let reason)): text += "  failed: \(cell.item.alias): \(reason)\n"
      case .refused(let reason): text += "  refused: \(cell.item.alias): \(reason)\n"
      case .blocked(let reason): text += "  not trained: \(cell.item.alias): \(reason)\n"
      case .held(let holder): text += "  held by \(holder): \(cell.item.alias)\n"
      case .ended(.finished), .stopped, .missing: break
      }
    }
    return text
  }
}
