import Cluster
import Configuration
import Datasets
import Foundation
import Reports
import Running
import Store
import Suites

/// `plan --nodes`: the time, memory and disk space that the remaining cells need on a number of nodes.
struct ForecastPlan {
  let options: SuiteOptions
  /// Number of threads for measuring the networks on this machine.
  let threads: Int

  func answer(nodes: Int, cpus: Int, format: OutputFormat) throws {
    let grids = try options.grids()
    let costs = try costs(grids, cpus: cpus)
    guard !costs.isEmpty else { return Commands.answer("Nothing is left to train.\n") }
    let forecast = Forecast(costs, nodes: nodes, cpus: cpus)
    let listing = listing(costs, cpus: cpus)
    Commands.answer(
      listing, as: format,
      json: [
        "schema": 1, "profile": .text(options.profile), "nodes": .integer(nodes), "cpus": .integer(cpus),
        "machine": .text(Machine.current.description), "threads_measured": .integer(threads),
        "scaling": scaling(costs), "threads_extrapolated": .list(extrapolated(costs, cpus).map(Value.integer)),
        "cells": .integer(costs.count), "rows": listing.objects, "seconds": .number(forecast.seconds),
        "processor_hours": .number(forecast.processorSeconds / 3600),
        "critical_seconds": .number(forecast.criticalSeconds), "node_memory_bytes": .integer(forecast.nodeMemory),
        "disk_bytes": .integer(forecast.disk), "cells_at_a_time": .integer(forecast.cellsAtATime),
      ], text: listing.plainText + "\n" + summary(forecast, costs, nodes, cpus))
  }

  private func summary(_ forecast: Forecast, _ costs: [CellCost], _ nodes: Int, _ cpus: Int) -> String {
    let last = forecast.critical.last.map { "\($0.suite): \($0.cell.title)" } ?? ""
    let steps = forecast.critical.count == 1 ? "one cell" : "\(forecast.critical.count) cells in sequence"
    return """
      \(counted(costs.count, "cell")), \(hours(forecast.processorSeconds)) processor hours
      on \(counted(nodes, "node")) of \(counted(cpus, "processor")): \(spoken(seconds: forecast.seconds)), at most \
      \(counted(forecast.cellsAtATime, "cell")) at a time
      critical path: \(spoken(seconds: forecast.criticalSeconds)), \(steps) (\(last))
      memory per node: at most \(size(forecast.nodeMemory)); disk: at most \(size(forecast.disk)), including checkpoints
      Measured with \(counted(threads, "thread")) on \(Machine.current.description). Assumes the same processors on \
      every node, and that adaptive methods sample half of the iterations.
      \(scalingSentence(costs, cpus))

      """
  }

  /// The speedup by number of threads, and how it was determined.
  private func scalingSentence(_ costs: [CellCost], _ cpus: Int) -> String {
    guard let scaling = costs.first?.scaling else { return "" }
    let beyond = extrapolated(costs, cpus).map(String.init).joined(separator: ", ")
    let guess = "EXTRAPOLATED, not measured, for cells with \(beyond) threads"
    guard scaling.most > 1 else {
      return beyond.isEmpty
        ? "" : "\(guess): assumes a linear speedup. Run this on a machine with more processors to measure it."
    }
    let gains = scaling.speeds.keys.sorted().map { String(format: "%d: %.2f", $0, scaling.speedup($0)) }
    let measured = "Speedup by threads, measured here with \(scaling.origin): \(gains.joined(separator: ", "))."
    return beyond.isEmpty ? measured : "\(measured) \(guess), by Amdahl's law from the last measurement."
  }

  /// The numbers of threads that cells will use and that were not measured.
  private func extrapolated(_ costs: [CellCost], _ cpus: Int) -> [Int] {
    Set(costs.filter { $0.scaling.extrapolates(to: $0.width(cpus)) }.map { $0.width(cpus) }).sorted()
  }

  private func scaling(_ costs: [CellCost]) -> Value {
    guard let scaling = costs.first?.scaling else { return .list([]) }
    return .list(
      scaling.speeds.keys.sorted().map {
        .object(["threads": .integer($0), "gain": .number(scaling.speedup($0)), "network": .text(scaling.origin)])
      })
  }

  /// One row for each suite and model, and a total.
  private func listing(_ costs: [CellCost], cpus: Int) -> Table {
    var listing = Table(["suite", "model", "cells", "cpus", "shortest", "longest", "processor_hours", "memory"])
    func add(_ names: [String], _ costs: [CellCost]) {
      let widths = Set(costs.map { $0.width(cpus) }).sorted().map(String.init)
      let times = costs.map { $0.seconds(cpus) }
      listing.rows.append(
        names.map(\.entry)
          + Table.row(
            costs.count, widths.joined(separator: ", "), spoken(seconds: times.min() ?? 0),
            spoken(seconds: times.max() ?? 0), hours(costs.reduce(0) { $0 + $1.processorSeconds(cpus) }),
            size(costs.map(\.memory).max() ?? 0)))
    }
    for (names, costs) in costs.grouped(by: { [$0.work.suite, $0.work.cell.model.label] }) { add(names, costs) }
    add(["total", ""], costs)
    return listing
  }

  /// The cells to train with their costs; all selected cells if the data are missing.
  private func costs(_ grids: [Grid], cpus: Int) throws -> [CellCost] {
    var sizes: [String: (training: Int, test: Int)] = [:]
    var works = try options.worksWithoutData(grids)
    do {
      let runPlan = try RunPlan(grids, selection: options.selection(), datasets: options.datasets, store: options.store)
      let due = Set(runPlan.items.filter { $0.reason(force: false) != nil }.map { $0.cell.canonicalJSON() })
      works.removeAll { !due.contains($0.id) }
      for item in runPlan.items {
        sizes[item.cell.dataset.name] = (item.dataset.training.count, item.dataset.test.count)
      }
    } catch let error as DatasetError where error.kind == .notFound || error.kind == .refused {
      complain("\(error) The forecast counts every cell and assumes \(officialSize.training) training images.")
    }
    let calibration = try calibrated(for: works, cpus: cpus)
    let scaling = calibration.scaling ?? ThreadScaling(origin: "", speeds: [1: 1])
    return works.compactMap { work in
      guard let network = calibration.network(of: work.cell) else { return nil }
      let size = sizes[work.cell.dataset.name] ?? officialSize
      return CellCost(
        work, network, threads: threads, scaling: scaling, cost: work.cell.expectedCost, training: size.training,
        test: size.test)
    }
  }

  /// Number of images in CIFAR-10 and in CIFAR-100.
  private let officialSize = (training: 50_000, test: 10_000)

  /// Measures the networks that have no measurement yet and, if cells will use other numbers of threads, the speedup by
  /// threads. Measurements are stored with the results.
  private func calibrated(for works: [Work], cpus: Int) throws -> Calibration {
    let path = options.store.folder + "/calibration.json"
    var calibration = Calibration.read(path, machine: Machine.current.description, threads: threads)
    for work in works where calibration.network(of: work.cell) == nil {
      try calibration.add(measured(work.cell, threads: threads), for: work.cell)
      try calibration.write(path)
    }
    if let first = works.first, calibration.scaling == nil,
      works.contains(where: { min(cpus, $0.resources.cpus) != threads })
    {
      var scaling = ThreadScaling(origin: first.cell.model.label, speeds: [:])
      for count in ThreadScaling.threads(upTo: Machine.current.processors) {
        scaling.speeds[count] = try Calibration.network(measured(first.cell, threads: count)).gradientsPerSecond
      }
      calibration.scaling = scaling
      try calibration.write(path)
    }
    return calibration
  }

  /// The output of `bench` for a cell's network.
  private func measured(_ cell: Cell, threads: Int) throws -> String {
    complain("measuring \(cell.model.label) with \(counted(threads, "thread"))")
    let program = try ProgramBuild.current(version: Program.version).path
    let command = Calibration.command(program, cell, threads: threads)
    let result = try SystemCommands(patience: 3600).run(command)
    guard result.status == 0 else {
      throw ClusterError.refused(
        command: command.joined(separator: " "), status: result.status, reason: result.errors)
    }
    return result.output
  }

  private func hours(_ seconds: Double) -> String {
    String(format: seconds < 36_000 ? "%.1f" : "%.0f", seconds / 3600)
  }

  private func size(_ bytes: Int) -> String {
    bytes < 1_000_000_000
      ? String(format: "%.0f MB", Double(bytes) / 1e6) : String(format: "%.1f GB", Double(bytes) / 1e9)
  }
}
