import Configuration
import Records
import Reports
import Suites

extension TableReport {
  /// Figure 2: norms of the SGD gradient and of PSF over iterations, from SAM's runs.
  func norms(_ traces: TraceReader) -> Figure? {
    let shown = panels(of: "sam", traces) { model, _, run, hasLegend in
      let series = [("l2_sgd", "SGD gradient"), ("l2_psf", "PSF")].enumerated().flatMap {
        number, name -> [Plot.Series] in
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
        series: series, hasLegend: hasLegend)
    }
    return shown.map { dataset, plot in
      Figure(
        name: file("figure2"), title: "Figure 2: norms of the SGD gradient and of PSF, \(dataset.label)",
        caption:
          "SAM's first seed on each model, in at most 240 bins of iterations. Line: mean. Band: lowest and highest.",
        plot: plot)
    }
  }

  /// Planned and realized sampling rate of vSAM in each window.
  func rates(_ traces: TraceReader) -> Figure? {
    let shown = panels(of: "vsam", traces, having: "p") {
      model, dataset, run, hasLegend -> Plot.Panel? in
      guard let ends = run.window("window_end")?.map(Double.init), let p = run.window("p")?.map(Double.init),
        let taken = run.window("taken")?.map(Double.init), let first = ends.first
      else { return nil }
      let cap = block(model, dataset).first { $0.entry.method.name == "vsam" }?.entry.cells.first?.method.settings
        .values["cap"].flatMap { Double(setting: $0) }
      let starts = [0] + ends.dropLast()
      let realised = ends.indices.map { [(starts[$0] + ends[$0]) / 2, taken[$0] / (ends[$0] - starts[$0])] }
      var series = [
        Plot.Series(title: "realized", style: .points(.init(number: 2, isFilled: false)), points: realised),
        Plot.Series(
          title: "planned p", style: .steps(.init(number: 0)), points: ends.indices.map { [ends[$0], p[$0]] }),
      ]
      if let cap {
        series.append(
          Plot.Series(
            title: "cap", style: .line(.init(number: 1, isThin: true)), points: [[0, cap], [ends.last ?? first, cap]]))
      }
      return Plot.Panel(
        title: model.label, x: .init(label: "iteration", low: 0), y: .init(label: "share sampled", low: 0, high: 1.05),
        series: series, hasLegend: hasLegend)
    }
    return shown.map { dataset, plot in
      Figure(
        name: file("rates"), title: "\(shortName): sampling rate of vSAM, \(dataset.label)",
        caption:
          "First seed of each model. Triangles: sampled share of a window's iterations (all up to I_start). Line: rate "
          + "planned for the next window. Dashes: cap.", plot: plot)
    }
  }

  /// A panel for each model whose first run of a method has values of a window trace, on the last data set with any. The
  /// first has the legend.
  private func panels(
    of method: String, _ traces: TraceReader, having window: String? = nil,
    _ panel: (_ model: AxisItem, _ dataset: AxisItem, _ run: RunRecord, _ hasLegend: Bool) -> Plot.Panel?
  ) -> (AxisItem, Plot)? {
    for dataset in grid.datasets.reversed() {
      let found = grid.models.compactMap { model in
        firstRun(method, model, dataset, traces).map { (model, $0) }
      }.filter { _, run in window.map { !(run.window($0) ?? []).isEmpty } ?? true }
      guard !found.isEmpty else { continue }
      let panels = found.compactMap { model, run in panel(model, dataset, run, model == found[0].0) }
      return (dataset, Plot(rows: [panels], width: 320 * max(2, panels.count)))
    }
    return nil
  }

  /// The traces of the first finished seed of the plain row of a method.
  private func firstRun(_ method: String, _ model: AxisItem, _ dataset: AxisItem, _ traces: TraceReader) -> RunRecord? {
    let row = (block(model, dataset) + baselines.filter { $0.entry.model == model && $0.entry.dataset == dataset })
      .first { $0.entry.method.name == method && !$0.finished.isEmpty && $0.isPlain }
    guard let id = row?.finished.first?.summary.cellID else { return nil }
    return traces(id)
  }
}
