import ArgumentParser
import Cluster
import Configuration
import Datasets
import Foundation
import Running
import Store
import Suites

struct SubmitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit", abstract: "Submits the missing cells to a Slurm cluster as job arrays; does not wait.",
    discussion: """
      The plan is frozen in results/<profile>/cluster/<number>: later edits of suites do not affect submitted cells, \
      and a job refuses to run with another build of this program. Finished and queued cells are not submitted again, \
      so submitting a second time fills gaps. A job that reaches its time limit writes a checkpoint and requeues \
      itself.

      EXAMPLES
        \(programName) submit table3 -p paper --dry-run        shows scripts only
        \(programName) submit -p paper --account bench --time 12:00:00 --max-parallel 40
        \(programName) submit -p paper --exclusive --cpus 32   whole nodes, valid speeds
        \(programName) submit -p paper --executor print        one command per cell
        \(programName) status -p paper                         shows the progress
      """)

  @OptionGroup var options: SuiteOptions

  @Option(help: "Partition of the cluster. (default: the cluster's)")
  var partition: String?

  @Option(help: "Account to charge. (default: the user's)")
  var account: String?

  @Option(
    help: ArgumentHelp(
      "Feature that nodes must have, such as a processor type.",
      discussion: "Speeds are comparable, and checkpoints can be resumed, only on equal processors."))
  var constraint: String?

  @Option(help: "Time limit per job, such as 12:00:00 or 2-00:00:00. (default: from the suites)")
  var time: String?

  @Option(help: "Processors and threads per cell. (default: from the suites)")
  var cpus: Int?

  @Option(help: "Memory per cell, such as 8G or 800M. (default: from the suites)")
  var memory: String?

  @Flag(help: "Request whole nodes, so that measured speeds are valid.")
  var exclusive = false

  @Option(help: "Maximum number of tasks per array that run at a time. (default: no limit)")
  var maxParallel: Int?

  @Option(help: "Longest time between two checkpoints of a cell, such as 90s, 10m or 2h.")
  var checkpointEvery = TimeSpan.seconds(600)

  @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "Show the scripts and commands; submit nothing.")
  var isDryRun = false

  @Option(help: "Executor: slurm, or print to write the plan and print one command per cell.")
  var executor = Executor.slurm

  enum Executor: String, CaseIterable, ExpressibleByArgument {
    case slurm, print
  }

  func validate() throws {
    try check("--cpus", cpus, in: Bounds.processors)
    try check("--max-parallel", maxParallel, in: 1...1_000_000)
    if let time, Resources.minutes(time) == nil {
      throw ValidationError("--time must be like 12:00:00 or 2-00:00:00, not '\(time)'.")
    }
    if let memory, Resources.megabytes(memory) == nil {
      throw ValidationError("--memory must be like 8G or 800M, not '\(memory)'.")
    }
    for (name, value) in [("partition", partition), ("account", account), ("constraint", constraint)] {
      guard let value, value.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._+,:&|*\[\]()-]*/) == nil else { continue }
      throw ValidationError(
        "--\(name) must be a Slurm name without spaces and quotes, not '\(value.visible)'.")
    }
  }

  func run() throws {
    let slurm = Slurm()
    let suites = try options.frozen()
    let grids = try suites.grids(profile: options.profile, vocabulary: .catalogues)
    try options.selection().check(grids)
    let results = absolute(options.store.folder)
    // A backslash in a log's path makes Slurm ignore the fields that distinguish the logs of tasks.
    guard results.controlCharacter == nil, !results.contains("\\") else {
      throw UsageError(
        "\(results.visible): Slurm cannot write logs to a path with a backslash or a control character. Choose another "
          + "folder with --results.")
    }
    let submission = Submission.next(in: results)
    let head = ClusterPlan.Head(
      program: try .current(version: Program.version), profile: options.profile, results: results,
      data: DataFolder.locate(option: options.data).map { ClusterPlan.Data(absolute($0.path), isNamed: $0.isNamed) },
      suites: suites, checkpointSeconds: checkpointEvery.duration / .seconds(1))

    let view = try ClusterView(results: results, slurm: slurm)
    if let error = view.queueError, executor == .slurm {
      // Without the queue, queued cells would be submitted a second time.
      guard isDryRun else { throw error }
      complain("\(error) Queued cells are unknown and shown as not submitted.")
    }
    let alive = view.alive
    let works = try works(grids, alive: alive)
    if !isDryRun { try release(view.heldAfterFailure, slurm) }
    guard !works.isEmpty else { return }

    let arrays = JobArray.arrays(works, queued: alive, limit: try limit(slurm))
    let dispatch = Dispatch(
      submission, slurm: slurm,
      options: SubmitOptions(
        partition: partition, account: account, constraint: constraint, maxParallel: maxParallel))
    switch (executor, isDryRun) {
    case (.slurm, true):
      for script in dispatch.scripts(arrays, head: head) {
        answer("# ---- \(submission.folder)/\(script.name)\n\(script.text)\n")
      }
      answer("# ---- commands\n" + dispatch.commands(arrays).map { $0 + "\n" }.joined())
    case (.slurm, false): try send(arrays, dispatch, head)
    case (.print, _):
      if !isDryRun {
        try options.store.checkWritable()
        try submission.write(plan: ClusterPlan.text(head, arrays), scripts: [])
      }
      for array in arrays {
        for task in array.tasks {
          let command = array.task(program: head.program.path, folder: submission.folder, index: "\(task.index)")
          answer(command.text + "\n")
        }
      }
    }
  }

  private func send(_ arrays: [JobArray], _ dispatch: Dispatch, _ head: ClusterPlan.Head) throws {
    try options.store.checkWritable()
    do {
      for (array, job) in zip(arrays, try dispatch.send(arrays, head: head)) { say("job \(job): \(array.summary)\n") }
    } catch {
      complain("Not all arrays were submitted. Those that were are recorded; submit again for the rest.")
      throw error
    }
    say("To see the progress: \(programName) status -p \(options.profile)\n")
  }

  private func release(_ tasks: [TaskName], _ slurm: Slurm) throws {
    for task in tasks {
      try slurm.release(task)
      say("\(task): was held after a failed launch; released\n")
    }
  }

  private func limit(_ slurm: Slurm) throws -> Int {
    guard executor == .slurm else { return .max }
    do {
      return try slurm.maxArraySize()
    } catch {
      guard isDryRun else { throw error }
      complain("\(error) Arrays are split at Slurm's default limit of 1000 tasks.")
      return 1000
    }
  }

  /// The cells to submit. A dry run without the data shows every cell.
  private func works(_ grids: [Grid], alive: [String: TaskName]) throws -> [Work] {
    do {
      let runPlan = try RunPlan(grids, selection: options.selection(), datasets: options.datasets, store: options.store)
      let due = runPlan.items.filter { $0.reason(force: false) != nil }
      let works = due.filter { alive[$0.id] == nil }.map { item in
        work(
          item.id, item.cell, suite: item.suites[0], after: item.dependencies.first { !$0.isFinished }?.id, in: grids)
      }
      let known = Set(works.map(\.id)).union(alive.keys)
      for item in due where item.dependencies.contains(where: { !$0.isFinished && !known.contains($0.id) }) {
        throw UsageError(
          "\(item.alias) starts from the result of '\(item.dependencies[0].title)', which is neither finished nor "
            + "queued. Select that cell too with --only.")
      }
      say("\(counted(runPlan.items.count, "cell")): \(runPlan.items.count - due.count) done, ")
      say("\(due.count - works.count) queued, \(works.count) to send\n")
      return works
    } catch let error as DatasetError where isDryRun && (error.kind == .notFound || error.kind == .refused) {
      complain("\(error) Submitting requires the data; this dry run shows all cells as missing.")
      return try options.worksWithoutData(grids).map {
        work($0.id, $0.cell, suite: $0.suite, after: $0.after, in: grids)
      }
    }
  }

  private func work(_ id: String, _ cell: Cell, suite: String, after: String?, in grids: [Grid]) -> Work {
    var resources =
      grids.first { $0.suite.name == suite }?.suite.resources(for: cell, profile: options.profile) ?? .standard
    if let cpus { resources.cpus = cpus }
    if let minutes = time.flatMap(Resources.minutes(_:)) { resources.minutes = minutes }
    if let memory = memory.flatMap(Resources.megabytes(_:)) { resources.memory = memory }
    if exclusive { resources.isExclusive = true }
    return Work(id: id, suite: suite, cell: cell, resources: resources, after: after)
  }

  /// Prints a message to standard output, or to standard error if standard output is for scripts and commands.
  private func say(_ text: String) {
    if isDryRun || executor == .print {
      StandardStream.error.write(text)
    } else {
      answer(text)
    }
  }
}

/// An absolute path, which is valid in any working folder of a job.
func absolute(_ path: String) -> String {
  path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
}
