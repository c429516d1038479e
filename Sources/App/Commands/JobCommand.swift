import ArgumentParser
import Cluster
import Datasets
import Foundation
import Running
import Store
import Suites

/// The command that a task of a job array runs: trains one cell of a plan.
struct JobCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job", abstract: "Trains one cell of a plan that `submit` wrote.", shouldDisplay: false)

  @Argument(help: "Path of the plan.jsonl of a submission.")
  var plan: String

  @Argument(help: "Name of the job array in the plan.")
  var array: String

  @Argument(help: "Index of the task in the array.")
  var index: Int

  func run() throws {
    let (head, task) = try planned()
    let store = RunStore(folder: head.results)
    let runPlan = try runPlan(head, task, store)
    guard let item = runPlan.items.first(where: { $0.id == task.id }) else {
      throw ClusterError.badPlan(
        path: plan,
        reason:
          "on this node the cell is \(runPlan.items.first?.id ?? "none"), not \(task.id), because the data folder "
          + "differs from that of the submitting machine")
    }
    guard item.reason(force: false) != nil else {
      complain("\(item.alias): \(item.status.word) already")
      if case .stored(.diverged) = item.status { throw ExitStatus.cellFailed }
      return
    }
    Interruption.install()
    // Installed last, so that SIGUSR1 counts as the time warning and not as a request to stop for good.
    Warning.install()
    let isCrowded = task.cpus > Machine.current.processors
    let progress = ProgressFiles(store)
    let lines = ProgressLines(isTerminal: false, jobs: 1, estimate: Estimate())
    let runner = Runner(
      store: store, observer: Observers([lines, progress]),
      environment: RunEnvironment(
        profile: runPlan.profile, threads: task.cpus,
        timingNote: isCrowded
          ? "more threads than processors" : task.isExclusive ? nil : "the node may have been shared with other jobs",
        provenance: .current(threads: task.cpus, jobs: 1, command: CommandLine.arguments)),
      options: Runner.Options(
        jobs: 1, threads: task.cpus, checkpointInterval: .seconds(head.checkpointSeconds)),
      isStopRequested: { Interruption.isRequested || Warning.isGiven })
    let report = runner.run(runPlan.only(item.id))
    if let error = report.storeError { throw error }
    switch report.cells.first?.ending {
    case .ended(.finished): return
    case .stopped:
      try goOnLater(hasMoved: progress.steps > 0)
      throw ExitStatus.stopped
    case .missing: throw ExitStatus.stopped
    case .held(let holder):
      complain("\(item.alias): held by \(holder)")
      throw ExitStatus.heldElsewhere
    default: throw ExitStatus.cellFailed
    }
  }

  /// Requeues the task if its time was up, unless it made no step: it would make none the next time either.
  private func goOnLater(hasMoved: Bool) throws {
    guard Warning.isGiven, let task = TaskName(environment: ProcessInfo.processInfo.environment) else { return }
    guard hasMoved else {
      return complain(
        "\(task): time limit reached before the first step, so it is not requeued. Submit with a longer --time.")
    }
    // Printed first, because the scheduler ends this job during the call.
    complain("\(task): time limit reached, checkpoint written; requeuing the task")
    try Slurm().requeue(task)
  }

  private func planned() throws -> (ClusterPlan.Head, ClusterPlan.Task) {
    let plan = try ClusterPlan(contentsOf: self.plan)
    try plan.checkPlace(self.plan)
    let task = try plan.task(index, of: array, path: self.plan)
    let build = try ProgramBuild.current(version: Program.version)
    guard build.sha256 == plan.head.program.sha256 else {
      throw ClusterError.otherProgram(path: self.plan, planned: plan.head.program.sha256, found: build.sha256)
    }
    return (plan.head, task)
  }

  private func runPlan(_ head: ClusterPlan.Head, _ task: ClusterPlan.Task, _ store: RunStore) throws -> RunPlan {
    let grids = try head.suites.grids(profile: head.profile, vocabulary: .catalogues, only: task.suite)
    guard !grids.isEmpty else {
      throw ClusterError.badPlan(path: plan, reason: "it has no suite '\(task.suite)'")
    }
    let datasets = DatasetCache(folder: head.data.map { DataFolder(path: $0.path, isNamed: $0.isNamed) })
    let selection = Selection(exactly: task.dataset, model: task.model, method: task.method, seed: task.seed)
    return try RunPlan(grids, selection: selection, datasets: datasets, store: store)
  }
}
