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

  /// Loss along PSF and along a random direction: one run per method, for the model with the most probed rows.
  static func minimaFigure(_ tables: [TableReport], reading traces: TraceReader) -> Figure? {
    let rows = tables.flatMap(\.measurements).filter { row in
      row.finished.contains { !$0.summary.probes.isEmpty }
    }
    let blocks = Dictionary(grouping: rows) { "\($0.entry.model.label), \($0.entry.dataset.label)" }
    guard let (name, block) = blocks.max(by: { ($0.value.count, $1.key) < ($1.value.count, $0.key) }) else {
      return nil
    }
    let runs = block.prefix(8).compactMap { row -> (label: String, probes: ProbeRecord)? in
      guard let id = row.finished.first(where: { !$0.summary.probes.isEmpty })?.summary.cellID else { return nil }
      return traces(id).map { (row.entry.method.label, $0.probes) }
    }
    func panel(_ title: String, _ axis: String, _ curve: String, _ label: String, _ mode: ProbeMode) -> Plot.Panel? {
      let series = runs.enumerated().compactMap { number, run -> Plot.Series? in
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
