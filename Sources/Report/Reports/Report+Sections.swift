import Configuration
import Records
import Statistics
import Store
import Suites

extension Report {
  /// Each stored run once, even if several tables use it.
  var summaries: [RunRecord] { tables.flatMap(\.summaries).uniqued(by: \.cellID) }

  /// The paper, the profile and the program's version.
  func subject(_ paper: any PaperKnowledge) -> String {
    "\(paper.citation), rerun with SAMBench at the \(profile.name) profile\(version.map { " (\($0))" } ?? "")."
  }

  /// The program that made the results; nil if several did.
  private var version: String? {
    let entries = tables.flatMap(\.summaries).flatMap(\.provenance)
    let names = Set(entries.filter { $0.key == "program" }.map(\.value))
    return names.count == 1 ? names.first : nil
  }

  /// Warnings for every reader: the profile's banner, and data other than the official files.
  var banners: [String] {
    var banners = profile.banner.map { [$0] } ?? []
    banners += dataNotes
    // Without learning, the pixels do not matter.
    let learning = Set(tables.filter { $0.grid.suite.mixtures == nil }.flatMap(\.summaries).map(\.cellID))
    let data = Set(summaries.filter { learning.contains($0.cellID) }.map(\.data))
    let generated = data.filter { $0.kind == .generated }.map(\.name)
    if !generated.isEmpty {
      banners.append(
        "**Generated stand-in data** in place of \(Set(generated).sorted().joined(separator: ", ")): "
          + "accuracies do not apply to these data sets.")
    }
    // A profile without accuracies says so itself.
    let subsets = data.filter { $0.kind == .subset }.map(\.name)
    if !subsets.isEmpty && profile.comparable.contains(.accuracy) {
      banners.append(
        "**Subset of \(Set(subsets).sorted().joined(separator: ", "))**: accuracies do not compare with published "
          + "ones.")
    }
    for tuned in data.filter({ $0.validationCount != nil }).sorted(by: {
      ($0.name, $0.testCount) < ($1.name, $1.testCount)
    }) {
      banners.append(
        "**Validation on \(tuned.name)**: accuracies are on \(tuned.testCount) images held out of the training set; "
          + "the test set was not read.")
    }
    return banners
  }

  var overview: [Page.Block] {
    func name(_ table: TableReport) -> String { table.grid.suite.table.map { "Table \($0)" } ?? table.name }
    if tally.missing == 0 && tally.stopped == 0 && tally.finished > 0 {
      let counts = tables.map { "\(name($0)) \(Report.tally([$0]).finished)" }.joined(separator: ", ")
      let shared = tables.count > 1 ? ", those of several tables once" : ""
      return [.paragraph("All \(tally.finished) cells are finished\(shared): \(counts).")]
    }
    let columns: [Table.Column] = [
      .left("table"), .right("finished", "cells finished"), .right("missing", "remaining"),
      .right("stopped", "diverged or failed"),
    ]
    func row(_ name: String, _ tally: RunCounts) -> [Table.Entry] {
      let total = tally.finished + tally.missing + tally.stopped
      return Table.row(name, "\(tally.finished) of \(total)", tally.missing, tally.stopped)
    }
    var rows = tables.map { table in
      row(name(table), Report.tally([table]))
    }
    if tables.count > 1 { rows.append(row("total, shared cells once", tally)) }
    return [.table(Table(columns: columns, rows: rows))]
  }

  /// How verdicts are made, in short; `docs/verdicts.md` has the full account.
  var method: [Page.Block] {
    guard isAboutPaper else { return reading }
    let lines = [
      "**c**, gradients per step: 1 + (1/v − 1/v_SGD) / (1/v_SAM − 1/v_SGD), v in images per second; SGD 1, SAM 2. In "
        + "its column's head: the deviation of a run, pooled over a model's rows. A verdict takes c at the printed "
        + "sampling number and includes the paper's own noise.",
      "**counted**: gradients from forward and backward examples, the paper's from its sampling number; forward "
        + "share\(forwardShares).",
      "**✓ reproduced**: within the margin by two one-sided tests at 5 %. **✗ differs**: 95 % interval beyond it. "
        + "**?** inconclusive. **= consistent**: printed numbers agree with each other; nothing was measured. **By "
        + "definition**: no run could differ. **Not comparable**: decided by a setting changed here. More: "
        + "docs/verdicts.md.",
    ]
    return [.heading(2, "How verdicts are made"), .list(lines + margins)] + verdictCounts + primaryBlocks
      + [.fold("How to read the tables", Array(reading.dropFirst()))]
  }

  private var forwardShares: String {
    let shares = tables.flatMap(\.measurements).map(\.forwardShare)
    let measured = Set(shares.filter(\.isMeasured).map(\.value)).sorted()
    guard let low = measured.first, let high = measured.last else {
      return " a third, assumed: no evaluation was timed"
    }
    let ends = [low, high].map { (100 * $0).text(decimals: 0) }.uniqued()
    return " \(ends.joined(separator: " to ")) % of a gradient, measured"
  }

  var reading: [Page.Block] {
    let length = tables.lazy.compactMap { $0.grid.suite.paperRuns?.iterations }.first
    let shares = length.map { ", as a share where runs are shorter than the paper's \($0)" } ?? ""
    let definition = paper?.speedDefinition.map { " (\($0))" } ?? ""
    // A page without the paper explains the columns it has.
    let suites = tables.map(\.grid.suite)
    func has(_ column: Column) -> Bool { isAboutPaper || suites.contains { $0.layout.columns.contains(column) } }
    var lines: [String] = []
    if isAboutPaper || suites.contains(where: { $0.published != nil }) {
      lines.append("**paper → ours**: printed, then measured here; a dash: no value.")
    }
    if has(.imagesPerSecond) {
      lines.append(
        "**AIS**: images per second with data loading, without evaluation\(definition), in percent of the baseline's "
          + "run with the same seed, machine and thread count; geometric mean ± deviation over seeds.")
    }
    if has(.samplingNumber) { lines.append("**sampled**: iterations with a second gradient\(shares).") }
    lines += [
      "**accuracy**: test accuracy after the last epoch, mean ± sample standard deviation over n seeds. **best**: of "
        + "any epoch, chosen on the test set; not judged, and left out where accuracies are not.",
      "**Bold**, <u>underlined</u>: best and second-best of the rows run here, if a paired 95 % interval separates it "
        + "from the next.",
      "**n**: finished seeds of those planned; diverged and failed runs are named, never averaged.",
    ]
    // A page about the paper explains c with its verdicts.
    if !isAboutPaper && has(.imagesPerSecond) {
      lines.append(
        "**c**: gradients per step ± the deviation pooled over a model's rows. **counted**: gradients from forward and "
          + "backward examples.")
    }
    return [.heading(2, "How to read the tables"), .list(lines)]
  }

  /// Settings without a published value, with the reason for each choice.
  var assumptions: [Page.Block] {
    var rows: [[Table.Entry]] = []
    // The seeds of a row share their settings.
    for cell in tables.flatMap({ $0.grid.entries + $0.grid.hiddenBaseline }).compactMap(\.cells.first) {
      for (key, origin) in cell.sources.sorted(by: { $0.key < $1.key }) {
        guard case .assumed(let reason) = origin, let (owner, value) = cell.setting(key) else { continue }
        rows.append(Table.row(owner, "`\(value)`", reason))
      }
    }
    rows = rows.uniqued().sorted { $0[0].text < $1[0].text }
    let columns = ["setting", "value", "why"].map { Table.Column.left($0) }
    return [
      .heading(2, "Assumed settings"),
      rows.isEmpty
        ? .paragraph("None: every value has a source.")
        : .paragraph("Specified by neither the paper nor public code; other choices are possible."),
    ] + (rows.isEmpty ? [] : [.table(Table(columns: columns, rows: rows))])
  }

  /// Settings of methods that the profile changed, one line per method: "name: setting 2 (not 5)".
  private var changedSettings: [String] {
    let methods = tables.flatMap(\.grid.entries).compactMap { $0.cells.first?.method }.filter { $0.standIn != nil }
    return methods.grouped(by: \.name).map { name, methods in
      let changes = methods.flatMap { method in
        method.replaced.sorted { $0.key < $1.key }.map { key, original in
          (key: key, value: "\(method.settings.values[key]?.short ?? "-") (not \(original.short))")
        }
      }
      let settings = changes.grouped(by: \.key).map { key, changes in
        "\(key) \(changes.map(\.value).uniqued().joined(separator: ", "))"
      }
      return "`\(name)`: \(settings.joined(separator: "; "))"
    }
  }

  /// Cells, data, machines and time.
  var circumstances: [Page.Block] {
    var blocks: [Page.Block] = [.heading(2, "What was run")] + overview
    let summaries = self.summaries
    guard !summaries.isEmpty else { return blocks }
    let data = Set(summaries.map(\.data)).sorted { ($0.name, $0.fingerprint) < ($1.name, $1.fingerprint) }
    var lines = data.map {
      "Data: \($0), fingerprint `\($0.fingerprint.prefix(16))`."
    }
    let changes = changedSettings
    if !changes.isEmpty {
      let subject = isAboutPaper ? "Settings that differ from the paper's" : "Settings that the profile changes"
      lines.append("\(subject): \(changes.joined(separator: ". ")).")
    }
    let machines = Dictionary(grouping: summaries) { summary -> String in
      let timing = summary.result.timing
      return "\(timing.machine), \(timing.threads) thread\(timing.threads == 1 ? "" : "s")"
    }
    for (machine, runs) in machines.sorted(by: { $0.key < $1.key }) {
      let seconds = runs.reduce(0) { $0 + $1.result.timing.trainingSeconds }
      lines.append(
        "Machine: \(machine): \(runs.count) run\(runs.count == 1 ? "" : "s"), \(seconds.duration) of training "
          + "without evaluation.")
    }
    blocks.append(.list(lines))
    return blocks
  }

  /// Conclusions that the tables do not support.
  var limits: [Page.Block] {
    var lines = [
      "Speeds across machines: only c compares.",
      "The authors' own code: all rows except quoted ones were trained here, with assumed values where the paper is "
        + "silent.",
    ]
    if !profile.isEvidence {
      lines.insert("Accuracies at the paper's scale.", at: 0)
      lines += paper?.limits(of: tables) ?? []
    }
    return [.heading(2, "What cannot be concluded"), .list(lines)]
  }
}

extension Cell {
  /// The owner of a dotted key, as text, and the key's value.
  fileprivate func setting(_ key: String) -> (owner: String, value: Value)? {
    let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    let found: (String, Settings)? =
      switch parts[0] {
      case "dataset": (dataset.name, dataset.settings)
      case "model": (model.name, model.settings)
      case "method": (method.name, method.settings)
      case "recipe": ("recipe", recipe)
      default: nil
      }
    guard let (owner, settings) = found, let value = settings.values[parts[1]] else { return nil }
    return ("\(owner) \(parts[1])", value)
  }
}
