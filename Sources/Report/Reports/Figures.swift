import Configuration
import Records
import Statistics
import Store
import Suites

/// Reads a cell's traces; nil if they are not available.
package typealias TraceReader = @Sendable (_ cellID: String) -> RunRecord?

extension TableReport {
  /// The figures of this table, then the paper's own.
  func figures(reading traces: TraceReader) -> [Figure] {
    if grid.suite.mixtures != nil { return [mixtureFigure].compactMap { $0 } }
    let general = isMain || measurements.contains { $0.cost != nil } ? [costs].compactMap { $0 } : []
    return general + (paper?.figures(for: self, reading: traces) ?? [])
  }

  package func file(_ what: String) -> String { "\(name)-\(what)" }

  /// Gradients per step, c: the paper's, ours and the counted cost, for all models and data sets.
  private var costs: Figure? {
    let rows = grid.suite.layout.columns.contains(.imagesPerSecond) ? measurements.filter { !$0.makesScale } : []
    let known = rows.filter { $0.cost != nil || printedCost($0) != nil }
    guard !known.isEmpty else { return nil }
    let names = grid.methods.filter { method in known.contains { $0.entry.method == method } }
    let panels = grid.models.compactMap { model -> Plot.Panel? in
      let mine = known.filter { $0.entry.model == model }
      guard !mine.isEmpty else { return nil }
      /// Data sets of a method are below each other.
      func height(_ row: Measurement) -> Double {
        let place = names.firstIndex(of: row.entry.method) ?? 0
        let step = 0.5 / Double(max(1, grid.datasets.count))
        let dataset = grid.datasets.firstIndex(of: row.entry.dataset) ?? 0
        return Double(names.count - 1 - place) + 0.13 - step * Double(dataset)
      }
      func interval(_ value: Double, _ estimate: Estimate?, _ row: Measurement, _ shift: Double) -> [Double] {
        let interval = estimate?.interval() ?? Interval(low: value, high: value)
        return [value, height(row) + shift, interval.low, interval.high]
      }
      let counted = mine.compactMap { row in row.countedCost.map { [$0.mean, height(row)] } }
      let paper = mine.compactMap { row in printedCost(row).map { interval($0.value, $0, row, 0.06) } }
      let ours = mine.compactMap { row in row.cost.map { interval($0.value, costEstimate(row), row, -0.06) } }
      return costPanel(
        model, names: names.map(\.head),
        [
          Plot.Series(title: "counted", style: .ticks(.init(number: 0)), points: counted),
          Plot.Series(title: "paper, 95 %", style: .intervals(.init(number: 2, isFilled: false)), points: paper),
          Plot.Series(title: "here, 95 %", style: .intervals(.init(number: 1)), points: ours),
        ])
    }
    guard !panels.isEmpty else { return nil }
    let findings = names.compactMap { method -> String? in
      let mine = known.filter { $0.entry.method == method }
      func range(_ values: [Double]) -> String? {
        guard let low = values.min(), let high = values.max() else { return nil }
        return low == high ? low.text(decimals: 2) : "\(low.text(decimals: 2)) to \(high.text(decimals: 2))"
      }
      let parts = [
        range(mine.compactMap { printedCost($0)?.value }).map { "paper \($0)" },
        range(mine.compactMap(\.cost?.value)).map { "here \($0)" },
        range(mine.compactMap(\.countedCost?.mean)).map { "counted \($0)" },
      ].compactMap { $0 }
      return parts.isEmpty ? nil : "\(method.label) \(parts.joined(separator: ", "))"
    }
    return Figure(
      name: file("costs"), title: "\(shortName): gradients per step, paper and here",
      caption:
        "SGD 1, SAM 2. Tick: counted. Hollow: the paper. Filled: here. Upper: "
        + "\(grid.datasets.map(\.label).joined(separator: "; lower: ")).",
      finding: findings.joined(separator: "; ") + ".",
      plot: Plot(rows: [panels], width: 340 * max(2, panels.count), height: 150 + 44 * names.count))
  }

  /// A panel over gradients per step with a row for each name, the first on top, and a line at SGD's cost.
  func costPanel(_ model: AxisItem, names: [String], _ series: [Plot.Series]) -> Plot.Panel {
    let top = Double(names.count) - 0.4
    let line = Plot.Series(
      title: nil, style: .line(.init(number: 7, isThin: true)), points: [[1, -0.6], [1, top]])
    return Plot.Panel(
      title: model.label, x: .init(label: "gradients per step, c", low: 0.8, high: 2.2, step: 0.2),
      y: .init(label: "", low: -0.6, high: top, names: names.reversed()), series: [line] + series,
      hasLegend: model == grid.models.first)
  }
}

/// Neighboring iterations as one point of a figure.
package struct Bin: Hashable, Sendable {
  package let centre, mean, low, high: Double
}

extension [Float] {
  /// At most `bins` bins of equal length, without values that are not finite and without empty bins.
  package func binned(into bins: Int) -> [Bin] {
    let width = Swift.max(1, (count + bins - 1) / bins)
    return stride(from: 0, to: count, by: width).compactMap { start in
      let end = Swift.min(start + width, count)
      let values = self[start..<end].filter(\.isFinite).map(Double.init)
      guard let low = values.min(), let high = values.max() else { return nil }
      return Bin(
        centre: Double(start + 1 + end) / 2, mean: values.reduce(0, +) / Double(values.count), low: low, high: high)
    }
  }
}
