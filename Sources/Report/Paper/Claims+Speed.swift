import Reports
import Statistics
import Suites

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
        "full width, printed counts: \(low.text(decimals: 0)) to \(high.text(decimals: 0)) % of SAM; printed speeds "
        + "reproduced on \(reproduced) of \(costs.count) models")
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
      evidence: "c at most \(high.text(decimals: 2)), n = \(estimates.count) full-width models; criterion: at most "
        + "\(limit)")
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

extension Finding.Word {
  fileprivate init(_ judgement: Judgement) {
    switch judgement {
    case .within: self = .reproduced
    case .beyond: self = .differs
    case .undecided: self = .inconclusive
    }
  }
}
