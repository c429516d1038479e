import ArgumentParser
import Configuration
import Datasets
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
      switch format {
      case .json:
        return Commands.answer(
          Value.object([
            "schema": 1, "profile": .text(options.profile), "results": .text(options.store.folder), "cells": cells.json,
            "to_train": .null, "seconds": .null,
          ]).canonicalJSON + "\n")
      case .csv, .markdown: return Commands.answer(cells.text(as: format))
      case .text:
        return Commands.answer("\(options.profile) profile, data missing\n" + cells.text(as: .text))
      }
    }
    let estimate = Estimate(runPlan, store: options.store, threads: threads)
    let due = runPlan.items.filter { $0.reason(force: force) != nil }
    switch format {
    case .json:
      Commands.answer(
        Value.object([
          "schema": 1, "profile": .text(options.profile), "results": .text(options.store.folder),
          "cells": runPlan.listing(estimate, force: force, inSeconds: true).json, "to_train": .integer(due.count),
          "seconds": estimate.seconds(for: due).map(Value.number) ?? .null,
        ]).canonicalJSON + "\n")
    case .csv, .markdown:
      Commands.answer(runPlan.listing(estimate, force: force, inSeconds: format == .csv).text(as: format))
    case .text:
      Commands.answer(
        TextLayout.folded(runPlan.heading) + "\n" + runPlan.listing(estimate, force: force).text(as: .text))
      var total = "\(counted(runPlan.items.count, "cell")), \(due.count) to train"
      if !due.isEmpty {
        total +=
          estimate.seconds(for: due).map { ", about \(spoken(seconds: $0)) one after another" }
          ?? ", time unknown until a cell has been trained here; "
          + "`\(programName) plan\(options.commandLine) --nodes 1` measures it"
      }
      Commands.answer(total + "\n")
    }
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

  static func cellsAlone(_ grids: [Grid], selection: Selection) -> Listing {
    var listing = Listing(head: ["suite", "model", "dataset", "method", "seed", "status"])
    var seen: Set<Cell> = []
    for grid in grids {
      for (entry, cell) in grid.cells(in: selection) where seen.insert(cell).inserted {
        listing.rows.append([
          .text(grid.suite.name), .text(entry.model.label), .text(entry.dataset.label), .text(entry.method.label),
          .integer(Int(cell.seed)), "unknown",
        ])
      }
    }
    return listing
  }
}

extension RunPlan {
  /// - Parameter inSeconds: whether estimates are numbers, for other programs.
  func listing(_ estimate: Estimate, force: Bool, inSeconds: Bool = false) -> Listing {
    var listing = Listing(head: [
      "suites", "model", "dataset", "method", "seed", "status", "train", "estimate", "id",
    ])
    listing.optional = ["id", "train"]
    for item in items {
      let reason = item.reason(force: force)
      let seconds = reason == nil ? nil : estimate.seconds(for: item)
      listing.rows.append([
        .text(item.suites.joined(separator: " ")), .text(item.cell.model.label), .text(item.cell.dataset.label),
        .text(item.cell.method.label), .integer(Int(item.cell.seed)), .text(item.status.word), .text(reason ?? "-"),
        seconds.map { inSeconds ? .number($0.rounded(toPlaces: 1)) : .text(spoken(seconds: $0)) }
          ?? (inSeconds ? .null : reason == nil ? "-" : "unknown"),
        .text(item.id),
      ])
    }
    return listing
  }
}
