import Configuration
import Methods
import Records
import Statistics
import Suites

/// The candidates of one `--method` on one model and data set, ranked by their accuracy on validation images.
package struct Tuning: Sendable {
  /// One combination of settings, with a run per seed.
  package struct Candidate: Sendable {
    package let entry: Grid.Entry
    /// The runs that have ended, in the order of the seeds.
    fileprivate let runs: [(seed: UInt64, result: RunResult)]

    fileprivate init(_ entry: Grid.Entry, _ result: (Cell) -> RunResult?) {
      self.entry = entry
      runs = entry.cells.compactMap { cell in result(cell).map { (cell.seed, $0) } }
    }

    package var label: String { entry.method.label }
    package var planned: Int { entry.cells.count }
    package var finished: Int { accuracies.count }
    /// Mean accuracy after the last epoch in percent, over the seeds that finished; nil for none.
    package var mean: Double? { accuracy?.mean }
    package var deviation: Double? { accuracy?.deviation }
    package var gradients: Int { runs.reduce(0) { $0 + $1.result.gradientEvaluations } }
    package var seconds: Double { runs.reduce(0) { $0 + $1.result.timing.trainingSeconds } }
    /// Whether every seed finished. Other candidates are not chosen: a mean over the seeds that did not diverge is too
    /// high.
    package var isEligible: Bool { planned > 0 && finished == planned }

    fileprivate var isMissingRuns: Bool { runs.count < planned || planned == 0 }
    fileprivate var accuracies: [(seed: UInt64, value: Double)] {
      runs.compactMap { run in run.result.testAccuracyLast.map { (run.seed, $0) } }
    }
    fileprivate var accuracy: Statistic? { Statistic(accuracies.map(\.value)) }

    /// Why the other runs have no accuracy: "seed 2: diverged at iteration 40".
    fileprivate var failures: [String] {
      runs.filter { $0.result.status != .finished }.map { "seed \($0.seed): \($0.result.status)" }
    }
  }

  /// How far the best candidate is ahead of the second, in points, paired by seed.
  package struct Lead: Sendable {
    package let runnerUp: String
    package let points: Double
    /// The bounds of the 95 % interval; nil for a single seed.
    package let low, high: Double?
    package let seeds: Int

    /// Whether the lead may be chance.
    package var isNoise: Bool { low.map { $0 <= 0 } ?? true }
  }

  package let suite: String
  package let model: AxisItem
  package let dataset: AxisItem
  /// The `--method` that the candidates are from.
  package let method: String
  /// The best first.
  package let candidates: [Candidate]

  /// - Parameters:
  ///   - method: the `--method` that the candidates are from, as it was given.
  ///   - entries: its rows on one model and data set, in the order given.
  ///   - result: of a run that has ended; nil for one that is missing.
  /// - Precondition: at least one entry.
  package init(
    _ method: String, _ entries: [Grid.Entry], of suite: String, from result: (Cell) -> RunResult?
  ) {
    precondition(!entries.isEmpty, "Tuning: no candidate")
    (self.method, self.suite) = (method, suite)
    (model, dataset) = (entries[0].model, entries[0].dataset)
    let candidates = entries.map { Candidate($0, result) }
    // Candidates without any result are last. Of equal means, the cheaper one is first.
    func rank(_ index: Int) -> (Int, Double, Int, Int) {
      let one = candidates[index]
      return (one.isEligible ? 0 : one.mean == nil ? 2 : 1, -(one.mean ?? 0), one.gradients, index)
    }
    self.candidates = candidates.indices.sorted { rank($0) < rank($1) }.map { candidates[$0] }
  }

  /// Whether a run has not ended yet. Nothing is chosen then.
  package var isMissingRuns: Bool { candidates.contains(where: \.isMissingRuns) }

  /// The chosen candidate; nil while runs are missing, and if no candidate finished with every seed.
  package var best: Candidate? { isMissingRuns ? nil : candidates.first.flatMap { $0.isEligible ? $0 : nil } }

  /// Nil without a second candidate that finished with every seed.
  package var lead: Lead? {
    guard let best, candidates.count > 1, candidates[1].isEligible else { return nil }
    let differences = zip(best.accuracies, candidates[1].accuracies).map { $0.value - $1.value }
    guard let statistic = Statistic(differences) else { return nil }
    let interval = statistic.interval()
    return Lead(
      runnerUp: candidates[1].label, points: statistic.mean, low: interval?.low, high: interval?.high,
      seeds: statistic.n)
  }

  /// Settings whose chosen value is the smallest or largest of those tried, and not a bound of the setting.
  private var edges: [(key: String, value: Value, isLargest: Bool)] {
    guard let best else { return [] }
    func values(_ candidate: Candidate) -> [String: Value] {
      candidate.entry.cells.first?.method.settings.values ?? [:]
    }
    return values(best).keys.sorted().compactMap { key -> (key: String, value: Value, isLargest: Bool)? in
      let tried = Set(candidates.compactMap { values($0)[key]?.double })
      guard tried.count > 1, let chosen = values(best)[key], let value = chosen.double, let low = tried.min(),
        let high = tried.max(), value == low || value == high
      else { return nil }
      let allowed = MethodCatalogue.named(best.entry.method.name)?.settings.first { $0.name == key }?.kind.bounds
      let isBound = value == low ? value == allowed?.lowerBound : value == allowed?.upperBound
      return isBound ? nil : (key, chosen, value == high)
    }
  }

  /// The limits of the choice, in full sentences.
  package var warnings: [String] {
    if isMissingRuns { return ["Runs are missing, so nothing is chosen."] }
    guard let best else { return ["No candidate finished with every seed, so nothing is chosen."] }
    var warnings = edges.map { edge in
      "Edge: \(edge.key) = \(edge.value) is the \(edge.isLargest ? "largest" : "smallest") value tried. "
        + "A better one may lie beyond it; try \(edge.isLargest ? "larger" : "smaller") values."
    }
    if let lead, lead.isNoise {
      let remedy = "More seeds or more validation images would decide it."
      let ahead = "Noise: '\(best.label)' leads '\(lead.runnerUp)' by \(lead.points.signed(decimals: 2)) points"
      if let low = lead.low, let high = lead.high {
        warnings.append(
          "\(ahead) \(Interval(low: low, high: high).text(decimals: 2)), paired over \(lead.seeds) seeds. The 95 % "
            + "interval contains 0, so the choice may be chance. \(remedy)")
      } else {
        warnings.append("\(ahead) with one seed, which does not show how large chance is. \(remedy)")
      }
    }
    return warnings
  }

  /// A table of the candidates with the warnings below it.
  package var blocks: [Page.Block] {
    var notes = Footnotes()
    let rows = candidates.map { candidate -> [Table.Entry] in
      let marks = candidate.failures.map { notes.mark($0) }
      let (finished, planned) = (candidate.finished, candidate.planned)
      return Table.row(
        ([candidate.label] + marks).joined(separator: " "),
        candidate.accuracy?.text(decimals: 2) ?? (candidate.isMissingRuns ? "missing" : "no result"),
        finished == planned ? "\(planned)" : "\(finished)/\(planned)", candidate.gradients,
        candidate.seconds.text(decimals: 1), candidate.label == best?.label ? "chosen" : "")
    }
    let columns: [Table.Column] = [
      .left("candidate"), .right("accuracy", "validation accuracy %"), .right("n"), .right("gradients"),
      .right("seconds", "training s"), .left("chosen", ""),
    ]
    return [
      .heading(2, "\(suite): \(model.label), \(dataset.label), \(method)"),
      .table(Table(columns: columns, rows: rows, notes: notes.all)),
    ] + warnings.map { .banner($0) }
  }
}

extension SettingKind {
  fileprivate var bounds: ClosedRange<Double>? {
    switch self {
    case .integer(let range): Double(range.lowerBound)...Double(range.upperBound)
    case .number(let range, _, _): range
    case .flag, .choice: nil
    }
  }
}
