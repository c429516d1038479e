import Configuration
import Records
import Statistics
import Store

/// A readable summary of one cell: its recipe, its results, and each trace in a line.
package struct Inspection: Sendable {
  let record: RunRecord

  package init(_ record: RunRecord) { self.record = record }

  // MARK: - Summary

  package var page: Page {
    var blocks: [Page.Block] = [.heading(1, record.alias), .table(result), .heading(2, "Recipe"), .table(recipe)]
    for group in groups where !group.columns.isEmpty {
      blocks += [
        .heading(2, "\(group.title), \(group.columns[0].values.count) values each"), .table(summary(group.columns)),
      ]
    }
    if let reuse { blocks += [.heading(2, "Reused vector and its replacement"), .table(reuse)] }
    blocks += [.heading(2, "Model"), .table(model)]
    if !record.quantized.isEmpty { blocks += [.heading(2, "Quantized weights, as integers"), .table(integers)] }
    if !record.probes.isEmpty { blocks += [.heading(2, "Minimum")] + ProbePage(record).blocks }
    blocks += [.heading(2, "Provenance"), .table(provenance)]
    return Page(blocks)
  }

  struct Group {
    let name, axis, title: String
    let columns: [Series]
  }

  var groups: [Group] {
    [
      Group(name: "traces", axis: "iteration", title: "Traces, one value per iteration", columns: record.traces),
      Group(name: "sampling", axis: "window", title: "Rate windows", columns: record.windows),
      Group(name: "epochs", axis: "epoch", title: "Epochs", columns: record.epochs),
    ]
  }

  private func pairs(_ rows: [(String, String)]) -> Table {
    Table(columns: [.left("item"), .left("value")], rows: rows.map { Table.row($0.0, $0.1) })
  }

  private var result: Table {
    let (result, data) = (record.result, record.data)
    let (fit, timing) = (result.trainingFit, result.timing)
    func percent(_ number: Double) -> String { "\(number.text(decimals: 2)) %" }
    let best = result.testAccuracyBest.map { "\(percent($0)) (epoch \(result.bestEpoch ?? 0))" }
    let noisy = fit?.noisy.flatMap { noisy in
      fit?.corrected.map { "\(percent(noisy)); \(percent($0)) classified by their true label" }
    }
    let share = (100 * result.sampledShare).text(decimals: 1)
    let speed = timing.imagesPerSecond.map {
      $0.text(decimals: 1) + (timing.isValid ? "" : ", not valid: \(timing.note)")
    }
    let validation = "accuracies are on held-out training images; the test set was not read"
    let noise = data.labelNoise.map {
      "\((100 * $0).text(decimals: 0)) %: \(data.noisyCount ?? 0) training labels are wrong"
    }
    // Rows without a value are left out.
    let rows: [(String, String?)] = [
      ("cell", record.cellID), ("suite, profile", "\(record.suite), \(record.profile)"),
      ("evidence", record.isEvidence ? "yes" : "no: accuracies of this profile do not compare with the paper's"),
      ("status", "\(result.status)"), ("test accuracy, last epoch", result.testAccuracyLast.map(percent)),
      ("test accuracy, best epoch", best),
      ("test accuracy of the mean weights", result.testAccuracyAverage.map(percent)),
      ("training accuracy, last epoch", fit.map { "\(percent($0.accuracy)), mean loss \($0.loss.text(decimals: 4))" }),
      (
        "training minus test accuracy",
        result.trainTestGap.map { "\($0.text(decimals: 2).replacing("-", with: "−")) points" }
      ),
      ("training accuracy, clean labels", fit?.clean.map(percent)), ("training accuracy, noisy labels", noisy),
      ("iterations", String(result.iterations)),
      ("second gradients", "\(result.samplingNumber), \(share) % of the iterations"),
      ("gradients per iteration", result.costPerIteration.text(decimals: 3)),
      ("speed limit", "\(result.aisLimitPercent.text(decimals: 0)) % of SAM"), ("images per second", speed),
      ("training time", timing.trainingSeconds.duration),
      ("machine", "\(timing.machine), \(timing.threads) thread\(timing.threads == 1 ? "" : "s")"), ("data", "\(data)"),
      ("validation", data.validationCount == nil ? nil : validation), ("label noise", noise),
    ]
    return pairs(rows.compactMap { name, value in value.map { (name, $0) } })
  }

  private var recipe: Table {
    let (config, sources) = (Value(json: record.configJSON), Value(json: record.sourcesJSON))
    var rows: [[Table.Entry]] = []
    for (section, key) in [
      ("model", "settings"), ("quantization", "settings"), ("method", "settings"), ("dataset", ""), ("recipe", ""),
    ] {
      guard let part = config.member(section) else { continue }
      if let name = part.member("name") {
        let revision = part.member("revision").map { ", revision \($0)" } ?? ""
        rows.append(Table.row(section, "\(name)\(revision)", ""))
      }
      let settings = key.isEmpty ? part.members.filter { $0.key != "name" } : part.member(key)?.members ?? [:]
      for (name, value) in settings.sorted(by: { $0.key < $1.key }) where value.members.isEmpty {
        let source = sources.member("\(section).\(name)")?.description ?? ""
        rows.append(Table.row("\(section).\(name)", "\(value)", source))
      }
    }
    if let name = config.member("start")?.member("method")?.member("name") {
      rows.append(Table.row("start", "final weights of the floating-point run with \(name)", ""))
    }
    if let seed = config.member("seed") { rows.append(Table.row("seed", "\(seed)", "")) }
    return Table(columns: ["setting", "value", "source"].map { .left($0) }, rows: rows)
  }

  private func summary(_ columns: [Series]) -> Table {
    let heads: [Table.Column] = [
      .left("trace"), .left("unit"), .right("first"), .right("last"), .right("lowest"), .right("mean"),
      .right("highest"), .left("trend"),
    ]
    return Table(
      columns: heads,
      rows: columns.map { column in
        let finite = column.values.filter(\.isFinite)
        func short(_ value: Float?) -> Table.Entry { .text(value.map { Double($0).short } ?? "–") }
        let mean = finite.isEmpty ? nil : finite.reduce(0) { $0 + Double($1) } / Double(finite.count)
        return [
          .text(column.name), .text(column.unit), short(finite.first), short(finite.last), short(finite.min()),
          .text(mean.map(\.short) ?? "–"), short(finite.max()), .text(column.values.sparkline),
        ]
      })
  }

  /// The cosine between the vector that a method reuses and its replacement, by age; nil if none was replaced.
  private var reuse: Table? {
    guard let ages = record.trace("reuse_age"), let cosines = record.trace("reuse_cosine") else { return nil }
    let bounds: [Float] = [0, 1, 2, 4, 8, 16, 32, .infinity]
    let rows = zip(bounds, bounds.dropFirst()).compactMap { low, high -> [Table.Entry]? in
      let mine = zip(ages, cosines).filter { $0 > low && $0 <= high && $1.isFinite }.map { Double($1) }
      guard let lowest = mine.min(), let highest = mine.max() else { return nil }
      let ages = high == .infinity ? "over 32" : high - low == 1 ? "\(Int(high))" : "\(Int(low) + 1) to \(Int(high))"
      return [.text(ages), .integer(mine.count)]
        + [mine.reduce(0, +) / Double(mine.count), lowest, highest].map { .text($0.text(decimals: 3)) }
    }
    guard !rows.isEmpty else { return nil }
    return Table(
      columns: [
        Table.Column("age in iterations", alignment: .left), Table.Column("replacements"), Table.Column("mean cosine"),
        Table.Column("lowest"), Table.Column("highest"),
      ], rows: rows)
  }

  /// Checks every integer weight against the latent weights and steps in the file.
  private var integers: Table {
    let heads: [Table.Column] = [
      .left("weight"), .right("values"), .right("step"), .right("allowed"), .right("used"), .right("zeros %"),
      .left("check"),
    ]
    return Table(
      columns: heads,
      rows: record.integerSummaries.map { one in
        Table.row(
          one.name, one.count, Double(one.step).short, "\(one.allowed.lowerBound) … \(one.allowed.upperBound)",
          "\(one.used.lowerBound) … \(one.used.upperBound)", one.zeros.text(decimals: 1), one.problem ?? "integers")
      })
  }

  private var model: Table {
    func norm(_ tensors: [NamedTensor]) -> String {
      tensors.reduce(0.0) { $0 + $1.values.reduce(0.0) { $0 + Double($1) * Double($1) } }.squareRoot().short
    }
    if record.storedDigest != nil {
      return pairs([
        ("parameters", "left out of this file (export --light)"),
        ("predictions", "\(record.predictions.count) test images"),
      ])
    }
    let count = record.parameters.reduce(0) { $0 + $1.values.count }
    let largest = record.parameters.max { $0.values.count < $1.values.count }
    return pairs([
      ("parameters", "\(count) in \(record.parameters.count) tensors, Euclidean norm \(norm(record.parameters))"),
      ("largest tensor", largest.map { "\($0.name) \($0.shape)" } ?? "–"),
      ("batch norm statistics", "\(record.buffers.count) tensors, Euclidean norm \(norm(record.buffers))"),
      ("predictions", "\(record.predictions.count) test images"),
    ])
  }

  private var provenance: Table { pairs(record.provenance.map { ($0.key, $0.value) }) }

  // MARK: - Tree

  /// The structure of the file, like h5dump -H but in lines that fit a terminal.
  package var tree: String {
    var lines = ["/  \(record.alias)", "├── config: json, sources"]
    lines.append(
      "├── data: \(record.data.name), \(record.data.kind.rawValue), fingerprint \(record.data.fingerprint.prefix(16))")
    for group in groups {
      lines.append("├── \(group.name)" + (group.columns.isEmpty ? " (empty)" : ""))
      if let first = group.columns.first {
        lines.append("│   ├── \(group.axis)  int32 [\(first.values.count)]")
        for (index, column) in group.columns.enumerated() {
          let branch = index == group.columns.count - 1 ? "└──" : "├──"
          let unit = column.unit == "1" ? "" : ", \(column.unit)"
          lines.append("│   \(branch) \(column.name)  float32 [\(column.values.count)]\(unit)  \(column.longName)")
        }
      }
    }
    lines.append("├── result, result/timing: attributes")
    lines.append("├── predictions: class, label  uint8 [\(record.predictions.count)]")
    lines.append("├── model")
    for (name, tensors, rail) in [("parameters", record.parameters, "│"), ("buffers", record.buffers, " ")] {
      lines.append("│   \(rail == "│" ? "├──" : "└──") \(name)")
      for (index, tensor) in tensors.enumerated() {
        lines.append(
          "│   \(rail)   \(index == tensors.count - 1 ? "└──" : "├──") \(tensor.name)  float32 \(tensor.shape)")
      }
    }
    if !record.probes.isEmpty {
      lines.append("├── probes: \(record.probes.values.filter { $0.mode == nil }.map(\.name).joined(separator: ", "))")
      for mode in ProbeMode.allCases {
        let names = record.probes.values.filter { $0.mode == mode }.map(\.name)
        lines.append("│   \(mode == .batch ? "└──" : "├──") \(mode.rawValue): \(names.joined(separator: ", "))")
      }
    }
    lines.append("├── provenance: \(record.provenance.map(\.key).joined(separator: ", "))")
    lines.append("└── integrity: science_sha256, dataset, sha256")
    return lines.map(\.visible).joined(separator: "\n") + "\n"
  }

  // MARK: - One group as data, one trace as a drawing

  /// The groups that can be written as CSV.
  package static let groupNames = ["traces", "sampling", "epochs"]

  /// A group's axis and columns; empty fields are NaN. Nil for a name not in `groupNames`.
  package func csv(_ name: String) -> String? {
    guard let group = groups.first(where: { $0.name == name }) else { return nil }
    var text = CSV.line([group.axis] + group.columns.map(\.name))
    for index in 0..<(group.columns.map(\.values.count).max() ?? 0) {
      let values = group.columns.map { column in
        index < column.values.count && column.values[index].isFinite ? "\(column.values[index])" : ""
      }
      text += CSV.line([String(index + 1)] + values)
    }
    return text
  }

  package var plotNames: [String] { groups.flatMap { $0.columns.map(\.name) } }

  /// A figure of one trace over its axis; nil for an unknown name.
  package func figure(_ name: String) -> Figure? {
    for group in groups {
      guard let column = group.columns.first(where: { $0.name == name }) else { continue }
      let bins = column.values.binned(into: 400)
      var series = [
        Plot.Series(title: nil, style: .line(.init(number: 0)), points: bins.map { [$0.centre, $0.mean] })
      ]
      if bins.count < column.values.count {
        series.insert(
          Plot.Series(
            title: nil, style: .band(.init(number: 0)), points: bins.map { [$0.centre, $0.low, $0.high] }), at: 0)
      }
      let unit = column.unit == "1" ? "" : ", \(column.unit)"
      return Figure(
        name: name, title: record.alias, caption: column.longName,
        plot: Plot(
          rows: [
            [Plot.Panel(title: record.alias, x: .init(label: group.axis), y: .init(label: name + unit), series: series)]
          ], width: 700))
    }
    return nil
  }
}

extension [Float] {
  /// The trend of a trace in at most 32 signs, each the mean of its part; a blank for parts without a finite value.
  package var sparkline: String {
    let signs = [Character]("▁▂▃▄▅▆▇█")
    let count = Swift.min(32, self.count)
    let parts = (0..<count).map { part -> Double? in
      let values = self[(part * self.count / count)..<((part + 1) * self.count / count)].filter(\.isFinite)
      return values.isEmpty ? nil : values.reduce(0) { $0 + Double($1) } / Double(values.count)
    }
    let known = parts.compactMap(\.self)
    guard let low = known.min(), let high = known.max() else { return "" }
    return String(
      parts.map { value -> Character in
        guard let value else { return " " }
        return high > low ? signs[Swift.min(7, Int(8 * (value - low) / (high - low)))] : signs[3]
      } as [Character])
  }
}
