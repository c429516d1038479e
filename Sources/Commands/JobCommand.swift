import ArgumentParser
import Cluster
import Datasets
import Foundation
import Running
import Store
import Suites

/// What a job of the cluster runs: one cell of a frozen plan.
struct JobCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "job", abstract: "Trains one cell of a plan that `submit` wrote.", shouldDisplay: false)

  @Argument(help: "The plan.jsonl of a submission.")
  var plan: String

  @Argument(help: "The array in it.")
  var array: String

  @Argument(help: "The index in the array.")
  var index: Int

  func run() throws {
    let (head, task) = try planned()
    let store = RunStore(folder: head.results)
    let agenda = try agenda(head, task, store)
    guard let item = agenda.items.first(where: { $0.id == task.id }) else {
      throw ClusterError.badPlan(
        path: plan,
        reason: "here the cell would be \(agenda.items.first?.id ?? "none") and not \(task.id); the data folder of "
          + "this node differs from that of the machine where it was made")
    }
    guard item.reason(force: false) != nil else {
      complain("\(item.alias): \(item.status.word) already")
      if case .diverged = item.status { throw ExitStatus.cellFailed }
      return
    }
    Interruption.install()
    // After it: the warning must be told apart from a request to end for good.
    Warning.install()
    let isCrowded = task.cpus > Machine.current.processors
    let progress = ProgressFiles(store)
    let lines = ProgressLines(isTerminal: false, jobs: 1, estimate: Estimate())
    let runner = Runner(
      store: store, observer: Observers([lines, progress]),
      environment: RunEnvironment(
        profile: agenda.profile, threads: task.cpus,
        timingNote: isCrowded
          ? "more threads than processors" : task.isExclusive ? nil : "the node may have been shared with other jobs",
        provenance: .current(threads: task.cpus, jobs: 1, command: CommandLine.arguments)),
      options: Runner.Options(
        jobs: 1, threads: task.cpus, checkpointInterval: .seconds(head.checkpointSeconds)),
      isStopRequested: { Interruption.isRequested || Warning.isGiven })
    let report = runner.run(agenda.only(item.id))
    if let error = report.storeError { throw error }
    switch report.cells.first?.outcome {
    case .finished: return
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

  /// Back to the queue when the job's time was up. A job that made no step would make none the next time either.
  private func goOnLater(hasMoved: Bool) throws {
    guard Warning.isGiven, let task = TaskName(environment: ProcessInfo.processInfo.environment) else { return }
    guard hasMoved else {
      return complain(
        "\(task): its time was up before a single step was done; it is not queued again. Give it more --time.")
    }
    // Said before: the scheduler ends the job while the call is under way.
    complain("\(task): time is up, its checkpoint is written; it goes back to the queue")
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

  private func agenda(_ head: ClusterPlan.Head, _ task: ClusterPlan.Task, _ store: RunStore) throws -> Agenda {
    let grids = try head.suites.grids(profile: head.profile, vocabulary: .catalogues, only: task.suite)
    guard !grids.isEmpty else {
      throw ClusterError.badPlan(path: plan, reason: "it holds no suite '\(task.suite)'")
    }
    let shelf = DataShelf(folder: head.data.map { DataFolder(path: $0.path, isNamed: $0.isNamed) })
    let selection = Selection(exactly: task.dataset, model: task.model, method: task.method, seed: task.seed)
    return try Agenda(grids, selection: selection, shelf: shelf, store: store)
  }
}
