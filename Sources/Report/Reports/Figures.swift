import Configuration
import Records
import Statistics
import Store
import Suites

/// Reads a cell's traces; nil if they are not available.
package typealias TraceReader = @Sendable (_ cellID: String) -> RunRecord?

extension TableReport {
  /// The figures of this table.
  func figures(reading traces: TraceReader) -> [Figure] {
    if grid.suite.mixtures != nil { return [mixtureFigure].compactMap { $0 } }
    return switch grid.suite.table {
    case 3: [costs, figure1, curves, norms(traces), rates(traces)].compactMap { $0 }
    default: measurements.contains { $0.cost != nil } ? [costs].compactMap { $0 } : []
    }
  }

  /// The data set of figures that show only one: the last of the table with usable runs.
  private func shownDataset(where isUsable: (Measurement) -> Bool) -> AxisItem? {
    grid.datasets.last { dataset in measurements.contains { $0.entry.dataset == dataset && isUsable($0) } }
  }

  func file(_ what: String) -> String { "\(name)-\(what)" }

  /// Figure 1: accuracy over speed on CIFAR-100; each line joins one method's two models.
  private var figure1: Figure? {
    let names = ["sgd", "sam", "looksam", "esam", "saf", "vsam"]
    let rows = measurements.filter { row in
      names.contains(row.entry.method.name) && ["wide-resnet", "pyramidnet"].contains(row.entry.model.name)
        && row.entry.dataset.name == "cifar100" && !row.entry.method.label.hasPrefix("SAM-")
    }
    guard grid.profile.comparable.contains(.accuracy),
      rows.contains(where: { $0.accuracyLast != nil && $0.speed != nil })
    else { return nil }
    // One axis for both panels, with room for the label of the fastest.
    let fastest = rows.flatMap { [$0.speed, $0.entry.published?.relativeSpeed].compactMap { $0 } }.max() ?? 0
    let axis = Plot.Axis.speed("speed, % of SAM", holding: [fastest + 20])
    func panel(_ title: String, isFilled: Bool, _ point: (Measurement) -> (Double, Double)?) -> Plot.Panel {
      var series: [Plot.Series] = []
      for (number, name) in names.enumerated() {
        let mine = rows.filter { $0.entry.method.name == name }
        let points = mine.compactMap(point).map { [$0.0, $0.1] }
        guard let first = points.first, let label = mine.first?.entry.method.label else { continue }
        series.append(Plot.Series(title: nil, style: .line(.init(number: number, isThin: true)), points: points))
        series.append(
          Plot.Series(title: label, style: .points(.init(number: number, isFilled: isFilled)), points: points))
        series.append(Plot.Series(title: nil, style: .labels, points: [first], labels: [label]))
      }
      return Plot.Panel(title: title, x: axis, y: .init(label: "test accuracy, %"), series: series)
    }
    return Figure(
      name: file("figure1"), title: "Figure 1: accuracy over training speed on CIFAR-100",
      caption:
        "Lines join a method's WideResNet-28-10 (labeled) and PyramidNet-110. Hollow: the paper. Filled: here, means "
        + "over seeds.",
      plot: Plot(rows: [
        [
          panel("paper", isFilled: false) { row in
            guard let paper = row.entry.published, let speed = paper.relativeSpeed, let accuracy = paper.accuracyMean
            else { return nil }
            return (speed, accuracy)
          },
          panel("here: \(grid.profile.name) profile", isFilled: true) { row in
            guard let speed = row.speed, let accuracy = row.accuracyLast?.mean else { return nil }
            return (speed, accuracy)
          },
        ]
      ]))
  }

  /// Whether a model's accuracies are clearly above chance: more than three times its level.
  private func isAboveChance(_ model: AxisItem, _ dataset: AxisItem) -> Bool {
    block(model, dataset).flatMap(\.finished).contains { run in
      run.summary.result.testAccuracyLast ?? 0 > 300 / Double(max(1, run.summary.data.classes))
    }
  }

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
      return Plot.Panel(
        title: model.label,
        x: .init(label: "gradients per step, c", low: 0.8, high: 2.2, step: 0.2),
        y: .init(label: "", low: -0.6, high: Double(names.count) - 0.4, names: names.reversed().map(\.head)),
        series: [
          Plot.Series(
            title: nil, style: .line(.init(number: 7, isThin: true)),
            points: [[1, -0.6], [1, Double(names.count) - 0.4]]),
          Plot.Series(title: "counted", style: .ticks(.init(number: 0)), points: counted),
          Plot.Series(title: "paper, 95 %", style: .intervals(.init(number: 2, isFilled: false)), points: paper),
          Plot.Series(title: "here, 95 %", style: .intervals(.init(number: 1)), points: ours),
        ], hasLegend: model == grid.models.first)
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
      plot: Plot(rows: [panels], width: 340 * max(2, panels.count), height: 150 + 44 * panels.maximumNames))
  }

  /// Training loss and test accuracy over epochs, the spread over seeds as a band.
  private var curves: Figure? {
    let names = ["sgd", "sam", "vsam"]
    func hasEpochs(_ row: Measurement) -> Bool {
      names.contains(row.entry.method.name) && row.finished.contains { !$0.summary.epochs.isEmpty }
    }
    guard let dataset = shownDataset(where: hasEpochs) else { return nil }
    let models = grid.models.filter { model in block(model, dataset).contains(where: hasEpochs) }
    // Accuracies near chance are not worth a panel.
    let isAccurate = models.contains { isAboveChance($0, dataset) }
    let longest = measurements.flatMap(\.finished).flatMap(\.summary.epochs).map(\.values.count).max() ?? 0
    func row(_ column: String, _ label: String) -> [Plot.Panel] {
      models.map { model in
        var series: [Plot.Series] = []
        for (number, name) in names.enumerated() {
          let run = block(model, dataset).first {
            $0.entry.method.name == name && !$0.entry.method.label.hasPrefix("SAM-")
          }
          let curves = (run?.finished ?? []).compactMap { run in run.summary.epochs.first { $0.name == column }?.values
          }
          guard let run, let count = curves.map(\.count).min(), count > 0 else { continue }
          let epochs = (0..<count).map { epoch in curves.map { Double($0[epoch]) } }
          let points = epochs.enumerated().filter { $0.element.allSatisfy(\.isFinite) }
          for end in [{ (values: [Double]) in values.min() ?? .nan }, { $0.max() ?? .nan }] {
            series.append(
              Plot.Series(
                title: nil, style: .line(.init(number: number, isThin: true)),
                points: points.map { [Double($0.offset + 1), end($0.element)] }))
          }
          series.append(
            Plot.Series(
              title: run.entry.method.label, style: .line(.init(number: number)),
              points: points.map { [Double($0.offset + 1), $0.element.reduce(0, +) / Double($0.element.count)] }))
        }
        return Plot.Panel(
          title: model.label, x: .init(label: "epoch", step: longest < 12 ? 1 : nil), y: .init(label: label),
          series: series,
          hasLegend: model == models.first && column == "train_loss")
      }
    }
    return Figure(
      name: file("curves"), title: "\(shortName): loss and accuracy over epochs on \(dataset.label)",
      caption: "Thick: mean over seeds. Thin: lowest and highest seed.",
      plot: Plot(
        rows: isAccurate
          ? [row("train_loss", "training loss, nat"), row("test_accuracy", "test accuracy, %")]
          : [row("train_loss", "training loss, nat")],
        width: 320 * max(2, models.count), height: isAccurate ? 560 : 330))
  }

  /// Figure 2: norms of the SGD gradient and of PSF over iterations, from SAM's runs.
  private func norms(_ traces: TraceReader) -> Figure? {
    let runs = grid.datasets.reversed().map { dataset in
      (
        dataset,
        self.grid.models.compactMap { model in self.firstRun("sam", model, dataset, traces).map { (model, $0) } }
      )
    }
    guard let (dataset, found) = runs.first(where: { !$0.1.isEmpty }) else { return nil }
    let panels = found.map { model, run in
      let names: [(String, String)] = [("l2_sgd", "SGD gradient"), ("l2_psf", "PSF")]
      let series = names.enumerated().flatMap { number, name -> [Plot.Series] in
        guard let values = run.trace(name.0) else { return [] }
        let bins = values.binned(into: 240)
        return [
          Plot.Series(
            title: nil, style: .band(.init(number: number)), points: bins.map { [$0.centre, $0.low, $0.high] }),
          Plot.Series(title: name.1, style: .line(.init(number: number)), points: bins.map { [$0.centre, $0.mean] }),
        ]
      }
      return Plot.Panel(
        title: model.label, x: .init(label: "iteration"), y: .init(label: "Euclidean norm", isLogarithmic: true),
        series: series, hasLegend: model == found.first?.0)
    }
    return Figure(
      name: file("figure2"), title: "Figure 2: norms of the SGD gradient and of PSF, \(dataset.label)",
      caption:
        "SAM's first seed on each model, in at most 240 bins of iterations. Line: mean. Band: lowest and highest.",
      plot: Plot(rows: [panels], width: 320 * max(2, panels.count)))
  }

  /// Planned and realized sampling rate of vSAM in each window.
  private func rates(_ traces: TraceReader) -> Figure? {
    let runs = grid.datasets.reversed().map { dataset in
      (
        dataset,
        self.grid.models.compactMap { model -> (AxisItem, RunRecord)? in
          guard let run = self.firstRun("vsam", model, dataset, traces), !(run.window("p") ?? []).isEmpty else {
            return nil
          }
          return (model, run)
        }
      )
    }
    guard let (dataset, found) = runs.first(where: { !$0.1.isEmpty }) else { return nil }
    let panels = found.compactMap { model, run -> Plot.Panel? in
      guard let ends = run.window("window_end")?.map(Double.init), let p = run.window("p")?.map(Double.init),
        let taken = run.window("taken")?.map(Double.init), let first = ends.first
      else { return nil }
      let cap = block(model, dataset).first { $0.entry.method.name == "vsam" }?.entry.cells.first?.method.settings
        .values["cap"].flatMap { Double(setting: $0) }
      let starts = [0] + ends.dropLast()
      var planned: [[Double]] = []
      for index in ends.indices { planned.append([ends[index], p[index]]) }
      let realised = ends.indices.map { [(starts[$0] + ends[$0]) / 2, taken[$0] / (ends[$0] - starts[$0])] }
      var series = [
        Plot.Series(
          title: "realized", style: .points(.init(number: 2, isFilled: false)), points: realised),
        Plot.Series(title: "planned p", style: .steps(.init(number: 0)), points: planned),
      ]
      if let cap {
        series.append(
          Plot.Series(
            title: "cap", style: .line(.init(number: 1, isThin: true)), points: [[0, cap], [ends.last ?? first, cap]]))
      }
      return Plot.Panel(
        title: model.label, x: .init(label: "iteration", low: 0), y: .init(label: "share sampled", low: 0, high: 1.05),
        series: series, hasLegend: model == found.first?.0)
    }
    return Figure(
      name: file("rates"), title: "\(shortName): sampling rate of vSAM, \(dataset.label)",
      caption:
        "First seed of each model. Triangles: sampled share of a window's iterations (all up to I_start). Line: rate "
        + "planned for the next window. Dashes: cap.",
      plot: Plot(rows: [panels], width: 320 * max(2, panels.count)))
  }

  /// The traces of the first finished seed of the plain row of a method.
  func firstRun(_ method: String, _ model: AxisItem, _ dataset: AxisItem, _ traces: TraceReader) -> RunRecord? {
    let row = (block(model, dataset) + baselines.filter { $0.entry.model == model && $0.entry.dataset == dataset })
      .first { $0.entry.method.name == method && !$0.finished.isEmpty && !$0.entry.method.label.hasPrefix("SAM-") }
    guard let id = row?.finished.first?.summary.cellID else { return nil }
    return traces(id)
  }
}

extension Measurement {
  /// The speed in percent of the baseline's; 100 for the baseline itself.
  var speed: Double? { relativeSpeed?.mean }
}

extension [Plot.Panel] {
  fileprivate var maximumNames: Int { map(\.y.names.count).max() ?? 0 }
}

extension Plot.Axis {
  /// From just below the baseline to just above the limit set by gradients, extended for values beyond, up to 400 %.
  static func speed(_ label: String, holding values: [Double]) -> Plot.Axis {
    let low = (values.min() ?? 100) / 10, high = (values.max() ?? 100) / 10
    return Plot.Axis(
      label: label, low: max(0, min(80, 10 * low.rounded(.down))), high: min(400, max(230, 10 * high.rounded(.up))))
  }
}

/// Neighboring iterations as one point of a figure.
struct Bin: Hashable, Sendable {
  let centre, mean, low, high: Double
}

extension [Float] {
  /// At most `bins` bins of equal length, without values that are not finite and without empty bins.
  func binned(into bins: Int) -> [Bin] {
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
