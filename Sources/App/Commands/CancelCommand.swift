import ArgumentParser
import Cluster
import Running
import Suites

struct CancelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Removes submitted cells from the cluster's queue.",
    discussion: """
      A running cell writes a checkpoint and stops; submitting it again resumes it. A cell that several tables share \
      belongs to the first of them.

      EXAMPLES
        \(programName) cancel -p paper                                all submitted cells
        \(programName) cancel table3 -p paper --only 'method=mesa'    some cells
      """)

  @OptionGroup var options: SuiteOptions

  @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "List the cells that would be canceled; cancel none.")
  var isDryRun = false

  func run() throws {
    let slurm = Slurm()
    let view = try ClusterView(results: absolute(options.store.folder), slurm: slurm)
    if let error = view.queueError { throw error }
    let selection = try options.selection()
    let selected = Set(
      try options.grids().flatMap { grid in
        grid.cells(in: selection).map { entry, cell in
          [grid.suite.name, entry.dataset.label, entry.model.label, entry.method.label, "\(cell.seed)"]
        }
      })
    let tasks = view.sent.values.filter { sent in
      let cell = sent.cell
      return sent.isAlive && selected.contains([cell.suite, cell.dataset, cell.model, cell.method, "\(cell.seed)"])
    }.sorted { ($0.task.job, $0.task.index) < ($1.task.job, $1.task.index) }
    for sent in tasks {
      answer("\(sent.task): \(sent.cell.title)\n")
    }
    if !isDryRun && !tasks.isEmpty { try slurm.cancel(tasks.map(\.task)) }
    answer("\(counted(tasks.count, "cell")) \(isDryRun ? "to cancel" : "canceled")\n")
  }
}
