import ArgumentParser
import Configuration
import Foundation
import Kernels
import Running
import Store

/// The options of every command that trains cells, and the training itself.
struct TrainingOptions: ParsableArguments {
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

  private var isCrowded: Bool { jobs * threadsPerCell > Machine.current.processors }

  var threadsPerCell: Int { threads ?? max(1, Machine.current.processors / jobs) }

  /// Refuses more threads than processors, unless they were asked for.
  func checkThreads() throws(UsageError) {
    guard !isCrowded || oversubscribe else {
      throw UsageError(
        "\(counted(jobs, "job")) of \(counted(threadsPerCell, "thread")) \(jobs == 1 ? "is" : "are") more than the "
          + "\(counted(Machine.current.processors, "processor")) allowed here. "
          + "Use fewer, or add --oversubscribe, which marks measured speeds invalid.")
    }
  }

  /// Checks that results can be written, before data are loaded and hours are spent.
  func prepare(_ store: RunStore) throws(StoreError) {
    try store.checkWritable()
    try store.removeFinishedWork()
  }

  private func interleaved(in runPlan: RunPlan) -> Int { interleave ?? turns ?? runPlan.interleaved }

  /// Checks the limits of the process for a run plan, and takes over the signals.
  func prepare(for runPlan: RunPlan) throws {
    let cells = max(jobs, interleaved(in: runPlan))
    let threads = jobs * threadsPerCell
    try TooFewFiles.check(cells: cells)
    try TooFewThreads.check(cells: cells, threads: threads)
    if jobs > 1 && !quiet {
      complain(
        "\(jobs) cells at a time: accuracies do not change, but speeds are marked invalid and left out of tables. "
          + "Omit -j to measure speeds.")
    }
    try BLAS.reserve(products: threads)
    Interruption.install()
  }

  /// Trains the cells of a run plan that have no results, with progress on standard error and in files.
  ///
  /// - Parameters:
  ///   - start: the time limit counts from here.
  ///   - isAudited: whether to store what another program needs to recompute each cell.
  ///   - others: more observers.
  func train(
    _ runPlan: RunPlan, in store: RunStore, since start: ContinuousClock.Instant, isAudited: Bool = false,
    telling others: [any RunObserver] = []
  ) -> RunReport {
    let threads = threadsPerCell
    var observers: [any RunObserver] = [ProgressFiles(store)] + others
    if !quiet && !hidesProgress {
      observers.insert(
        ProgressLines(
          isTerminal: Terminal.canMoveCursor(), jobs: jobs,
          estimate: Estimate(runPlan, store: store, threads: threads)),
        at: 0)
    }
    let deadline = timeLimit.map { start + $0.duration }
    let runner = Runner(
      store: store,
      trainer: EngineTrainer(
        isAudited: isAudited, stepsPerTurn: runPlan.profile.interleaving.stepsPerTurn, sharesBuffers: jobs == 1),
      observer: Observers(observers),
      environment: RunEnvironment(
        profile: runPlan.profile, threads: threads,
        timingNote: isCrowded ? "more threads than processors" : jobs > 1 ? "\(jobs) cells at a time" : nil,
        provenance: .current(threads: threads, jobs: jobs, command: CommandLine.arguments)),
      options: Runner.Options(
        jobs: jobs, threads: threads, turns: interleaved(in: runPlan), force: force, failFast: failFast,
        fresh: fresh, checkpointInterval: checkpointEvery.duration),
      isStopRequested: { Interruption.isRequested || deadline.map { ContinuousClock.now >= $0 } ?? false })
    return runner.run(runPlan)
  }
}

extension RunReport {
  /// Ends the program with the status that tells how the run went, unless every cell has finished.
  func checkEnding() throws {
    if let storeError { throw storeError }
    if isInterrupted && cells.contains(where: { $0.ending == .stopped || $0.ending == .missing }) {
      throw ExitStatus.stopped
    }
    if cells.contains(where: \.ending.isBad) { throw ExitStatus.cellFailed }
    if count(of: "held") > 0 { throw ExitStatus.heldElsewhere }
  }
}
