import ArgumentParser
import Configuration
import Running
import Store
import Suites

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Counts what is finished, missing, failed, diverged or damaged, table by table.",
    discussion: """
      EXAMPLES
        \(programName) status                     the quick profile of all tables
        \(programName) status table1 -p smoke --format json
        \(programName) status -p paper            after `submit`: what runs, waits, got lost
      """)

  @OptionGroup var options: SuiteOptions
  @OptionGroup var formatOption: FormatOption

  func run() throws {
    let grids = try options.grids()
    let agenda = try Agenda(grids, selection: options.selection(), shelf: options.shelf, store: options.store)
    let cluster = try ClusterStatus(results: absolute(options.store.folder))
    let words =
      ["finished", "missing", "diverged", "failed", "damaged", "newer"] + (cluster == nil ? [] : ClusterStatus.words)
    func word(_ item: Agenda.Item) -> String { cluster?.word(for: item) ?? item.status.word }
    var listing = Listing(head: ["suite", "cells"] + words + ["not_run_rows"])
    for grid in grids {
      let items = agenda.items.filter { $0.suites.contains(grid.suite.name) }
      let waiting = agenda.waiting.count { $0.suite == grid.suite.name }
      listing.rows.append(
        [.text(grid.suite.name), .integer(items.count)]
          + words.map { one in .integer(items.count { word($0) == one }) } + [.integer(waiting)])
    }
    guard formatOption.format == .text || formatOption.format == .json else {
      return answer(listing.text(as: formatOption.format))
    }
    var troubles = Listing(head: ["cell", "status", "detail", "file"])
    for item in agenda.items {
      let detail: String
      switch item.status {
      case .failed(let reason):
        detail = [reason, cluster?.detail(of: item)?.detail].compactMap { $0 }.joined(separator: "; ")
      case .damaged(let reason): detail = reason
      case .newer: detail = item.status.advice
      case .diverged(let iteration): detail = "at iteration \(iteration)"
      case .absent where word(item) == "lost":
        if let (detail, log) = cluster?.detail(of: item) {
          troubles.rows.append([.text(item.alias), "lost", .text(detail), .text(log)])
        }
        continue
      case .absent, .finished: continue
      }
      troubles.rows.append([
        .text(item.alias), .text(item.status.word), .text(detail), .text(options.store.path(of: item.id)),
      ])
    }
    if formatOption.format == .json {
      var object: [String: Value] = [
        "schema": 1, "profile": .text(options.profile), "results": .text(options.store.folder),
        "suites": listing.json, "troubles": troubles.json, "cells": .integer(agenda.items.count),
      ]
      for one in words { object[one] = .integer(agenda.items.count { word($0) == one }) }
      if let cluster { object["on_cluster"] = cluster.running(agenda.items).json }
      return answer(Value.object(object).canonicalJSON + "\n")
    }
    answer(agenda.heading + "\n" + listing.text(as: .text))
    let others = Set(try options.store.ids()).subtracting(agenda.items.map(\.id)).count
    if others > 0 {
      answer(
        "\(counted(others, "other cell")) in \(options.store.folder): of other data, settings or suites, or left out by "
          + "--only\n")
    }
    if let running = cluster?.running(agenda.items), !running.rows.isEmpty { answer("\n" + running.text(as: .text)) }
    if !troubles.rows.isEmpty { answer("\n" + troubles.text(as: .text)) }
  }
}
