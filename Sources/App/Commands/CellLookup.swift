import Foundation
import Records
import Running
import Store
import Suites

/// Finds stored cells by a pattern of the command line.
///
/// A pattern is a file; an id, or the beginning of an id or of its hash; terms as in `--only`
/// (`model=resnet,method=vsam,seed=1`); or words of the alias (`vsam seed 1`). Whole words are tried first, then parts
/// of words.
struct CellLookup {
  let pattern: String
  let store: RunStore

  /// - Parameter store: where ids and aliases are looked up.
  init(_ pattern: String, in store: RunStore) { (self.pattern, self.store) = (pattern, store) }

  /// The file that the pattern names; nil if it names cells of the store.
  private var file: String? {
    pattern.hasSuffix(".h5") || pattern.contains("/") || FileManager.default.fileExists(atPath: pattern)
      ? pattern : nil
  }

  /// The only cell that matches.
  ///
  /// - Throws: `UsageError` if several cells match, `ExitStatus.resultsMissing` if none does.
  func record() throws -> RunRecord {
    guard let found = try finished() else { throw try absence() }
    return found
  }

  /// The only cell that matches; nil if none does.
  ///
  /// - Throws: `UsageError` if several cells match.
  func finished() throws -> RunRecord? {
    if let file { return try RunStore.record(atPath: file) }
    if try store.ids().contains(pattern) { return try store.record(of: pattern) }
    let found = try CellLookup.matching(pattern, among: CellLookup.all(in: store))
    guard let only = found.first else { return nil }
    guard found.count == 1 else {
      let list = found.prefix(12).map { "\n  \($0.cellID)  \($0.alias)" }.joined()
      let more = found.count > 12 ? "\n  and \(found.count - 12) more" : ""
      throw UsageError("'\(pattern)' matches \(found.count) cells; be more specific:\(list)\(more)")
    }
    return try store.record(of: only.cellID)
  }

  /// Says on standard error that no cell matches.
  func absence() throws -> ExitStatus {
    let all = try CellLookup.all(in: store)
    let example = all.first.map { ", such as \($0.cellID) or '\($0.alias)'" } ?? ""
    let way = all.isEmpty ? "" : " `\(programName) list cells` lists them."
    return missing(
      "\(store.folder): no cell matches '\(pattern)'. It holds \(counted(all.count, "cell"))\(example).\(way)")
  }

  func path(of record: RunRecord) -> String { file ?? store.path(of: record.cellID) }

  /// The only running or stopped cell that matches, if there is exactly one.
  func unfinished() throws -> (id: String, progress: CellProgress)? {
    guard file == nil else { return nil }
    let begun = try store.started().compactMap { id in store.work(of: id).progress.map { (id: id, progress: $0) } }
    let found = CellLookup.matching(pattern, among: begun) { ($0.id, $0.progress.alias) }
    return found.count == 1 ? found[0] : nil
  }

  /// Summaries of all readable cells, ordered by id.
  static func all(in store: RunStore) throws -> [RunRecord] {
    try store.ids().compactMap { try? store.record(of: $0, .summary) }
  }

  /// The cells that match a pattern, or all without one.
  ///
  /// - Throws: `ExitStatus.resultsMissing` if there are none.
  static func some(_ pattern: String?, in store: RunStore) throws -> [RunRecord] {
    let all = try all(in: store)
    let found = try pattern.map { try matching($0, among: all) } ?? all
    guard !found.isEmpty else {
      throw missing("\(store.folder): \(pattern.map { "no cell matches '\($0)'" } ?? "no cells found").")
    }
    return found
  }

  static func matching(_ pattern: String, among cells: [RunRecord]) throws -> [RunRecord] {
    guard pattern.contains("=") else { return matching(pattern, among: cells) { ($0.cellID, $0.alias) } }
    let selection = try Selection(pattern)
    return cells.filter { cell in
      let names = cell.names
      return selection.includes(
        dataset: [names.dataset] + cell.alias.parts, model: [names.model] + cell.alias.parts,
        method: [names.method] + cell.alias.parts, seed: UInt64(clamping: names.seed))
    }
  }

  private static func matching<Cell>(
    _ pattern: String, among cells: [Cell], _ named: (Cell) -> (id: String, alias: String)
  ) -> [Cell] {
    let pattern = pattern.lowercased()
    let byID = cells.filter { cell in
      let id = named(cell).id
      return id.hasPrefix(pattern) || pattern.count >= 4 && id.split(separator: "-").last?.hasPrefix(pattern) == true
    }
    guard byID.isEmpty else { return byID }
    let words = pattern.words
    let byWords = cells.filter { cell in
      let alias = Set(named(cell).alias.words)
      return words.allSatisfy(alias.contains)
    }
    guard byWords.isEmpty else { return byWords }
    return cells.filter { cell in
      let alias = named(cell).alias.words
      return words.allSatisfy { word in alias.contains { $0.contains(word) } }
    }
  }
}

func existingStore(_ folder: String) throws(UsageError) -> RunStore {
  guard FileManager.default.fileExists(atPath: folder + "/cells") else {
    throw UsageError("\(folder): no results found. Name a folder that contains 'cells', such as results/paper.")
  }
  return RunStore(folder: folder)
}

extension RunRecord {
  /// Catalogue names of the model, data set and method.
  var names: RunNames { RunNames(configJSON: configJSON) }
}

extension String {
  /// "table3: ResNet-18, SAM" as table3, resnet-18, sam.
  fileprivate var words: [String] { lowercased().split { " ,:".contains($0) }.map(String.init) }

  /// "table3: ResNet-18, CIFAR-10, SAM, seed 1" as its labels.
  fileprivate var parts: [String] {
    (split(separator: ": ", maxSplits: 1).last ?? "").split(separator: ", ").map(String.init)
  }
}
