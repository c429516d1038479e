import Reports
import Suites

extension TableReport {
  /// Figure 1: accuracy over speed on CIFAR-100; each line joins one method's two models.
  var accuracyOverSpeed: Figure? {
    let names = ["sgd", "sam", "looksam", "esam", "saf", "vsam"]
    let rows = measurements.filter { row in
      names.contains(row.entry.method.name) && ["wide-resnet", "pyramidnet"].contains(row.entry.model.name)
        && row.entry.dataset.name == "cifar100" && row.isPlain
    }
    guard grid.profile.comparable.contains(.accuracy),
      rows.contains(where: { $0.accuracyLast != nil && $0.relativeSpeed != nil })
    else { return nil }
    // One axis for both panels, with room for the label of the fastest.
    let speeds = rows.flatMap { [$0.relativeSpeed?.mean, $0.entry.published?.relativeSpeed] }
    let fastest = speeds.compactMap { $0 }.max() ?? 0
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
            guard let speed = row.relativeSpeed?.mean, let accuracy = row.accuracyLast?.mean else { return nil }
            return (speed, accuracy)
          },
        ]
      ]))
  }

  /// Training loss and test accuracy over epochs, the spread over seeds as a band.
  var curves: Figure? {
    let names = ["sgd", "sam", "vsam"]
    func hasEpochs(_ row: Measurement) -> Bool {
      names.contains(row.entry.method.name) && row.finished.contains { !$0.summary.epochs.isEmpty }
    }
    guard let dataset = shownDataset(where: hasEpochs) else { return nil }
    let models = grid.models.filter { model in block(model, dataset).contains(where: hasEpochs) }
    // Accuracies near chance are not worth a panel.
    let isMeaningful = grid.profile.comparable.contains(.accuracy) || grid.profile.scale == .small
    let isAccurate = isMeaningful && models.contains { isAboveChance($0, dataset) }
    let longest = measurements.flatMap(\.finished).flatMap(\.summary.epochs).map(\.values.count).max() ?? 0
    func row(_ column: String, _ label: String) -> [Plot.Panel] {
      models.map { model in
        var series: [Plot.Series] = []
        for (number, name) in names.enumerated() {
          let run = block(model, dataset).first { $0.entry.method.name == name && $0.isPlain }
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
      name: file("curves"),
      title: "\(shortName): \(isAccurate ? "loss and accuracy" : "training loss") over epochs on \(dataset.label)",
      caption: "Thick: mean over seeds. Thin: lowest and highest seed.",
      plot: Plot(
        rows: isAccurate
          ? [row("train_loss", "training loss, nat"), row("test_accuracy", "test accuracy, %")]
          : [row("train_loss", "training loss, nat")],
        width: 320 * max(2, models.count), height: isAccurate ? 560 : 330))
  }

  /// The data set of figures that show only one: the last of the table with usable runs.
  private func shownDataset(where isUsable: (Measurement) -> Bool) -> AxisItem? {
    grid.datasets.last { dataset in measurements.contains { $0.entry.dataset == dataset && isUsable($0) } }
  }

  /// Whether a model's accuracies are clearly above chance: more than three times its level.
  private func isAboveChance(_ model: AxisItem, _ dataset: AxisItem) -> Bool {
    block(model, dataset).flatMap(\.finished).contains { run in
      run.summary.result.testAccuracyLast ?? 0 > 300 / Double(max(1, run.summary.data.classes))
    }
  }
}

extension Measurement {
  /// Whether it takes SAM's second gradient at every step, if it is a row of SAM: SAM-5 takes it at every fifth.
  var isPlain: Bool {
    guard entry.method.name == "sam", let period = entry.cells.first?.method.settings.values["period"] else {
      return true
    }
    return period == .integer(1)
  }
}

extension Plot.Axis {
  /// From just below the baseline to just above the limit set by gradients, extended for values beyond, up to 400 %.
  static func speed(_ label: String, holding values: [Double]) -> Plot.Axis {
    let low = (values.min() ?? 100) / 10
    let high = (values.max() ?? 100) / 10
    return Plot.Axis(
      label: label, low: max(0, min(80, 10 * low.rounded(.down))), high: min(400, max(230, 10 * high.rounded(.up))))
  }
}
