import ArgumentParser
import Configuration
import Datasets
import Reports
import Running
import Store
import Suites

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Shows which cells would be trained, why, and roughly how long it takes.",
    discussion: """
      EXAMPLES
        \(programName) plan                       the quick profile of all tables
        \(programName) plan table3 -p paper       the cells of Table 3 at the paper's size
        \(programName) plan --format json         for scripts
        \(programName) plan -p paper --nodes 20 --cpus 32    time, memory and disk
      """)

  @OptionGroup var options: SuiteOptions
  @OptionGroup var formatOption: FormatOption

  @Option(help: "Threads per cell, for the estimate. (default: the processors of this machine)")
  var threads: Int?

  @Flag(help: "Plan to train finished cells again, as with `run --force`.")
  var force = false

  @Option(help: "Number of equal nodes to forecast for; measures each network once, which can take minutes.")
  var nodes: Int?

  @Option(help: "Processors per node, with --nodes. (default: those of this machine)")
  var cpus: Int?

  func validate() throws {
    try check("--threads", threads, in: Bounds.processors)
    try check("--nodes", nodes, in: Bounds.nodes)
    try check("--cpus", cpus, in: Bounds.processors)
    if cpus != nil && nodes == nil { throw ValidationError("--cpus is the size of a node and requires --nodes.") }
  }

  func run() throws {
    if let nodes {
      return try ForecastPlan(options: options, threads: threads ?? Machine.current.processors).answer(
        nodes: nodes, cpus: cpus ?? Machine.current.processors, format: formatOption.format)
    }
    try PlanCommand.answer(
      try options.grids(), options: options, threads: threads ?? Machine.current.processors, force: force,
      format: formatOption.format)
  }

  static func answer(
    _ grids: [Grid], options: SuiteOptions, threads: Int, force: Bool, format: OutputFormat
  ) throws {
    guard let runPlan = try runPlanOrNil(grids, options: options) else {
      let cells = cellsAlone(grids, selection: try options.selection())
      return Commands.answer(
        cells, as: format,
        json: options.json.merging(["cells": cells.objects, "to_train": .null, "seconds": .null]) { $1 },
        text: "\(options.profile) profile, data missing\n" + cells.plainText)
    }
    let estimate = Estimate(runPlan, store: options.store, threads: threads)
    let due = runPlan.items.filter { $0.reason(force: force) != nil }
    let seconds = estimate.seconds(for: due)
    let listing = runPlan.listing(estimate, force: force, inSeconds: format == .csv || format == .json)
    var total = "\(counted(runPlan.items.count, "cell")), \(due.count) to train"
    if !due.isEmpty {
      total +=
        seconds.map { ", about \(spoken(seconds: $0)) one after another" }
        ?? ", time unknown until a cell has been trained here; "
        + "`\(programName) plan\(options.commandLine) --nodes 1` measures it"
    }
    Commands.answer(
      listing, as: format,
      json: options.json.merging([
        "cells": listing.objects, "to_train": .integer(due.count), "seconds": .known(seconds),
      ]) { $1 }, text: TextLayout.folded(runPlan.heading) + "\n" + listing.plainText + total + "\n")
  }

  /// Nil, with a message on standard error, if the data are missing: a plan can be shown without them.
  static func runPlanOrNil(_ grids: [Grid], options: SuiteOptions) throws -> RunPlan? {
    do {
      return try RunPlan(grids, selection: options.selection(), datasets: options.datasets, store: options.store)
    } catch let error as DatasetError where error.kind == .notFound || error.kind == .refused {
      complain("\(error) Without the data, the cells are shown without their status.")
      return nil
    }
  }

  static func cellsAlone(_ grids: [Grid], selection: Selection) -> Table {
    var listing = Table(["suite", "model", "dataset", "method", "seed", "status"])
    var seen: Set<Cell> = []
    for grid in grids {
      for (entry, cell) in grid.cells(in: selection) where seen.insert(cell).inserted {
        listing.add(
          grid.suite.name, entry.model.label, entry.dataset.label, entry.method.label, Int(cell.seed), "unknown")
      }
    }
    return listing
  }
}

extension RunPlan {
  /// - Parameter inSeconds: whether estimates are numbers, for other programs.
  func listing(_ estimate: Estimate, force: Bool, inSeconds: Bool = false) -> Table {
    var listing = Table(
      ["suites", "model", "dataset", "method", "seed", "status", "train", "estimate", "id"], optional: ["id", "train"])
    for item in items {
      let reason = item.reason(force: force)
      let seconds = reason == nil ? nil : estimate.seconds(for: item)
      let time: any TableCell =
        inSeconds
        ? seconds?.rounded(toPlaces: 1)
        : seconds.map { spoken(seconds: $0) } ?? (reason == nil ? "-" : "unknown")
      listing.add(
        item.suites.joined(separator: " "), item.cell.model.label, item.cell.dataset.label, item.cell.method.label,
        Int(item.cell.seed), item.status.word, reason ?? "-", time, item.id)
    }
    return listing
  }
}
