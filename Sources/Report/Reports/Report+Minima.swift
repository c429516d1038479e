import Configuration
import Foundation  // log10
import Records
import Statistics
import Store
import Suites

/// Results of `sambench probe`, for the runs that were probed.
extension Report {
  /// Each probed run once, in table order.
  package static func probed(_ tables: [TableReport]) -> [RunRecord] {
    tables.flatMap(\.summaries).filter { !$0.probes.isEmpty }.uniqued(by: \.cellID)
  }

  private static var minimaColumns: [(Table.Column, (ProbeRecord) -> Table.Entry)] {
    [
      (.right("lambda_max", "λ max"), { .digits($0.number("lambda_max", .evaluation)) }),
      (.right("lambda_max_batch", "λ max, batch"), { .digits($0.number("lambda_max", .batch)) }),
      (.right("lambda_5", "λ 5"), { .digits($0.number("lambda_5", .evaluation)) }),
      (.right("trace", "trace"), { .digits($0, "trace", .evaluation) }),
      (.right("trace_batch", "trace, batch"), { .digits($0, "trace", .batch) }),
      (.right("sharpness_1", "sharpness, m = 1"), { .digits($0.number("sharpness_1", .evaluation)) }),
      (.right("sharpness_128", "m = 128, batch"), { .digits($0.number("sharpness_128", .batch)) }),
      (.right("psf_cosine", "cos(PSF, g), batch"), { .digits($0.number("psf_cosine", .batch)) }),
      (.right("loss_gap", "loss gap"), { .digits($0.number("loss_gap")) }),
      (.right("calibration_error", "calibration error"), { .digits($0.number("calibration_error")) }),
    ]
  }

  /// A row per probed run; empty if no run was probed.
  var minima: [Page.Block] {
    let runs = Report.probed(tables)
    guard !runs.isEmpty else { return [] }
    let table = Table(
      columns: [.left("run"), .right("rho")] + Report.minimaColumns.map(\.0),
      rows: runs.map { run in
        [.text(run.alias.withoutSuite), .digits(run.probes.number("radius"))]
          + Report.minimaColumns.map { $0.1(run.probes) }
      })
    let images = Set(runs.compactMap { $0.probes.number("images") }).sorted().map { $0.digits }.joined(separator: ", ")
    return [
      .heading(2, "What the minima look like"),
      .paragraph(
        "The loss around the final weights, on \(images) training images without augmentation, in evaluation mode or "
          + "with batch statistics. λ: Hessian eigenvalues. Trace: ± standard error. Sharpness: L(w + eps) − L(w) at "
          + "rho, with one eps for every m images. Loss gap: test minus training loss. Compare rows with the same model "
          + "and rho only. docs/probes.md explains each column."), .table(table),
    ]
  }

  /// The first suitable run of each of up to eight methods, for the model with the most such rows; nil without any.
  private static func firstRuns(
    _ tables: [TableReport], where isSuitable: (RunRecord) -> Bool
  ) -> (model: String, runs: [(label: String, run: RunRecord)])? {
    let runs = tables.flatMap(\.measurements).compactMap { row in
      row.finished.first { isSuitable($0.summary) }.map { (entry: row.entry, run: $0.summary) }
    }
    let blocks = Dictionary(grouping: runs) { "\($0.entry.model.label), \($0.entry.dataset.label)" }
    return blocks.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }.map { name, block in
      (model: name, runs: block.prefix(8).map { (label: $0.entry.method.label, run: $0.run) })
    }
  }

  /// Curvature and sharpness by epoch, from suites with `probes`.
  static func epochsFigure(_ tables: [TableReport]) -> Figure? {
    func column(_ run: RunRecord, _ name: String) -> [Float]? { run.epochs.first { $0.name == name }?.values }
    let quantities = [
      ("probe_batch_lambda_max", "largest eigenvalue, batch statistics", "λ max, nat"),
      ("probe_batch_sharpness_128", "sharpness of 128 images, batch statistics", "rise of the loss, nat"),
    ]
    guard let (name, runs) = firstRuns(tables, where: { column($0, quantities[0].0) != nil }) else { return nil }
    let panels = quantities.compactMap { quantity, title, label -> Plot.Panel? in
      let series = runs.enumerated().compactMap { number, run -> Plot.Series? in
        guard let values = column(run.run, quantity) else { return nil }
        let points = values.enumerated().filter { $0.element.isFinite }.map { [Double($0 + 1), Double($1)] }
        // One point makes no line.
        guard points.count > 1 else { return nil }
        return Plot.Series(title: run.label, style: .line(.init(number: number)), points: points)
      }
      guard !series.isEmpty else { return nil }
      return Plot.Panel(
        title: title, x: .init(label: "epoch"), y: .init(label: label), series: series,
        hasLegend: quantity == quantities[0].0)
    }
    guard !panels.isEmpty else { return nil }
    return Figure(
      name: "minima-epochs", title: "Curvature by epoch: \(name)",
      caption: "One run per method (its first probed seed), at the weights after each probed epoch. "
        + "docs/probes.md explains the quantities.",
      plot: Plot(rows: [panels], width: 800))
  }

  /// Loss along PSF and along a random direction: one run per method, for the model with the most probed rows.
  static func minimaFigure(_ tables: [TableReport], reading traces: TraceReader) -> Figure? {
    guard let (name, runs) = firstRuns(tables, where: { !$0.probes.isEmpty }) else { return nil }
    let probed = runs.compactMap { run in traces(run.run.cellID).map { (label: run.label, probes: $0.probes) } }
    func panel(_ title: String, _ axis: String, _ curve: String, _ label: String, _ mode: ProbeMode) -> Plot.Panel? {
      let series = probed.enumerated().compactMap { number, run -> Plot.Series? in
        guard let x = run.probes.value(axis, mode)?.values, let y = run.probes.value(curve, mode)?.values else {
          return nil
        }
        return Plot.Series(
          title: run.label, style: .line(.init(number: number)),
          points: zip(x, y).filter { $1.isFinite }.map { [$0, $1] })
      }
      guard !series.isEmpty else { return nil }
      return Plot.Panel(
        title: title, x: .init(label: label), y: .init(label: "loss, nat"), series: series,
        hasLegend: curve == "curve_psf")
    }
    let panels = [
      panel("along PSF, batch statistics", "curve_distance", "curve_psf", "distance from w", .batch),
      panel(
        "random direction, evaluation mode", "curve_scale", "curve_random_1", "multiple of filter norms", .evaluation),
    ].compactMap(\.self)
    guard !panels.isEmpty else { return nil }
    return Figure(
      name: "minima-curves", title: "The loss around the minima: \(name)",
      caption: "One run per method (its first probed seed). Left: along PSF, up to four times rho in both directions. "
        + "Right: along a filter-normalized random direction (Li et al. 2018).",
      plot: Plot(rows: [panels], width: 400 * panels.count))
  }
}

extension Measurement {
  /// The mean of a probe over the seeds that have it.
  func probed(_ name: String, _ mode: ProbeMode) -> Double? {
    Statistic(finished.compactMap { $0.summary.probes.number(name, mode) })?.mean
  }
}

extension Table.Entry {
  /// Three significant digits; a dash for nil.
  fileprivate static func digits(_ number: Double?) -> Table.Entry { number.map { .text($0.shown) } ?? .none }

  /// A number with its standard error.
  fileprivate static func digits(_ probes: ProbeRecord, _ name: String, _ mode: ProbeMode) -> Table.Entry {
    guard let number = probes.number(name, mode) else { return .none }
    return .text(number.shown + (probes.number("\(name)_standard_error", mode).map { " ± \($0.shown)" } ?? ""))
  }
}

extension Double {
  /// Three significant digits, without an exponent where that is readable.
  var shown: String {
    let size = abs(self)
    guard size >= 1e-4, size < 1e6 else { return digits }
    return text(decimals: max(0, 2 - Int(log10(size).rounded(.down))))
  }
}

extension String {
  /// "table3: ResNet-18, CIFAR-10, SAM, seed 1" without the name of its suite.
  fileprivate var withoutSuite: String { split(separator: ": ", maxSplits: 1).last.map(String.init) ?? self }
}
