import ArgumentParser
import Cluster
import Configuration
import Datasets
import Foundation
import Running
import Store
import Suites

struct SuiteOptions: ParsableArguments {
  @Argument(
    help: """
      Suites, by name (table3) or file (my.yaml). (default: the paper's tables; for a profile that they lack, the suite \
      named after it or else all suites with it)
      """,
    completion: .custom { _, _, _ in Completion.suites })
  var suites: [String] = []

  @OptionGroup var results: ResultsOptions

  @Option(
    help: ArgumentHelp(
      "Restrict to matching cells, such as 'model=resnet18,method=vsam|sam,seed=1..3'.",
      discussion: "All terms must match. A row's exact label (SAM-5) selects that row, a name (sam) all of its rows."),
    completion: .list(Completion.terms))
  var only: String?

  @Option(
    name: .customLong("set"),
    help: "Override a setting in all cells, such as epochs=2, method.rho=0.1 or dataset.training=500; repeatable.",
    completion: .list(Completion.settings))
  var settings: [String] = []

  @Option(
    name: .customLong("method"),
    help: ArgumentHelp(
      "Add a method to every suite, with settings after commas, such as gsam or sam,rho=0.1; repeatable.",
      discussion: "Several values, as in 'sam,rho=0.05|0.1|0.2', add one row each."),
    completion: .custom { _, _, _ in Completion.methods })
  var methods: [String] = []

  @Option(help: "Seeds to use, such as 1..5 or 1,2,11. (default: those of the profile)")
  var seeds: String?

  @Option(
    name: .customLong("with"),
    help: "YAML file with keys of a suite, such as more rows or rules, merged into every suite; repeatable.",
    completion: .file(extensions: ["yaml", "yml"]))
  var overlays: [String] = []

  @Option(
    name: .customLong("suites"),
    help: "Suites folder. (default: suites/, else the copy stored with the results)",
    completion: .directory)
  var givenSuites: String?

  /// Falls back to the copy in the results folder, for results that were received on their own.
  var suitesFolder: String {
    if let givenSuites { return givenSuites }
    let kept = results.folder + "/suites"
    let isAlone = !FileManager.default.fileExists(atPath: "suites") && FileManager.default.fileExists(atPath: kept)
    return isAlone ? kept : "suites"
  }

  @Option(
    help: ArgumentHelp(
      "Data folder. (default: SAMBENCH_DATA, else data/)", discussion: "Without a data folder, images are generated."),
    completion: .directory)
  var data: String?

  var profile: String { results.profile }

  var store: RunStore { RunStore(folder: results.folder) }

  /// The first members of a command's JSON object.
  var json: [String: Value] { ["schema": 1, "profile": .text(profile), "results": .text(store.folder)] }

  var datasets: DatasetCache { DatasetCache(folder: DataFolder.locate(option: data)) }

  func validate() throws {
    try check("--suites", path: givenSuites)
    try check("--data", path: data)
    for overlay in overlays { try check("--with", path: overlay) }
    for suite in suites { try check("the suite", path: suite) }
  }

  func selection() throws -> Selection { try only.map { try Selection($0) } ?? .all }

  /// The suites named on the command line, or else those of the profile: the paper's tables in their order, the suite
  /// named after the profile, or all.
  func load() throws -> [Suite] {
    let names = suites.isEmpty ? try SuitesFolder.names(in: suitesFolder) : suites
    let overlays = try additions()
    let loaded = try names.map { name in
      try Suite(contentsOf: try path(of: name), overlays: overlays)
    }
    for (index, suite) in loaded.enumerated() {
      // Their tables would have the same file name.
      guard let other = loaded[..<index].first(where: { FileName.isSame($0.name, suite.name) }) else { continue }
      throw UsageError(
        "\(suite.file) and \(other.file) are both named '\(suite.name)', so their tables would overwrite each other. "
          + "Rename one of them, or give only one.")
    }
    guard suites.isEmpty else { return loaded }
    let candidates = loaded.filter { $0.profiles.contains(profile) }
    guard !candidates.isEmpty else {
      let known = loaded.flatMap(\.profiles).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      throw SuiteError.unknownName(Place(file: suitesFolder), kind: "profile", name: profile, known: known)
    }
    let tables = candidates.filter { $0.table != nil }
    if tables.isEmpty, let namesake = candidates.first(where: { $0.name == profile }) { return [namesake] }
    return (tables.isEmpty ? candidates : tables).sorted { ($0.table ?? .max, $0.name) < ($1.table ?? .max, $1.name) }
  }

  private func additions() throws -> [Overlay] {
    try overlays.map { try Overlay(contentsOf: $0) } + methods.map { try Overlay(method: $0) }
      + (seeds.map { [try Overlay(seeds: $0)] } ?? [])
  }

  /// The suites with all overrides of the command line, in the form that a plan stores.
  func frozen() throws -> FrozenSuites {
    try FrozenSuites(
      reading: try load().map(\.file), overlays: overlays, methods: methods, settings: settings,
      seeds: seeds)
  }

  /// The suites at the selected profile, with every setting checked.
  ///
  /// - Parameter additions: overrides after those of `--set`.
  func grids(adding additions: [Override] = []) throws -> [Grid] {
    let overrides = try settings.map { try Override($0) } + additions
    let grids = try load().map {
      try $0.grid(profile: profile, vocabulary: .catalogues, overrides: overrides)
    }
    try selection().check(grids)
    return grids
  }

  /// The studies of step costs that have results. A report shows them with the paper's tables.
  func studies(in store: RunStore) throws -> [Grid] {
    guard suites.isEmpty else { return [] }
    return try SuitesFolder.names(in: suitesFolder).compactMap { name -> Grid? in
      let suite = try Suite(contentsOf: try path(of: name))
      guard suite.mixtures != nil, suite.profiles.contains(profile) else { return nil }
      let grid = try suite.grid(profile: profile, vocabulary: .catalogues)
      let isThere = try grid.entries.compactMap(\.cells.first).contains { cell in
        try store.status(of: cell.id(fingerprint: datasets.dataset(of: cell, profile: grid.profile).fingerprint))
          == .stored(.finished)
      }
      return isThere ? grid : nil
    }
  }

  /// These suites and the others whose tables are in the report of a results folder. A report on some suites would
  /// otherwise leave the files of the others beside a page that does not show them.
  func reported(_ grids: [Grid], in store: RunStore) -> [Grid] {
    let names = Set(grids.map(\.suite.name))
    // A suite that cannot be read now keeps its files: it is not what this command is about.
    let others = ((try? SuitesFolder.names(in: suitesFolder)) ?? []).compactMap { name -> Grid? in
      guard !names.contains(name),
        FileManager.default.fileExists(atPath: "\(ReportWriter.folder(of: store))/\(name).csv"),
        let suite = try? Suite(contentsOf: "\(suitesFolder)/\(name).yaml")
      else { return nil }
      return try? suite.grid(profile: profile, vocabulary: .catalogues)
    }
    guard !others.isEmpty else { return grids }
    return (grids + others).sorted {
      ($0.suite.table ?? .max, $0.suite.name) < ($1.suite.table ?? .max, $1.suite.name)
    }
  }

  /// The fingerprints of the data that a run would use; data sets that are missing or refused are skipped.
  func fingerprints(_ grids: [Grid]) throws -> Set<String> {
    let datasets = datasets
    var fingerprints: Set<String> = []
    for grid in grids {
      for cell in (grid.entries + grid.hiddenBaseline).compactMap(\.cells.first) {
        do throws(DatasetError) {
          fingerprints.insert(try datasets.dataset(of: cell, profile: grid.profile).fingerprint)
        } catch {
          switch error.kind {
          case .notFound, .refused: continue
          case .damaged, .system:
            complain("\(error) Results on other data are shown, if there are any.")
            return []
          }
        }
      }
    }
    return fingerprints
  }

  /// These options as words of a command line, quoted for the shell, each with a leading space. Values of environment
  /// variables are omitted.
  var commandLine: String {
    var words = suites
    func add(_ name: String, _ value: String?) {
      if let value { words += [name, value] }
    }
    add("--profile", results.givenProfile)
    add("--results", results.givenResults)
    add("--only", only)
    for setting in settings { add("--set", setting) }
    for method in methods { add("--method", method) }
    add("--seeds", seeds)
    for overlay in overlays { add("--with", overlay) }
    add("--suites", givenSuites)
    add("--data", data)
    return words.map { " " + Quoted<ShellScript>(value: $0).text }.joined()
  }

  private func path(of name: String) throws -> String {
    if name.hasSuffix(".yaml") || name.hasSuffix(".yml") || name.contains("/") { return name }
    let known = try SuitesFolder.names(in: suitesFolder)
    guard known.contains(name) else {
      throw SuiteError.unknownName(Place(file: suitesFolder), kind: "suite", name: name, known: known)
    }
    return "\(suitesFolder)/\(name).yaml"
  }
}
