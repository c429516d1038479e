import ArgumentParser
import Configuration
import Foundation
import Records
import Reports
import Store
import Suites

struct RemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rm", abstract: "Removes stored cells, or the checkpoints of stopped cells.",
    discussion: """
      Cells are named as for `list cells`. Removed results cannot be restored, so check with --dry-run first. Running \
      cells are not removed.

      EXAMPLES
        \(programName) rm 'my-sam' --dry-run           what would be removed
        \(programName) rm method=my-sam,seed=1..3
        \(programName) rm --orphans -p quick --dry-run    cells that are in no suite
        \(programName) rm --checkpoints                  stopped cells will restart
      """)

  @Argument(
    help: "Cells to remove: ids, words of aliases, or terms such as method=sam,seed=1.",
    completion: .custom { _, _, _ in Completion.cells })
  var cells: [String] = []

  @Flag(help: "Remove the cells of this profile that are in no suite of the suites folder and its subfolders.")
  var orphans = false

  @Flag(help: "Remove the checkpoints of all stopped cells; results are kept.")
  var checkpoints = false

  @Flag(name: [.customShort("n"), .customLong("dry-run")], help: "List what would be removed; remove nothing.")
  var isDryRun = false

  @OptionGroup var suitesFolder: SuitesFolder
  @OptionGroup var results: ResultsOptions
  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    if cells.isEmpty && !orphans && !checkpoints {
      throw ValidationError(
        "Name the cells to remove, or give --orphans or --checkpoints. `\(programName) list cells` lists the cells.")
    }
    if cells.contains(where: { $0.trimmingCharacters(in: .whitespaces).isEmpty }) {
      throw ValidationError("An empty pattern would match every cell.")
    }
    if checkpoints && (orphans || !cells.isEmpty) {
      throw ValidationError("--checkpoints cannot be combined with cells or --orphans.")
    }
  }

  func run() throws {
    let store = RunStore(folder: results.folder)
    var listing = Table(["id", "cell", "outcome"])
    let removed = isDryRun ? "would be removed" : "removed"
    if checkpoints {
      for id in try store.started() {
        let work = store.work(of: id)
        let alias = work.progress?.alias ?? id
        var holder = work.holder
        if holder == nil && !isDryRun {
          switch try work.claim() {
          case .held(let other): holder = other
          case .taken(let claim):
            try work.remove()
            claim.release()
          }
        }
        listing.add(id, alias, holder.map { "running: \($0)" } ?? removed)
      }
    } else {
      for cell in try chosen(in: store) {
        if !isDryRun { try store.remove(cell.cellID) }
        listing.add(cell.cellID, cell.alias, removed)
      }
    }
    guard !listing.rows.isEmpty else { throw missing("\(store.folder): nothing to remove.") }
    answer(listing.text(as: formatOption.format))
  }

  private func chosen(in store: RunStore) throws -> [RunRecord] {
    var found = try CellLookup.all(in: store)
    if orphans {
      var known: [String: Set<String>] = [:]
      for fingerprint in Set(found.map(\.data.fingerprint)) { known[fingerprint] = try ids(on: fingerprint) }
      found = found.filter { known[$0.data.fingerprint]?.contains($0.cellID) == false }
    }
    guard !cells.isEmpty else { return found }
    var ids: Set<String> = []
    for pattern in cells {
      let matching = try CellLookup.matching(pattern, among: found)
      if matching.isEmpty { throw UsageError("\(store.folder): no cell matches '\(pattern)'. Nothing was removed.") }
      ids.formUnion(matching.map(\.cellID))
    }
    return found.filter { ids.contains($0.cellID) }
  }

  /// The ids of the suites' cells for the data with this fingerprint.
  private func ids(on fingerprint: String) throws -> Set<String> {
    var ids: Set<String> = []
    for suite in try suitesFolder.suitesAndStudies() where suite.profiles.contains(results.profile) {
      let grid = try suite.grid(profile: results.profile, vocabulary: .catalogues)
      for cell in grid.cells {
        ids.insert(cell.id(fingerprint: fingerprint))
        if let start = cell.start { ids.insert(start.id(fingerprint: fingerprint)) }
      }
    }
    return ids
  }
}
