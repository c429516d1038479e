import ArgumentParser
import Configuration
import Datasets
import Foundation
import Reports
import Running
import Store
import Suites

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Shows which cells are finished, running, stopped, missing or damaged, by table.",
    discussion: """
      Running cells of any process are shown with their iteration, epoch, accuracy and remaining time. A started cell \
      was stopped before it finished; the next run resumes it.

      EXAMPLES
        \(programName) status                     the quick profile of all tables
        \(programName) status --watch             refreshed until Ctrl-C
        \(programName) status table1 -p smoke --format json
        \(programName) status -p paper            also the tasks of `submit`
      """)

  @OptionGroup var options: SuiteOptions
  @OptionGroup var formatOption: FormatOption

  @Flag(help: "Refresh every two seconds, until Ctrl-C or until nothing is left to train.")
  var watch = false

  func validate() throws {
    if watch && formatOption.format != .text { throw ValidationError("--watch supports only text: omit --format.") }
  }

  func run() throws {
    guard watch else {
      do { return try StatusPage(options).write(as: formatOption.format) } catch let error as DatasetError
        where error.kind == .notFound || error.kind == .refused
      {
        complain("\(error) Without the data, stored cells are counted on whatever data they were trained.")
        return try answerWithoutData()
      }
    }
    guard isatty(STDOUT_FILENO) == 1 else {
      throw UsageError("--watch requires a terminal. In a script, run `status --format json` repeatedly.")
    }
    while true {
      let page = try StatusPage(options)
      StandardStream.output.write("\u{1B}[H\u{1B}[2J")
      page.write(as: .text)
      if page.isDone { return }
      Thread.sleep(forTimeInterval: 2)
    }
  }
}

extension StatusCommand {
  /// Counts stored cells as a report does, which needs no data.
  private func answerWithoutData() throws {
    let results = try Results(reading: options.store)
    var listing = Table(["suite", "cells", "finished", "missing", "diverged_or_failed"])
    for grid in try options.grids() {
      let tally = Report([grid.only(try options.selection())], from: results).tally
      listing.add(
        grid.suite.name, tally.finished + tally.missing + tally.stopped, tally.finished, tally.missing, tally.stopped)
    }
    answer(
      listing, as: formatOption.format, json: options.json.merging(["suites": listing.objects]) { $1 },
      text: listing.plainText)
  }
}

struct StatusPage {
  private let options: SuiteOptions
  private let grids: [Grid]
  private let runPlan: RunPlan
  private let cluster: ClusterStatus?
  private let states: [String: CellState]

  init(_ options: SuiteOptions) throws {
    self.options = options
    grids = try options.grids()
    runPlan = try RunPlan(grids, selection: options.selection(), datasets: options.datasets, store: options.store)
    cluster = try ClusterStatus(results: absolute(options.store.folder))
    states = try runPlan.states(in: options.store)
  }

  /// Whether there is nothing left to train.
  var isDone: Bool { runPlan.items.allSatisfy { $0.reason(force: false) == nil } }

  func write(as format: OutputFormat) { answer(suites, as: format, json: json, text: text) }

  private var words: [String] {
    ["finished", "running", "started", "missing", "diverged", "failed", "damaged", "newer"]
      + (cluster == nil ? [] : ClusterStatus.words.filter { $0 != "running" })
  }

  private func word(_ item: RunPlan.Item) -> String {
    if let word = cluster?.word(for: item), word != "lost" { return word }
    switch states[item.id] {
    case .running: return "running"
    case .started: return cluster?.word(for: item) ?? "started"
    case nil: return cluster?.word(for: item) ?? item.status.word
    }
  }

  /// One line per suite, and a total that counts every cell once.
  private var suites: Table {
    func row(_ suite: String, _ items: [RunPlan.Item]) -> [Table.Entry] {
      let found = Dictionary(grouping: items.map(word)) { $0 }.mapValues(\.count)
      return Table.row(suite, items.count) + words.map { .integer(found[$0] ?? 0) }
    }
    var listing = Table(["suite", "cells"] + words)
    listing.rows = grids.map(\.suite.name).map { name in row(name, runPlan.items.filter { $0.suites.contains(name) }) }
    if grids.count > 1 { listing.rows.append(row("all", runPlan.items)) }
    listing.optional = words.reversed().filter { word in !runPlan.items.contains { self.word($0) == word } }
    return listing
  }

  /// One line per cell that is running or was stopped.
  private var active: Table {
    var listing = Table(
      ["cell", "state", "done", "epoch", "loss", "test", "images_per_second", "left", "where"],
      optional: ["where", "loss", "images_per_second", "epoch"])
    for item in runPlan.items {
      let word = word(item)
      let progress: CellProgress?
      let iteration: Int?
      let place: String
      switch states[item.id] {
      case .running(let holder, let known): (progress, iteration, place) = (known, known?.iteration, holder)
      case .started(let known, let last): (progress, iteration, place) = (last, known, "")
      // A node may be running the cell, although its claim is not visible on this machine.
      case nil:
        progress = word == "running" ? options.store.work(of: item.id).progress : nil
        (iteration, place) = (progress?.iteration, "")
      }
      let node = cluster?.place(of: item)
      guard states[item.id] != nil || node != nil else { continue }
      let running = word == "running" ? progress : nil
      let done = iteration.map { iteration in
        progress.map { "\(100 * iteration / max(1, $0.iterations)) % (\(iteration)/\($0.iterations))" }
          ?? "iteration \(iteration)"
      }
      listing.add(
        item.alias, word, done, running.map { "\($0.epoch)/\($0.epochs)" }, running?.loss.rounded(toPlaces: 3),
        progress?.testAccuracy.map { String(format: "%.1f %%", $0) }, running.map { Int($0.imagesPerSecond) },
        running.map { spoken(seconds: $0.secondsLeft) }, node ?? place)
    }
    return listing
  }

  /// One line per cell that needs the user's attention.
  private var troubles: Table {
    var listing = Table(["cell", "status", "detail", "file"])
    for item in runPlan.items {
      let detail: String
      switch item.status {
      case .stored(.failed(let reason)):
        detail = [reason, cluster?.detail(of: item)?.detail].compactMap { $0 }.joined(separator: "; ")
      case .damaged(let reason): detail = reason
      case .newer: detail = item.status.advice
      case .stored(.diverged(let iteration)): detail = "at iteration \(iteration)"
      case .absent where word(item) == "lost":
        if let (detail, log) = cluster?.detail(of: item) {
          listing.add(item.alias, "lost", detail, log)
        }
        continue
      case .absent, .stored(.finished): continue
      }
      listing.add(item.alias, item.status.word, detail, options.store.path(of: item.id))
    }
    return listing
  }

  private var json: [String: Value] {
    var object = options.json.merging([
      "suites": suites.objects, "troubles": troubles.objects, "active": active.objects,
      "cells": .integer(runPlan.items.count), "seconds_left": .known(secondsLeft?.rounded()),
    ]) { $1 }
    for one in words { object[one] = .integer(runPlan.items.count { word($0) == one }) }
    return object
  }

  private var text: String {
    var text = TextLayout.folded(runPlan.heading) + "\n" + suites.plainText
    let others = (try? options.store.ids()).map { Set($0).subtracting(runPlan.items.map(\.id)).count } ?? 0
    if others > 0 {
      text +=
        "\(counted(others, "other cell")) in \(options.store.folder), with other data, settings or suites, or excluded "
        + "by --only; `\(programName) list cells` lists them.\n"
    }
    let active = active
    let troubles = troubles
    if !active.rows.isEmpty { text += "\n" + active.plainText }
    if !troubles.rows.isEmpty { text += "\n" + troubles.plainText }
    return text + "\n" + advice + "\n"
  }

  /// Seconds to train the remaining cells one after another; nil if no comparable cell was measured.
  private var secondsLeft: Double? {
    let due = runPlan.items.filter { $0.reason(force: false) != nil }
    guard !due.isEmpty else { return 0 }
    let estimate = Estimate(runPlan, store: options.store, threads: Machine.current.processors)
    guard let whole = estimate.seconds(for: due) else { return nil }
    let done = due.reduce(0) { sum, item in
      let progress: CellProgress?
      switch states[item.id] {
      case .running(_, let known), .started(_, let known): progress = known
      case nil: progress = nil
      }
      let share = progress.map { Double($0.iteration) / Double(max(1, $0.iterations)) } ?? 0
      return sum + share * (estimate.seconds(for: [item]) ?? 0)
    }
    return max(0, whole - done)
  }

  /// The command to run next.
  private var advice: String {
    guard !isDone else { return "All done. Next: \(programName) report\(options.commandLine)" }
    let running = runPlan.items.count { word($0) == "running" }
    let time = secondsLeft.map { ", about \(spoken(seconds: $0)) here, one cell after another" } ?? ""
    let left = "\(counted(runPlan.items.count { $0.reason(force: false) != nil }, "cell")) left\(time). "
    return left + (running > 0 ? "\(running) running now." : "Next: \(programName) run\(options.commandLine)")
  }
}
