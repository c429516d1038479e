import ArgumentParser
import Configuration
import Foundation
import Reports
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

  @OptionGroup var training: TrainingOptions

  @Flag(
    help: ArgumentHelp(
      "Store in each result the data that another program needs to recompute the cell (docs/traces.md).",
      discussion: "Results do not change. To add the data to finished cells, train them again with --force."))
  var audit = false

  func run() throws {
    let start = ContinuousClock.now
    try training.checkThreads()
    let grids = try options.grids()
    let store = options.store
    if training.isDryRun {
      return try PlanCommand.answer(
        grids, options: options, threads: training.threadsPerCell, force: training.force, format: formatOption.format)
    }
    try training.prepare(store)
    let runPlan = try RunPlan(grids, selection: options.selection(), datasets: options.datasets, store: store)
    try training.prepare(for: runPlan)
    let unprobed = training.force ? 0 : try runPlan.unprobed(in: store)
    if unprobed > 0 && !training.quiet {
      complain(
        "\(counted(unprobed, "finished cell")) \(unprobed == 1 ? "has" : "have") no probes by epoch, and "
          + "\(unprobed == 1 ? "is" : "are") not trained again. Add --force to train them with probes, or measure "
          + "their final weights with `\(programName) probe`.")
    }
    let reports = try ReportWriter(options.reported(grids, in: store), runPlan: runPlan, store: store)
    if let suites = try? options.frozen() { ResultsGuide.write(suites, to: store, profile: options.profile) }
    var report = training.train(runPlan, in: store, since: start, isAudited: audit, telling: [reports])
    if formatOption.format != .text { report.addResults(from: store) }
    write(report)
    if let error = report.storeError { throw error }
    if let error = reports.error { throw error }
    try report.checkEnding()
  }

  private func write(_ report: RunReport) {
    answer(
      report.listing, as: formatOption.format,
      json: options.json.merging([
        "report": .text(ReportWriter.folder(of: options.store)), "cells": report.listing.objects,
        "trained": .integer(report.trained), "finished": .integer(report.count(of: "finished")),
        "diverged": .integer(report.count(of: "diverged")), "failed": .integer(report.count(of: "failed")),
        "missing": .integer(report.missing), "blocked": .integer(report.count(of: "blocked")),
        "interrupted": .flag(report.isInterrupted),
      ]) { $1 }, text: training.quiet ? "" : report.sentence(in: options.store.folder))
  }
}

extension RunReport {
  var missing: Int { count(of: "missing") + count(of: "stopped") }

  var listing: Table {
    var listing = Table([
      "id", "suites", "model", "dataset", "method", "seed", "outcome", "trained", "seconds", "test_accuracy",
      "images_per_second", "sampling_number", "file",
    ])
    for cell in cells {
      let item = cell.item
      let result = cell.result
      listing.add(
        item.id, item.suites.joined(separator: " "), item.cell.model.label, item.cell.dataset.label,
        item.cell.method.label, Int(item.cell.seed), cell.ending.word, cell.wasTrained,
        (cell.wasTrained ? cell.seconds : result?.timing.trainingSeconds ?? 0).rounded(toPlaces: 3),
        result?.testAccuracyLast, result?.timing.imagesPerSecond, result.map { $0.samplingNumber },
        "cells/\(item.id).h5")
    }
    return listing
  }

  func sentence(in folder: String) -> String {
    let isReported = cells.contains { $0.ending.isFinal }
    let report = isReported ? "Report: \(folder)/report/report.html" : "No report: nothing has finished yet."
    return "\(tally). \(report)\n\(troubles)"
  }

  /// Example: "4 cells trained, 2 already done".
  var tally: String {
    let present = cells.count { !$0.wasTrained && $0.ending == .ended(.finished) }
    var text = "\(counted(trained, "cell")) trained, \(present) already done"
    for (word, number) in [
      ("diverged", count(of: "diverged")), ("failed", count(of: "failed")), ("blocked", count(of: "blocked")),
      ("refused", count(of: "refused")), ("held by another runner", count(of: "held")),
      ("left", missing),
    ]
    where number > 0 { text += ", \(number) \(word)" }
    guard isInterrupted && missing > 0 else { return text }
    let kept = count(of: "stopped")
    return "Stopped" + (kept > 0 ? ", \(counted(kept, "checkpoint")) kept" : "") + ": \(text)"
  }

  /// A line for each cell that did not finish, with the reason.
  var troubles: String {
    var text = isInterrupted && missing > 0 ? "The same command resumes.\n" : ""
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
