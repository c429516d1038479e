import Foundation
import Store

/// A cell as a command line names it: a file, an id, or words of its alias that fit no other.
struct CellLookup {
  let cell: String
  let store: RunStore

  /// - Parameter store: where an id or an alias is looked for.
  init(_ cell: String, in store: RunStore) { (self.cell, self.store) = (cell, store) }

  func record() throws -> CellRecord {
    if cell.hasSuffix(".h5") || cell.contains("/") || FileManager.default.fileExists(atPath: cell) {
      return try RunStore.record(atPath: cell)
    }
    let ids = try store.ids()
    if ids.contains(cell) { return try store.record(of: cell) }
    let words = cell.words
    let aliases = ids.compactMap { id in (try? store.summary(of: id)).map { (id, $0.alias) } }
    let found = aliases.filter { id, alias in
      words.allSatisfy { alias.words.contains($0) } || id.hasPrefix(cell)
    }
    guard let only = found.first, found.count == 1 else {
      if found.isEmpty {
        let example = aliases.first.map { ", such as \($0.0) or '\($0.1)'. `\(programName) plan` lists them" } ?? ""
        complain("\(store.folder): no cell is named '\(cell)'. \(ids.count) are there\(example).")
        throw ExitStatus.resultsMissing
      }
      let list = found.prefix(12).map { "\n  \($0.0)  \($0.1)" }.joined()
      throw UsageError("'\(cell)' fits \(found.count) cells; say which:\(list)")
    }
    return try store.record(of: only.0)
  }
}

extension String {
  /// "table3: ResNet-18, SAM" as table3, resnet-18, sam.
  fileprivate var words: [Substring] { lowercased().split { " ,:".contains($0) } }
}
