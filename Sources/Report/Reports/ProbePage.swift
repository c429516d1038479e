import Configuration
import Records

package struct ProbePage {
  private let record: RunRecord

  package init(_ record: RunRecord) { self.record = record }

  private var probes: ProbeRecord { record.probes }

  package var page: Page { Page([.heading(1, record.alias)] + blocks) }

  /// Numbers by mode, other numbers, then one line per list.
  var blocks: [Page.Block] {
    [.table(numbers), .table(general), .table(lists)]
  }

  private var numbers: Table {
    let names = probes.values.filter { $0.mode != nil && $0.shape.isEmpty }.map(\.name).uniqued()
    let columns =
      [Table.Column("quantity", alignment: .left)] + ProbeMode.allCases.map { Table.Column($0.rawValue) }
      + [Table.Column("unit", alignment: .left)]
    return Table(
      columns: columns,
      rows: names.map { name in
        let unit = probes.values.first { $0.name == name }?.unit ?? ""
        return [.text(name)] + ProbeMode.allCases.map { .text(probes.number(name, $0)?.short ?? "–") } + [.text(unit)]
      })
  }

  private var general: Table {
    Table(
      columns: [
        Table.Column("quantity", alignment: .left), Table.Column("value"), Table.Column("unit", alignment: .left),
      ],
      rows: probes.values.filter { $0.mode == nil && $0.shape.isEmpty }.map { value in
        [.text(value.name), .text(value.values.first?.short ?? "–"), .text(value.unit)]
      })
  }

  private var lists: Table {
    Table(
      columns: [
        Table.Column("list", alignment: .left), Table.Column("mode", alignment: .left), Table.Column("values"),
        Table.Column("lowest"), Table.Column("highest"), Table.Column("course", alignment: .left),
      ],
      rows: probes.values.filter { $0.shape.count == 1 }.map { value in
        let finite = value.values.filter(\.isFinite)
        return [
          .text(value.name), .text(value.mode?.rawValue ?? ""), .integer(value.values.count),
          .text(finite.min()?.short ?? "–"), .text(finite.max()?.short ?? "–"),
          .text(value.values.map(Float.init).sparkline),
        ]
      })
  }

  /// One line per number; `index` is the 0-based row-major position in a list.
  package var data: Table {
    let columns = ["cell", "mode", "quantity", "index", "value", "unit", "meaning"]
    return Table(
      columns: columns.map { Table.Column($0) },
      rows: probes.values.flatMap { value in
        value.values.enumerated().map { index, number -> [Table.Entry] in
          [
            .text(record.cellID), value.mode.map { Table.Entry.text($0.rawValue) } ?? Table.Entry.none,
            .text(value.name),
            value.shape.isEmpty ? .none : .integer(index), number.isFinite ? .number(number) : .none,
            .text(value.unit), .text(value.longName),
          ]
        }
      })
  }

  package var json: String {
    let head: [String: Value] = [
      "schema": "sambench.probe", "version": 1, "cell": .text(record.cellID), "alias": .text(record.alias),
      "probes": object,
    ]
    return Value.object(head).canonicalJSON + "\n"
  }

  /// Values by name, with an object per mode; nested lists for two axes.
  var object: Value {
    guard !probes.isEmpty else { return .null }
    func members(_ mode: ProbeMode?) -> [String: Value] {
      Dictionary(
        probes.values.filter { $0.mode == mode }.map { ($0.name, $0.json) }, uniquingKeysWith: { first, _ in first })
    }
    return .object(
      ProbeMode.allCases.reduce(into: members(nil)) { $0[$1.rawValue] = .object(members($1)) })
  }
}

extension ProbeValue {
  fileprivate var json: Value {
    func nested(_ values: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> Value {
      guard let count = shape.first else { return .known(values.first) }
      let size = values.count / max(count, 1)
      return .list(
        (0..<count).map { row in
          let start = values.startIndex + row * size
          return nested(values[start..<start + size], shape.dropFirst())
        })
    }
    return nested(values[...], shape[...])
  }
}
