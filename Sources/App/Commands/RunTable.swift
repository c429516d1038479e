import Configuration
import Foundation
import Records
import Reports
import Store

/// Stored runs as long tables. The first columns of each identify the run.
struct RunTable {
  private let cells: [RunRecord]
  private let store: RunStore

  init(_ cells: [RunRecord], store: RunStore) throws { (self.cells, self.store) = (cells, store) }

  private static let keys = ["id", "suite", "profile", "model", "dataset", "method", "seed"]

  private func keys(_ cell: RunRecord) -> [Table.Entry] {
    let names = cell.names
    return Table.row(cell.cellID, cell.suite, cell.profile, names.model, names.dataset, names.method, names.seed)
  }

  /// One line per run, with a column for every setting and probe of any run, such as `method.rho`, `recipe.epochs` or
  /// `probe.batch.lambda_max`.
  var runs: Table {
    let settings = cells.map { RunTable.settings($0.configJSON).merging(RunTable.probes($0.probes)) { $1 } }
    let names = Set(settings.flatMap(\.keys)).sorted()
    var listing = Table(
      RunTable.keys + ["cell", "status"] + RunResult().fields.map(\.0) + [
        "data_kind", "training_images", "test_images", "label_noise", "validation_images", "file",
      ] + names)
    for (cell, settings) in zip(cells, settings) {
      let data = cell.data
      let about = Table.row(
        data.kind.rawValue, data.trainingCount, data.testCount, data.labelNoise, data.validationCount,
        "cells/\(cell.cellID).h5")
      listing.rows.append(
        keys(cell) + Table.row(cell.alias, cell.result.status.word) + cell.result.fields.map(\.1.entry) + about
          + names.map { .value(settings[$0] ?? .null) })
    }
    return listing
  }

  func epochs() throws -> Table { long(axis: "epoch", cells.map { ($0, $0.epochs) }) }

  func traces() throws -> Table {
    long(axis: "iteration", try cells.map { ($0, try store.record(of: $0.cellID, .traces).traces) })
  }

  private func long(axis: String, _ parts: [(cell: RunRecord, columns: [Series])]) -> Table {
    let names = parts.flatMap { $0.columns.map(\.name) }.uniqued()
    var listing = Table(RunTable.keys + [axis] + names)
    for (cell, columns) in parts {
      let keys = keys(cell)
      let byName = Dictionary(columns.map { ($0.name, $0.values) }, uniquingKeysWith: { $1 })
      for index in 0..<(columns.map(\.values.count).max() ?? 0) {
        let values = names.map { name -> Table.Entry in
          guard let column = byName[name], index < column.count else { return .none }
          // The shortest text that reads back to the same 32-bit number.
          return .number(Double("\(column[index])"))
        }
        listing.rows.append(keys + [.integer(index + 1)] + values)
      }
    }
    return listing
  }

  private static func probes(_ record: ProbeRecord) -> [String: Value] {
    let numbers = record.numbers.values.map { value in
      let path = ["probe", value.mode?.rawValue, value.name].compactMap(\.self)
      return (path.joined(separator: "."), Value.known(value.values[0]))
    }
    return Dictionary(numbers, uniquingKeysWith: { first, _ in first })
  }

  /// The leaves of a configuration by dotted key, except those in the first columns.
  private static func settings(_ json: String) -> [String: Value] {
    var found: [String: Value] = [:]
    func walk(_ value: Value, _ path: String) {
      guard case .object(let members) = value else {
        found[path] = value
        return
      }
      for (key, value) in members where !["name", "revision", "format", "seed", "fingerprint"].contains(key) {
        walk(value, key == "settings" ? path : path.isEmpty ? key : "\(path).\(key)")
      }
    }
    walk(Value(json: json), "")
    return found
  }
}
