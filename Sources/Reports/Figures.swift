import Configuration
import Statistics
import Store
import Suites

/// Reads a cell's traces; nil where they cannot be had.
package typealias TraceReader = @Sendable (_ cellID: String) -> CellTraces?

extension TableReport {
  /// The figures that belong beside this table.
  func figures(reading traces: TraceReader) -> [Figure] {
    switch grid.suite.table {
    case 3: [figure1, speeds, curves, norms(traces), rates(traces)].compactMap { $0 }
    default: measurements.contains { $0.relativeSpeed != nil } ? [speeds].compactMap { $0 } : []
    }
  }

  /// The data set whose runs are drawn where one stands for all: the last of the table that has any.
  private func shownDataset(where isUsable: (Measurement) -> Bool) -> AxisItem? {
    grid.datasets.last { dataset in measurements.contains { $0.entry.dataset == dataset && isUsable($0) } }
  }

  private func file(_ what: String) -> String { "\(name)-\(what)" }

  /// Figure 1: accuracy over speed on CIFAR-100; each line joins one method's two models.
  private var figure1: Figure? {
    let names = ["sgd", "sam", "looksam", "esam", "saf", "vsam"]
    let rows = measurements.filter { row in
      names.contains(row.entry.method.name) && ["wide-resnet", "pyramidnet"].contains(row.entry.model.name)
        && row.entry.dataset.name == "cifar100" && !row.entry.method.label.hasPrefix("SAM-")
    }
    guard rows.contains(where: { $0.accuracyLast != nil && $0.speed != nil }) else { return nil }
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
        "Each line joins a method's WideResNet-28-10 and PyramidNet-110; the label is at WideResNet-28-10. Left, hollow: "
        + "as the paper prints it. Right, filled: the runs of this profile, means over seeds. "
        + (grid.profile.comparable.contains(.accuracy)
          ? "" : "The accuracies of the two panels do not compare: this profile trains smaller networks, briefly."),
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

  /// Speeds with their spread, the paper's, and what the method's gradients allow.
  private var speeds: Figure? {
    guard let dataset = shownDataset(where: { $0.speed != nil }) else { return nil }
    let panels = grid.models.compactMap { model -> Plot.Panel? in
      let rows = block(model, dataset).filter { $0.speed != nil }
      guard !rows.isEmpty else { return nil }
      let count = rows.count
      func height(_ index: Int) -> Double { Double(count - 1 - index) }
      let limits = rows.enumerated().compactMap { index, row in row.speedLimit.map { [$0, height(index)] } }
      let paper = rows.enumerated().compactMap { index, row in
        row.entry.published?.relativeSpeed.map { [$0, height(index)] }
      }
      let ours = rows.enumerated().compactMap { index, row -> [Double]? in
        guard let speed = row.speed else { return nil }
        let interval = row.relativeSpeed?.interval() ?? Interval(low: speed, high: speed)
        return [speed, height(index), interval.low, interval.high]
      }
      return Plot.Panel(
        title: model.label,
        x: .speed("speed, % of \(grid.suite.baseline ?? "SAM")", holding: ours.flatMap { [$0[2], $0[3]] }),
        y: .init(label: "", low: -0.7, high: Double(count) - 0.3, names: rows.reversed().map(\.entry.method.head)),
        series: [
          Plot.Series(
            title: "limit", style: .points(.init(number: 7, isLarge: true)), points: limits),
          Plot.Series(title: "paper", style: .points(.init(number: 2, isFilled: false)), points: paper),
          Plot.Series(title: "here, 95 %", style: .intervals(.init(number: 0)), points: ours),
        ], hasLegend: model == grid.models.first)
    }
    guard !panels.isEmpty else { return nil }
    return Figure(
      name: file("speeds"), title: "\(shortName): speed against its limit on \(dataset.label)",
      caption:
        "Plus: the limit, where gradients are all that costs time. Hollow: the paper. Filled: measured here, with "
        + "Student's 95 % interval over seeds.",
      plot: Plot(rows: [panels], width: 340 * max(2, panels.count), height: 140 + 24 * panels.maximumNames))
  }

  /// Training loss and test accuracy over epochs, the spread over seeds as a band.
  private var curves: Figure? {
    let names = ["sgd", "sam", "vsam"]
    func hasEpochs(_ row: Measurement) -> Bool {
      names.contains(row.entry.method.name) && row.finished.contains { !$0.summary.epochs.isEmpty }
    }
    guard let dataset = shownDataset(where: hasEpochs) else { return nil }
    let models = grid.models.filter { model in block(model, dataset).contains(where: hasEpochs) }
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
          series.append(
            Plot.Series(
              title: nil, style: .band(.init(number: number)),
              points: points.map { [Double($0.offset + 1), $0.element.min() ?? .nan, $0.element.max() ?? .nan] }))
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
      caption: "Lines: mean over seeds. Bands: lowest and highest of any seed.",
      plot: Plot(
        rows: [row("train_loss", "training loss, nat"), row("test_accuracy", "test accuracy, %")],
        width: 320 * max(2, models.count), height: 560))
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
        "One run of SAM for each model (its first seed). Long runs are shown in 240 bins of iterations: the line is the "
        + "mean, the band the lowest and highest of a bin.",
      plot: Plot(rows: [panels], width: 320 * max(2, panels.count)))
  }

  /// Planned and realised sampling rate of vSAM in each window.
  private func rates(_ traces: TraceReader) -> Figure? {
    let runs = grid.datasets.reversed().map { dataset in
      (
        dataset,
        self.grid.models.compactMap { model -> (AxisItem, CellTraces)? in
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
          title: "realised", style: .points(.init(number: 2, isFilled: false)), points: realised),
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
        "One run for each model (its first seed). Triangles: the share of a window's iterations that took a "
        + "second gradient; all of them up to I_start. Line: the rate planned at the end of each window for the next. "
        + "Dashes: the cap.",
      plot: Plot(rows: [panels], width: 320 * max(2, panels.count)))
  }

  /// The traces of the first finished seed of the plain row of a method.
  func firstRun(_ method: String, _ model: AxisItem, _ dataset: AxisItem, _ traces: TraceReader) -> CellTraces? {
    let row = (block(model, dataset) + baselines.filter { $0.entry.model == model && $0.entry.dataset == dataset })
      .first { $0.entry.method.name == method && !$0.finished.isEmpty && !$0.entry.method.label.hasPrefix("SAM-") }
    guard let id = row?.finished.first?.summary.cellID else { return nil }
    return traces(id)
  }
}

extension Measurement {
  /// The speed relative to the baseline in percent; 100 for the baseline's own row.
  var speed: Double? { relativeSpeed?.mean }
}

extension [Plot.Panel] {
  fileprivate var maximumNames: Int { map(\.y.names.count).max() ?? 0 }
}

extension Plot.Axis {
  /// From just below the baseline to just above the fastest that gradients allow, and wider where values lie beyond; an
  /// interval of two runs can be wider than any page.
  static func speed(_ label: String, holding values: [Double]) -> Plot.Axis {
    let low = (values.min() ?? 100) / 10, high = (values.max() ?? 100) / 10
    return Plot.Axis(
      label: label, low: max(0, min(80, 10 * low.rounded(.down))), high: min(400, max(230, 10 * high.rounded(.up))))
  }
}

/// Neighbouring iterations as one point of a drawing.
struct Bin: Hashable, Sendable {
  let centre, mean, low, high: Double
}

extension [Float] {
  /// At most `count` bins of equal length; values that are not finite are left out, and bins without any.
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
