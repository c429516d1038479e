import Foundation  // exp, log
import Records
import Statistics
import Store
import Suites

// MARK: - The paper's own numbers

extension Claims {
  /// The rows that the paper prints for a table.
  func printed(_ number: Int) -> [PublishedRow] { table(number)?.grid.suite.published?.rows ?? [] }

  /// The printed rows of two methods on the same model and data set; for a method that the paper only quotes, that row.
  func printedPairs(_ number: Int, _ one: String, _ other: String) -> [(one: PublishedRow, other: PublishedRow)] {
    let rows = printed(number)
    func row(_ method: String, like row: PublishedRow) -> PublishedRow? {
      let same = rows.filter { $0.method == method && $0.model == row.model && $0.dataset == row.dataset }
      return same.first { $0.mark == nil } ?? same.first
    }
    return rows.filter { $0.method == one && $0.mark == nil }.compactMap { mine in
      row(other, like: mine).map { (mine, $0) }
    }
  }

  /// How often a method's printed accuracy is higher, and how often beyond the printed deviations.
  func printedAccuracies(_ number: Int, _ method: String, over others: [String], isMost: Bool = false) -> Finding? {
    let n = table(number)?.grid.suite.published?.n ?? 1
    let pairs = others.flatMap { printedPairs(number, method, $0) }
    let differences = pairs.compactMap { pair -> (value: Double, isClear: Bool)? in
      guard let one = pair.one.number(.accuracy, n: n), let other = pair.other.number(.accuracy, n: n) else {
        return nil
      }
      let interval = Estimate(of: one, minus: other)?.interval()
      return (one.mean - other.mean, (interval?.low ?? 0) > 0)
    }
    guard !differences.isEmpty else { return nil }
    let higher = differences.count { $0.value > 0 }
    let clear = differences.count { $0.isClear }
    let share = Double(higher) / Double(differences.count)
    return Finding(
      word: higher == differences.count || isMost && share > 0.5 ? .holds : share > 0.5 ? .mixed : .fails,
      evidence: "\(method) higher in \(higher) of \(differences.count)"
        + (pairs.contains { $0.one.accuracyDeviation != nil } ? ", beyond the printed deviations in \(clear)" : "")
        + "; \(differences.map(\.value).min()!.signed(decimals: 2)) to \(differences.map(\.value).max()!.signed(decimals: 2)) points"
    )
  }

  /// Whether printed accuracies of two methods lie within the margin of each other.
  func printedEquality(_ number: Int, _ one: String, _ other: String) -> Finding? {
    let differences = printedPairs(number, one, other).compactMap { pair -> Double? in
      guard let one = pair.one.accuracyMean, let other = pair.other.accuracyMean else { return nil }
      return one - other
    }
    guard let low = differences.min(), let high = differences.max(),
      let margin = table(number)?.grid.suite.equivalence[.accuracy]?.value
    else { return nil }
    let within = differences.count { $0 >= -margin }
    return Finding(
      word: within == differences.count ? .holds : within * 2 > differences.count ? .mixed : .fails,
      evidence: "\(low.signed(decimals: 2)) to \(high.signed(decimals: 2)) points, at least −\(margin) in \(within) of "
        + "\(differences.count)")
  }

  func printedSpeeds(_ number: Int, _ method: String, _ isTrue: ([Double]) -> Bool) -> Finding? {
    let speeds = printed(number).filter { $0.method == method && $0.mark == nil }.compactMap(\.relativeSpeed)
    guard let low = speeds.min(), let high = speeds.max() else { return nil }
    return Finding(
      word: isTrue(speeds) ? .holds : .mixed,
      evidence: "\(low.text(decimals: 0)) to \(high.text(decimals: 0)) % of SAM, n = \(speeds.count)")
  }

  func printedCosts(_ number: Int, _ method: String, upTo limit: Double) -> Finding? {
    guard let table = table(number) else { return nil }
    let costs = rows(table, method).compactMap { table.printedCost($0)?.value }
    guard let low = costs.min(), let high = costs.max() else { return nil }
    let within = costs.count { $0 <= limit }
    return Finding(
      word: within == costs.count ? .holds : within == 0 ? .fails : .mixed,
      evidence:
        "c \(low.text(decimals: 2)) to \(high.text(decimals: 2)), at most \(limit) in \(within) of \(costs.count)")
  }

  func rising(_ values: [Double], decimals: Int) -> Finding? {
    guard values.count > 1 else { return nil }
    let steps = zip(values, values.dropFirst()).count { $0 <= $1 }
    return Finding(
      word: steps == values.count - 1 ? .holds : .mixed,
      evidence: values.map { $0.text(decimals: decimals) }.joined(separator: " → "))
  }
}

// MARK: - Speed

extension Claims {
  func rows(_ table: TableReport, _ method: String) -> [Measurement] {
    table.measurements.filter { $0.entry.method.label == method }
  }

  /// One value per model: its data sets train the same network, so their speeds are one measurement.
  private func byModel(_ table: TableReport, _ rows: [Measurement], _ value: (Measurement) -> Double?) -> [Double] {
    table.grid.models.compactMap { model in
      Statistic(rows.filter { $0.entry.model == model }.compactMap(value))?.mean
    }
  }

  /// The speed of a method against a target in percent of the baseline, from its c and the paper's counts.
  func speedFinding(_ number: Int, _ method: String, reaching target: Double) -> Finding? {
    guard let table = table(number), profile.comparable.contains(.imagesPerSecond) else { return nil }
    let rows = rows(table, method)
    guard !rows.isEmpty, rows.allSatisfy({ $0.state == .complete }) else {
      return Finding(word: .notTested, evidence: "runs are missing")
    }
    let isOwn = rows.contains { $0.entry.cells.first?.method.standIn != nil }
    // At another sampling number only the cost beyond the count compares with the paper.
    if isOwn, let finding = costBeyondCount(number, method), rows.contains(where: { table.printedCount($0) != nil }) {
      return Finding(word: finding.word, evidence: "at the printed sampling numbers: \(finding.evidence)")
    }
    let expected = byModel(table, rows) { $0.expectedSpeed }
    if let highest = expected.max(), highest < target {
      return Finding(
        word: .unattainable,
        evidence: "at most \(highest.text(decimals: 0)) % with this profile's settings")
    }
    guard !isOwn else {
      return Finding(word: .notComparable, evidence: "decided by this profile's settings; no count is printed")
    }
    guard let mean = Statistic(geometric: byModel(table, rows) { $0.relativeSpeed?.mean }),
      let interval = mean.interval()
    else { return Finding(word: .inconclusive, evidence: "a single model has no spread") }
    let text = "\(mean.mean.text(decimals: 0)) % of the baseline, n = \(mean.n) models"
    return Finding(
      word: interval.low > target ? .reproduced : interval.high < target ? .differs : .inconclusive, evidence: text)
  }

  /// c minus the counted gradients: the rest of a step's cost, independent of the sampling number.
  func costBeyondCount(_ number: Int, _ method: String) -> Finding? {
    guard let table = table(number), profile.comparable.contains(.imagesPerSecond) else { return nil }
    let rows = rows(table, method)
    let ours = byModel(table, rows) { row in
      row.cost.flatMap { cost in row.countedCost.map { cost.value - $0.mean } }
    }
    let paper = byModel(table, rows) { row in
      table.printedCost(row).flatMap { cost in table.printedCount(row).map { cost.value - $0 } }
    }
    guard let mean = Statistic(ours), let margin = table.grid.suite.equivalence[.imagesPerSecond]?.value else {
      return Finding(word: .notTested, evidence: "c was not measured")
    }
    let printed = Statistic(paper).map { "; paper \($0.mean.signed(decimals: 2))" } ?? ""
    let evidence = "c − counted \(mean.mean.signed(decimals: 2)), n = \(mean.n) models\(printed)"
    guard let estimate = Estimate(mean) else { return Finding(word: .inconclusive, evidence: evidence) }
    return Finding(word: Finding.Word(estimate.judge(margin: margin)), evidence: evidence)
  }

  func costFinding(_ number: Int, _ method: String, upTo limit: Double) -> Finding? {
    guard let table = table(number), profile.comparable.contains(.imagesPerSecond),
      let mean = Statistic(byModel(table, rows(table, method)) { $0.cost?.value })
    else { return nil }
    let evidence = "c \(mean.mean.text(decimals: 2)), n = \(mean.n) models"
    guard let interval = mean.interval() else { return Finding(word: .inconclusive, evidence: evidence) }
    return Finding(
      word: interval.high <= limit ? .reproduced : interval.low > limit ? .differs : .inconclusive, evidence: evidence)
  }

  /// Whether the rows of a table cost the same beyond their counts: a test of each row against their mean.
  func equalCosts(_ number: Int) -> Finding? {
    guard let table = table(number), profile.comparable.contains(.imagesPerSecond) else { return nil }
    let costs = table.measurements.compactMap { row -> (Measurement, Double)? in
      guard let cost = row.cost, let counted = row.countedCost else { return nil }
      return (row, cost.value - counted.mean)
    }
    guard costs.count > 1, let margin = table.grid.suite.equivalence[.imagesPerSecond]?.value,
      let pool = costs.first.flatMap({ table.pooledCost($0.0)?.pooled }),
      let n = costs.first?.0.cost?.n,
      let mean = Statistic(costs.map(\.1))?.mean
    else { return nil }
    let farthest = costs.map { abs($0.1 - mean) }.max() ?? 0
    // The largest of k distances is tested at the level 5 % / k.
    let error = pool.deviation * ((1 - 1 / Double(costs.count)) / Double(n)).squareRoot()
    let reach = studentQuantile(1 - 0.05 / Double(costs.count), freedom: pool.freedom) * error
    return Finding(
      word: farthest + reach < margin ? .reproduced : farthest - reach > margin ? .differs : .inconclusive,
      evidence: "c − counted within ±\((farthest + reach).text(decimals: 2)) over \(costs.count) gammas")
  }
}

// MARK: - Kinds of steps at full width

extension Claims {
  private var stepStudy: TableReport? {
    tables.first { $0.grid.suite.mixtures != nil && $0.measurements.contains { $0.cost != nil } }
  }

  /// Whether a method's measured steps, mixed in the paper's proportions, take the printed time.
  func mixtureFinding(_ method: String) -> Finding? {
    guard let study = stepStudy else { return nil }
    let costs = study.mixedCosts.filter {
      $0.part.published == method && $0.table == "Table 3" && $0.difference != nil && $0.outcome != .quoted
    }
    let speeds = costs.flatMap(\.rows).compactMap(\.expectedSpeed)
    guard let low = speeds.min(), let high = speeds.max() else { return nil }
    let reproduced = costs.count { $0.outcome == .reproduced }
    return Finding(
      word: costs.contains { $0.outcome == .differs }
        ? .differs : reproduced == costs.count ? .reproduced : .inconclusive,
      evidence:
        "at the printed sampling numbers, full width: \(low.text(decimals: 0)) to \(high.text(decimals: 0)) % of SAM "
        + "on the paper's machine; printed speeds reproduced on \(reproduced) of \(costs.count) models")
  }

  /// The highest cost of a kind of step, one value per model, against a limit.
  func stepFinding(_ label: String, upTo limit: Double) -> Finding? {
    guard let study = stepStudy else { return nil }
    let estimates = rows(study, label).compactMap { study.costEstimate($0) }
    guard let high = estimates.map(\.value).max() else { return nil }
    let isBelow = estimates.allSatisfy { $0.interval().high <= limit }
    let isAbove = estimates.allSatisfy { $0.interval().low > limit }
    return Finding(
      word: isBelow ? .reproduced : isAbove ? .differs : .inconclusive,
      evidence: "c at most \(high.text(decimals: 2)), n = \(estimates.count) full-width models")
  }

  /// The cost of a step that reuses PSF minus that of a plain one.
  var reuseStep: Finding? {
    guard let study = stepStudy, let margin = study.grid.suite.equivalence[.imagesPerSecond]?.value else { return nil }
    let differences = rows(study, "vSAM reusing").compactMap { row -> Estimate? in
      guard
        let plain = rows(study, "vSAM-A plain").first(where: { $0.entry.model == row.entry.model })
          .flatMap({ study.costEstimate($0) }), let own = study.costEstimate(row)
      else { return nil }
      return own.minus(plain)
    }
    guard let low = differences.map(\.value).min(), let high = differences.map(\.value).max() else { return nil }
    let judgements = Set(differences.map { $0.judge(margin: margin) })
    return Finding(
      word: judgements == [.within] ? .reproduced : judgements.contains(.beyond) ? .differs : .inconclusive,
      evidence:
        "reusing − plain step: \(low.signed(decimals: 2)) to \(high.signed(decimals: 2)) gradients, "
        + "n = \(differences.count) full-width models")
  }
}

// MARK: - Accuracy of the runs of this report

extension Claims {
  /// Tables whose accuracies are meaningful at their own size: the paper's, or a study at small scale.
  ///
  /// A small study answers for its own kind of data only. If several are reported together (with label noise, without,
  /// augmented), claims rest on the first and not on a mean over them: the others are controls.
  private var accuracyTables: [TableReport] {
    let small = tables.filter { $0.grid.profile.scale == .small }
    let main = small.first { !$0.summaries.isEmpty }?.grid.datasets
    return tables.filter { $0.grid.profile.comparable.contains(.accuracy) && $0.grid.profile.scale != .small }
      + small.filter { main == nil || $0.grid.datasets == main }
  }

  private func pairs(_ method: String, _ other: String) -> StratifiedPairs? {
    StratifiedPairs(
      accuracyTables.flatMap { table in
        rows(table, method).map { row in
          (table.measurements + table.baselines).first {
            $0.entry.method.label == other && $0.entry.model == row.entry.model && $0.entry.dataset == row.entry.dataset
          }.map { row.differences(to: $0) } ?? []
        }
      })
  }

  func accuracies(_ method: String, over others: [String]) -> Finding? {
    let found = others.compactMap { other in pairs(method, other).map { (other, $0) } }
    guard !found.isEmpty else { return untested }
    var words: [Finding.Word] = []
    let texts = found.map { other, pairs -> String in
      let interval = pairs.estimate?.interval()
      words.append((interval?.low ?? 0) > 0 ? .same : (interval?.high ?? 0) < 0 ? .opposite : .open)
      return
        "\(method) − \(other) \(pairs.estimate?.text(decimals: 2) ?? pairs.mean.signed(decimals: 2)), n = \(pairs.count)"
    }
    let word: Finding.Word = Set(words).count == 1 ? words[0] : words.contains(.opposite) ? .opposite : .open
    return Finding(word: scaled(word), evidence: texts.joined(separator: "; "))
  }

  /// One-sided: less accurate by at most the margin.
  func nonInferiority(_ method: String, to other: String) -> Finding? {
    guard let pairs = pairs(method, other), let estimate = pairs.estimate,
      let margin = accuracyTables.compactMap({ $0.grid.suite.equivalence[.accuracy]?.value }).first
    else { return untested }
    // The one-sided interval of 95 % is the lower end of the two-sided one of 90 %.
    let interval = estimate.interval(confidence: 0.9)
    let word: Finding.Word = interval.low > -margin ? .same : interval.high < -margin ? .opposite : .open
    return Finding(
      word: scaled(word),
      evidence: "\(method) − \(other) \(estimate.text(decimals: 2)), n = \(pairs.count), criterion: above −\(margin)")
  }

  private var untested: Finding? {
    profile.comparable.isEmpty || profile.scale == .small ? nil : Finding(word: .notTested, evidence: "")
  }

  /// Only runs at the paper's own scale can be "reproduced".
  private func scaled(_ word: Finding.Word) -> Finding.Word {
    guard profile.requiresOfficialData, profile.isEvidence else { return word }
    switch word {
    case .same: return .reproduced
    case .opposite: return .differs
    default: return .inconclusive
    }
  }
}

// MARK: - Traces

/// The change of a norm's mean and deviation from the first third of a run to the last, as logarithms of ratios.
struct PSFChange: Hashable, Sendable {
  let mean, deviation: Double

  /// Nil for fewer than nine finite values, or without positive means and deviations.
  ///
  /// - Parameter skipping: the number of initial values to skip, which are atypical of the run.
  init?(_ norms: [Float], skipping: Int = 0) {
    let values = norms.dropFirst(skipping).filter(\.isFinite).map(Double.init)
    guard values.count >= 9, let first = Statistic(Array(values.prefix(values.count / 3))),
      let last = Statistic(Array(values.suffix(values.count / 3))), let before = first.deviation,
      let after = last.deviation, first.mean > 0, last.mean > 0, before > 0, after > 0
    else { return nil }
    mean = log(last.mean / first.mean)
    deviation = log(after / before)
  }

  /// The transient at the start: a tenth of the run, at most the 1,000 iterations of the paper's warm-up.
  static func warmUp(of count: Int) -> Int { min(1000, max(30, count / 10)) }
}

extension Claims {
  /// Every plain SAM run with its traces.
  private var samRuns: [(model: String, traces: RunRecord)] {
    (table(3)?.measurements ?? []).filter { $0.entry.method.label == "SAM" }.flatMap { row in
      row.finished.compactMap { run in traces(run.summary.cellID).map { (row.entry.model.label, $0) } }
    }
  }

  var psfGrowth: [(model: String, change: PSFChange)] {
    samRuns.compactMap { model, traces in
      guard let norms = traces.trace("l2_psf") else { return nil }
      return PSFChange(norms, skipping: PSFChange.warmUp(of: norms.count)).map { (model, $0) }
    }
  }

  /// Correlation between the logarithms of the norms over all layers and over the last layers.
  var lastLayers: Finding? {
    let correlations = samRuns.compactMap { _, traces -> Double? in
      guard let all = traces.trace("l2_psf"), let tail = traces.trace("l2_psf_tail") else { return nil }
      let skipped = PSFChange.warmUp(of: all.count)
      let pairs = zip(all, tail).dropFirst(skipped).filter { $0 > 0 && $1 > 0 && $0.isFinite && $1.isFinite }
      return correlation(pairs.map { (log(Double($0)), log(Double($1))) })
    }
    guard let mean = Statistic(correlations) else { return nil }
    return Finding(
      word: mean.mean > 0.7 ? .same : mean.mean < 0.3 ? .opposite : .open,
      evidence: "correlation of the logarithms \(mean.text(decimals: 2)), n = \(mean.n) runs")
  }
}

/// Pearson's coefficient; nil for fewer than three pairs or a constant side.
func correlation(_ pairs: [(Double, Double)]) -> Double? {
  guard pairs.count > 2, let x = Statistic(pairs.map(\.0)), let y = Statistic(pairs.map(\.1)), let sx = x.deviation,
    let sy = y.deviation, sx > 0, sy > 0
  else { return nil }
  let sum = pairs.reduce(0) { $0 + ($1.0 - x.mean) * ($1.1 - y.mean) }
  return sum / Double(pairs.count - 1) / sx / sy
}

func exponential(_ logarithm: Double) -> String { exp(logarithm).text(decimals: 2) }

extension Finding.Word {
  init(_ judgement: Judgement) {
    switch judgement {
    case .within: self = .reproduced
    case .beyond: self = .differs
    case .undecided: self = .inconclusive
    }
  }
}

extension Measurement {
  /// Last-epoch accuracies minus another row's for the same seeds.
  func differences(to other: Measurement) -> [Double] {
    finished.compactMap { seed, summary in
      guard let mine = summary.result.testAccuracyLast,
        let theirs = other.finished.first(where: { $0.seed == seed })?.summary.result.testAccuracyLast
      else { return nil }
      return mine - theirs
    }
  }
}

extension Statistic {
  /// A mean of logarithms as a factor with its interval: "×2.1 [1.8, 2.4]".
  var asFactor: String {
    let factor = "×" + exponential(mean)
    return interval().map { "\(factor) [\(exponential($0.low)), \(exponential($0.high))]" } ?? factor
  }
}

// MARK: - As a page shows it

extension Report {
  /// The paper's claims with up to four kinds of evidence.
  var claimBlocks: [Page.Block] {
    guard !claims.isEmpty else { return [] }
    let kinds: [(Table.Column, (Claim) -> Finding?)] = [
      (Table.Column("paper", title: "the paper's own numbers", alignment: .left), { $0.paper }),
      (Table.Column("speed", title: "speed, here", alignment: .left), { $0.speed }),
      (Table.Column("sampling", title: "sampling and norms, here", alignment: .left), { $0.sampling }),
      (Table.Column("accuracy", title: "accuracy, here", alignment: .left), { $0.accuracy }),
    ].filter { kind in claims.contains { kind.1($0) != nil } }
    let rows = claims.map { claim -> [Table.Entry] in
      [.text("\(claim.statement) (\(claim.place))")] + kinds.map { .text($0.1(claim)?.text ?? "") }
    }
    return [
      .heading(2, "The paper's claims"),
      .table(Table(columns: [Table.Column("claim", alignment: .left)] + kinds.map(\.0), rows: rows)),
      .paragraph(
        "Speeds: one value per model, since its data sets train the same network. Outcomes: docs/verdicts.md."),
    ]
  }

  package var claimData: Table {
    let kinds: [(String, (Claim) -> Finding?)] = [
      ("paper", { $0.paper }), ("speed", { $0.speed }), ("sampling", { $0.sampling }), ("accuracy", { $0.accuracy }),
    ]
    return Table(
      columns: (["claim", "place"] + kinds.flatMap { [$0.0, "\($0.0)_evidence"] }).map {
        Table.Column($0, alignment: .left)
      },
      rows: claims.map { claim in
        [.text(claim.statement), .text(claim.place)]
          + kinds.flatMap { kind -> [Table.Entry] in
            guard let finding = kind.1(claim) else { return [.none, .none] }
            return [.text(finding.word.rawValue), .text(finding.evidence)]
          }
      })
  }
}

extension Finding {
  var text: String { "**\(word.rawValue)**" + (evidence.isEmpty ? "" : ": \(evidence)") }
}
