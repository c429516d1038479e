import ArgumentParser
import Configuration
import Foundation
import Records
import Reports
import Running
import Store
import Suites

struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune", abstract: "Chooses a method's settings on validation images, without the test set.",
    discussion: """
      Part of the training set, the same share of every class, is held out for validation. Each --method gives the \
      candidates of one method: a row for every combination of its values. They are trained on the rest of the \
      training set. For each model and data set, they are ranked by mean validation accuracy after the last epoch. \
      The test set is not read.

      The output shows the cost of every candidate. It warns if the best value is at the edge of its range, and if the \
      lead of the best candidate may be chance. It ends with the command that trains the choice on the whole \
      training set. That command uses other seeds than tuning: the choice was made for its accuracy with the seeds of \
      tuning, so part of its lead is the luck of these seeds. Tuning uses the seeds \(seeds) by default.

      Checkpoints, Ctrl-C and exit codes are as with run, and the same command resumes. Reports do not contain the \
      cells of tuning; `\(programName) list cells 'held out'` lists them.

      EXAMPLES
        \(programName) tune compare --method 'sam,rho=0.05|0.1|0.2'
        \(programName) tune compare --method 'vsam,rho=0.05|0.1,alpha=0.05|0.1'
        \(programName) tune compare --method 'sam,rho=0.1|0.2' --method 'vsam,rho=0.1|0.2'
        \(programName) tune table3 -p paper --method 'sam,rho=0.05|0.1' --only model=resnet
        \(programName) tune compare --method 'sam,rho=0.1|0.2' --seeds 101..105
        \(programName) tune compare --method 'sam,rho=0.1|0.2' --validation 500
        \(programName) tune compare --method 'sam,rho=0.1|0.2' --dry-run
        \(programName) tune compare --method 'sam,rho=0.1|0.2' --format json
      """)

  /// No suite uses these, so the final runs can keep the seeds of their suite.
  static let seeds = "101..103"

  @OptionGroup var options: SuiteOptions
  @OptionGroup var formatOption: FormatOption

  @Option(
    help: ArgumentHelp(
      "Number of training images held out. (default: a tenth of them)",
      discussion: "All candidates and seeds hold out the same images."))
  var validation: Int?

  @OptionGroup var training: TrainingOptions

  func validate() throws {
    try check("--validation", validation, in: 1...10_000_000)
    if options.suites.isEmpty { throw ValidationError("Name the suite to tune in, such as compare or table3.") }
    if options.methods.isEmpty {
      throw ValidationError("Say what to tune, such as --method 'sam,rho=0.05|0.1|0.2'.")
    }
    if options.settings.contains(where: { $0.hasPrefix("dataset.validation=") }) {
      throw ValidationError("Use --validation for the number of images held out.")
    }
  }

  func run() throws {
    let start = ContinuousClock.now
    try training.checkThreads()
    let plan = try TuningPlan(options, validation: validation)
    let store = options.store
    if training.isDryRun {
      return try PlanCommand.answer(
        plan.grids, options: plan.options, threads: training.threadsPerCell, force: training.force,
        format: formatOption.format)
    }
    try training.prepare(store)
    let runPlan = try RunPlan(plan.grids, datasets: options.datasets, store: store)
    try training.prepare(for: runPlan)
    var report = training.train(runPlan, in: store, since: start)
    report.addResults(from: store)
    try write(TuningAnswer(plan, report, heading: runPlan.heading))
    try report.checkEnding()
  }

  private func write(_ answer: TuningAnswer) throws {
    switch formatOption.format {
    case .text:
      Commands.answer(answer.page.plainText + answer.commandLines)
      if !training.quiet { Commands.answer("\n\(answer.report.tally).\n\(answer.report.troubles)") }
    case .markdown: Commands.answer(answer.page.markdown + answer.commandLines)
    case .csv: Commands.answer(answer.candidates.text(as: .csv))
    case .json: Commands.answer(Value.object(answer.json).canonicalJSON + "\n")
    }
  }
}

/// What is tuned: the candidates of each `--method` in each suite.
struct TuningPlan {
  /// The options given, with the seeds of tuning, and without a selection: `grids` has applied it.
  let options: SuiteOptions
  /// The number of images held out.
  let validation: Int
  /// The candidates alone, in the order of the suites on the command line.
  let grids: [Grid]
  private let methods: [(text: String, rows: [Overlay.Row])]
  private let isSelected: Bool

  init(_ given: SuiteOptions, validation: Int?) throws {
    var options = given
    options.seeds = given.seeds ?? TuneCommand.seeds
    let methods = try given.methods.map { (text: $0, rows: try Overlay(method: $0).rows) }
    guard methods.contains(where: { $0.rows.count > 1 }) else {
      throw UsageError(
        "There is nothing to choose between. Give several values, such as --method 'sam,rho=0.05|0.1|0.2'.")
    }
    let labels = Set(methods.flatMap { $0.rows.map(\.label) })
    let selection = try given.selection()
    let validation =
      try validation
      ?? TuningPlan.tenth(
        of: try options.grids().map { $0.candidates(labels, selection: selection, naming: \.label) }, options)
    let suffix = TuningPlan.suffix(validation)
    grids = try options.grids(adding: [Override("dataset.validation=\(validation)")]).map {
      $0.candidates(labels, selection: selection) { $0.label + suffix }
    }
    options.only = nil
    (self.options, self.validation, self.methods) = (options, validation, methods)
    isSelected = given.only != nil
    try check()
  }

  /// A tenth of the training images, or of the smallest training set if they differ in size.
  private static func tenth(of grids: [Grid], _ options: SuiteOptions) throws -> Int {
    let datasets = options.datasets
    let counts = try grids.flatMap { grid in
      try grid.entries.compactMap(\.cells.first).map {
        try datasets.dataset(of: $0, profile: grid.profile).training.count
      }
    }
    return max(1, (counts.min() ?? 0) / 10)
  }

  private static func suffix(_ validation: Int) -> String { ", \(validation) held out" }

  private func check() throws(UsageError) {
    let cells = grids.flatMap { $0.entries.flatMap(\.cells) }
    guard !cells.isEmpty else { throw UsageError("--only selects no candidate of any --method.") }
    for cell in cells where cell.dataset.settings.values["validation"] != .integer(validation) {
      throw UsageError(
        "The data set '\(cell.dataset.name)' has no setting 'validation', so nothing can be held out. Its source must "
          + "declare Validation.setting and pass the value to Dataset.")
    }
    for group in groups {
      for (index, entry) in group.entries.enumerated() {
        guard let twin = group.entries[..<index].first(where: { $0.cells == entry.cells }) else { continue }
        throw UsageError(
          "'\(twin.method.label)' and '\(entry.method.label)' are the same run in \(group.suite): a rule or --set "
            + "overrides the value. Remove it, or tune another setting.")
      }
    }
  }

  /// The candidates that are ranked together.
  private var groups: [(suite: String, method: String, entries: [Grid.Entry])] {
    var groups: [(suite: String, method: String, entries: [Grid.Entry])] = []
    for grid in grids {
      for method in methods {
        let labels = Set(method.rows.map(\.label))
        let rows = grid.entries.filter { labels.contains($0.method.label) }
        for (model, dataset) in grid.blocks {
          let entries = rows.filter { $0.model == model && $0.dataset == dataset }
          if !entries.isEmpty { groups.append((grid.suite.name, method.text, entries)) }
        }
      }
    }
    return groups
  }

  /// - Parameter result: of a run that has ended; nil for one that is missing.
  func tunings(from result: (Cell) -> RunResult?) -> [Tuning] {
    groups.map { Tuning($0.method, $0.entries, of: $0.suite, from: result) }
  }

  /// The `--method` that adds a candidate alone.
  func method(of candidate: Tuning.Candidate, in tuning: Tuning) -> String {
    let rows = methods.first { $0.text == tuning.method }?.rows ?? []
    return rows.first { $0.label == candidate.label }?.method ?? tuning.method
  }

  /// The commands that train what was chosen on the whole training set: one for each suite and `--method` if all models
  /// and data sets agree and nothing was selected, otherwise one for each model and data set.
  func finalCommands(_ tunings: [Tuning]) throws -> [String] {
    var own = options
    own.seeds = nil
    let finals = try own.grids()
    var commands: [String] = []
    for (index, grid) in grids.enumerated() {
      let seeds = TuningPlan.freshSeeds(in: finals[index].seeds, besides: grid.seeds)
      for method in methods {
        let chosen = tunings.filter { $0.suite == grid.suite.name && $0.method == method.text }
        let texts = chosen.map { tuning in tuning.best.map { self.method(of: $0, in: tuning) } }
        if !isSelected, Set(texts).count == 1, let text = texts[0] {
          commands.append(command(index, text, seeds: seeds))
          continue
        }
        for (tuning, text) in zip(chosen, texts) {
          if let text { commands.append(command(index, text, only: try selection(of: tuning, text), seeds: seeds)) }
        }
      }
    }
    return commands
  }

  /// As many seeds as the suite has, none of them used in tuning; nil if the suite's own were not used.
  static func freshSeeds(in own: [UInt64], besides tuned: [UInt64]) -> String? {
    guard !Set(own).isDisjoint(with: tuned), let last = (own + tuned).max() else { return nil }
    return own.count == 1 ? "\(last + 1)" : "\(last + 1)..\(last + UInt64(own.count))"
  }

  private func command(_ index: Int, _ method: String, only: String? = nil, seeds: String?) -> String {
    var arguments = ["run", options.suites[index], "--method", method]
    if let only { arguments += ["--only", only] }
    if let seeds { arguments += ["--seeds", seeds] }
    for setting in options.settings { arguments += ["--set", setting] }
    for overlay in options.overlays { arguments += ["--with", overlay] }
    let others = [
      ("-p", options.results.givenProfile), ("--results", options.results.givenResults),
      ("--suites", options.givenSuites), ("--data", options.data),
    ]
    for case (let name, let value?) in others { arguments += [name, value] }
    return ([programName] + arguments.map { Quoted<ShellScript>(value: $0).text }).joined(separator: " ")
  }

  /// The terms that select one row of the final runs.
  private func selection(of tuning: Tuning, _ method: String) throws -> String {
    // A label with a sign of the language of terms cannot be written in it; the catalogue's name can.
    func term(_ label: String, _ name: String) -> String { label.contains { ",|".contains($0) } ? name : label }
    let dataset = tuning.dataset
    let suffix = TuningPlan.suffix(validation)
    let label = dataset.label.hasSuffix(suffix) ? String(dataset.label.dropLast(suffix.count)) : dataset.label
    let row = try Overlay(method: method).rows[0].label
    return "model=\(term(tuning.model.label, tuning.model.name)),dataset=\(term(label, dataset.name)),"
      + "method=\(term(row, tuning.candidates[0].entry.method.name))"
  }
}

struct TuningAnswer {
  let report: RunReport
  private let plan: TuningPlan
  private let heading: String
  private let tunings: [Tuning]
  private let commands: [String]

  init(_ plan: TuningPlan, _ report: RunReport, heading: String) throws {
    let ended = report.cells.compactMap { cell in cell.result.map { (cell.item.cell, $0) } }
    let results = Dictionary(ended, uniquingKeysWith: { first, _ in first })
    (self.plan, self.report, self.heading) = (plan, report, heading)
    tunings = plan.tunings { results[$0] }
    commands = try plan.finalCommands(tunings)
  }

  private var results: [RunResult] { report.cells.compactMap(\.result) }
  private var gradients: Int { results.reduce(0) { $0 + $1.gradientEvaluations } }
  private var seconds: Double { results.reduce(0) { $0 + $1.timing.trainingSeconds } }

  var page: Page {
    let point = String(format: "%.2g", 100 / Double(plan.validation))
    var blocks: [Page.Block] = [
      .heading(1, "Tuning on \(plan.validation) validation images"),
      .paragraph(
        "\(heading). Accuracies are on the validation images after the last epoch, mean ± standard deviation over "
          + "seeds; one image is \(point) points. The test set was not read."),
    ]
    if let banner = report.cells.isEmpty ? nil : plan.grids[0].profile.banner { blocks.append(.banner(banner)) }
    blocks += tunings.flatMap(\.blocks)
    blocks += [
      .heading(2, "Cost of tuning"),
      .paragraph(
        "\(counted(results.count, "run")), \(gradients) gradients, \(spoken(seconds: seconds)) of training. State this "
          + "cost with the final accuracies: more tuning gives a method a better chance."),
    ]
    guard !commands.isEmpty else { return Page(blocks) }
    blocks += [
      .heading(2, "Final runs"),
      .paragraph(
        "On the whole training set, with other seeds than in tuning: the choice was made for its accuracy with those "
          + "seeds, so part of its lead is their luck."),
    ]
    return Page(blocks)
  }

  /// Outside the page, which wraps lines.
  var commandLines: String { commands.isEmpty ? "" : "\n" + commands.map { "    \($0)\n" }.joined() }

  var candidates: Table {
    var listing = Table([
      "suite", "model", "dataset", "method", "candidate", "rank", "validation_accuracy", "deviation", "n", "planned",
      "gradients", "training_seconds", "chosen",
    ])
    for tuning in tunings {
      for (index, candidate) in tuning.candidates.enumerated() {
        listing.add(
          tuning.suite, tuning.model.label, tuning.dataset.label, tuning.method, candidate.label, index + 1,
          candidate.mean, candidate.deviation, candidate.finished, candidate.planned, candidate.gradients,
          candidate.seconds, candidate.label == tuning.best?.label)
      }
    }
    return listing
  }

  var json: [String: Value] {
    let seeds = Set(plan.grids.flatMap(\.seeds)).sorted().map { Value.integer(Int($0)) }
    let choices = tunings.map { tuning in
      Value.object([
        "suite": .text(tuning.suite), "model": .text(tuning.model.label), "dataset": .text(tuning.dataset.label),
        "method": .text(tuning.method), "chosen": tuning.best.map { Value.text($0.label) } ?? .null,
        "chosen_method": tuning.best.map { Value.text(plan.method(of: $0, in: tuning)) } ?? .null,
        "lead": .known(tuning.lead?.points), "lead_low": .known(tuning.lead?.low),
        "lead_high": .known(tuning.lead?.high), "warnings": .list(tuning.warnings.map { .text($0) }),
      ])
    }
    return plan.options.json.merging([
      "validation_images": .integer(plan.validation), "seeds": .list(seeds),
      "candidates": candidates.objects, "choices": .list(choices), "runs": .integer(results.count),
      "gradients": .integer(gradients), "training_seconds": .known(seconds), "trained": .integer(report.trained),
      "missing": .integer(report.missing), "commands": .list(commands.map { .text($0) }),
      "interrupted": .flag(report.isInterrupted),
    ]) { $1 }
  }
}
