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
    let selected = try selectedTitles()
    let tasks = view.sent.values.filter { $0.isAlive && selected.contains(Title($0.cell)) }
      .sorted { ($0.task.job, $0.task.index) < ($1.task.job, $1.task.index) }
    for sent in tasks {
      answer("\(sent.task): \(sent.cell.title)\n")
    }
    if !isDryRun && !tasks.isEmpty { try slurm.cancel(tasks.map(\.task)) }
    answer("\(tasks.count) \(tasks.count == 1 ? "cell" : "cells") \(isDryRun ? "to cancel" : "canceled")\n")
  }

  /// The labels of a cell, which plans and suites share.
  private struct Title: Hashable {
    let suite, dataset, model, method: String
    let seed: UInt64

    init(_ task: ClusterPlan.Task) {
      (suite, dataset, model, method, seed) = (task.suite, task.dataset, task.model, task.method, task.seed)
    }

    init(_ entry: Grid.Entry, seed: UInt64, suite: String) {
      (self.suite, dataset, model, method) = (suite, entry.dataset.label, entry.model.label, entry.method.label)
      self.seed = seed
    }
  }

  private func selectedTitles() throws -> Set<Title> {
    let selection = try options.selection()
    var titles: Set<Title> = []
    for grid in try options.grids() {
      for (entry, cell) in grid.cells(in: selection) {
        titles.insert(Title(entry, seed: cell.seed, suite: grid.suite.name))
      }
    }
    return titles
  }
}
