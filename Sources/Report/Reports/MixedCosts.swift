import Configuration
import Records
import Statistics
import Store
import Suites

/// The cost of one of the paper's schedules on one model, from this suite's kinds of steps, and the printed speeds.
package struct MixedCost: Sendable {
  package let part: Mixture
  package let model: String
  /// The file of printed numbers: `paper/table2.csv`.
  let file: String
  /// Printed rows of one model and file, each with the share of its steps that are of the first kind.
  package let rows: [Row]
  /// The paper's c minus ours, averaged over the rows: the data sets of a model train the same network.
  package let difference: Estimate?
  /// The error of the expected values at their mean share; 0 if only SGD's and SAM's steps are mixed.
  let error: (value: Double, freedom: Double)
  package let outcome: VerdictOutcome
  let reason: String?

  package struct Row: Sendable {
    let printed: PublishedRow
    /// Nil where the paper prints no sampling number.
    let share: Double?
    /// SGD's and SAM's printed speeds on the same model and data set.
    let scale: (one: Double, two: Double)?
    package let expected: Double?

    /// In percent of SAM's.
    fileprivate var printedSpeed: Double? {
      scale.flatMap { scale in printed.imagesPerSecond.map { 100 * $0 / scale.two } }
    }

    package var printedCost: Double? {
      guard let speed = printed.imagesPerSecond, let scale else { return nil }
      return StepCost(speed: speed, one: scale.one, two: scale.two)?.value
    }

    /// In percent of SAM's on the paper's machine: the paper's fixed cost per step and our gradients per step.
    package var expectedSpeed: Double? {
      guard let expected, let scale else { return nil }
      return 100 / scale.two / (1 / scale.one + (expected - 1) * (1 / scale.two - 1 / scale.one))
    }
  }

  package var table: String { MixedCost.table(of: file) }

  fileprivate static func table(of file: String) -> String {
    file.split(separator: "/").last.map {
      String($0).replacing(".csv", with: "").replacing("table", with: "Table ")
    } ?? file
  }
}

extension TableReport {
  /// c of a kind of step on a model: SGD's is 1 and SAM's 2.
  private func cost(ofStep label: String, on model: String) -> Estimate? {
    guard let row = measurements.first(where: { $0.entry.method.label == label && $0.entry.model.label == model })
    else {
      return nil
    }
    if row.makesScale {
      return row.finished.isEmpty ? nil : Estimate(value: row.entry.method.name == "sgd" ? 1 : 2, error: 0, freedom: 1)
    }
    return costEstimate(row)
  }

  /// Every schedule that the suite names, on every model with printed rows for it.
  package var mixedCosts: [MixedCost] {
    guard let mixtures = grid.suite.mixtures else { return [] }
    let files = mixtures.rows.map(\.file).uniqued()
    return mixtures.parts.flatMap { part in
      files.enumerated().flatMap { index, file in
        grid.models.map(\.label).filter { model in
          // A later table may print the same rows again.
          index == 0 || !isReprinted(part, of: mixtures, in: file, after: files.prefix(index), on: model)
        }.compactMap { mixedCost(part, of: mixtures, in: file, on: $0) }
      }
    }
  }

  /// Whether all rows of a method in a file repeat speeds that an earlier file prints for the same model and data set.
  private func isReprinted(
    _ part: Mixture, of mixtures: Mixtures, in file: String, after earlier: ArraySlice<String>, on model: String
  ) -> Bool {
    func rows(_ file: String) -> [PublishedRow] {
      mixtures.rows.filter {
        $0.file == file && $0.row.method == part.published && $0.row.model == model && $0.row.mark == nil
      }.map(\.row)
    }
    let known = earlier.flatMap(rows)
    return rows(file).allSatisfy { row in
      known.contains { $0.dataset == row.dataset && $0.imagesPerSecond == row.imagesPerSecond }
    }
  }

  private func mixedCost(_ part: Mixture, of mixtures: Mixtures, in file: String, on model: String) -> MixedCost? {
    let all = mixtures.rows.filter { $0.file == file && $0.row.method == part.published && $0.row.model == model }
      .map { $0.row }
    // The paper's own rows; if there are none, those it quotes.
    let own = all.filter { $0.mark == nil }
    let printed = own.isEmpty ? all : own
    guard !printed.isEmpty else { return nil }
    let first = cost(ofStep: part.first, on: model)
    let rest = part.rest.flatMap { cost(ofStep: $0, on: model) } ?? Estimate(value: 0, error: 0, freedom: 1)
    let rows = printed.map { row -> MixedCost.Row in
      let share: Double? =
        switch part.share {
        case .fixed(let share): share
        case .sampled: row.sampledShare
        }
      func speed(_ method: String) -> Double? {
        mixtures.rows.first {
          $0.row.method == method && $0.row.model == model && $0.row.dataset == row.dataset && $0.row.mark == nil
            && $0.row.imagesPerSecond != nil
        }?.row.imagesPerSecond
      }
      let scale = speed("SGD").flatMap { one in speed("SAM").map { (one: one, two: $0) } }
      let expected = first.flatMap { first in share.map { $0 * first.value + (1 - $0) * rest.value } }
      return MixedCost.Row(printed: row, share: share, scale: row.mark == nil ? scale : nil, expected: expected)
    }
    let shares = rows.compactMap(\.share)
    let mean = Statistic(shares)?.mean ?? 1
    let error = ((mean * (first?.error ?? 0)).squared + ((1 - mean) * rest.error).squared).squareRoot()
    // An exact cost has one degree of freedom: the other part's counts.
    let freedom = max(first?.freedom ?? 1, rest.freedom, 1)
    let noise = grid.suite.equivalence[.imagesPerSecond]?.printed
    var groups: [String] = []
    let known = rows.compactMap { row -> (percent: Double, one: Double, expected: Double, group: Int)? in
      guard let speed = row.printed.imagesPerSecond, let scale = row.scale, let expected = row.expected else {
        return nil
      }
      if !groups.contains(row.printed.dataset) { groups.append(row.printed.dataset) }
      return (
        100 * speed / scale.two, 100 * scale.one / scale.two, expected,
        groups.firstIndex(of: row.printed.dataset) ?? 0
      )
    }
    let difference =
      first == nil
      ? nil
      : StepCost.difference(
        known, deviation: noise?.deviation ?? 0, freedom: Double(noise?.freedom ?? 1),
        expected: (error, freedom))
    let turns = measurements.filter { $0.entry.model.label == model }.compactMap(\.cost?.n).max()
    let (outcome, reason) = judge(
      rows, difference, first: first, rest: rest, error: error, turns: turns ?? 1, isQuoted: own.isEmpty)
    return MixedCost(
      part: part, model: model, file: file, rows: rows, difference: difference,
      error: (error, freedom), outcome: outcome, reason: reason)
  }

  private func judge(
    _ rows: [MixedCost.Row], _ difference: Estimate?, first: Estimate?, rest: Estimate, error: Double, turns: Int,
    isQuoted: Bool
  ) -> (VerdictOutcome, String?) {
    guard let first else { return (.notRun, nil) }
    if isQuoted { return (.quoted, "quoted by the paper from another paper and machine") }
    if rows.contains(where: { $0.share == nil }) {
      let implied = rows.compactMap { row in
        row.printedCost.map { 100 * ($0 - rest.value) / (first.value - rest.value) }
      }
      let shares = implied.map { $0.text(decimals: 0) }.joined(separator: " and ")
      return (.notComparable, "no sampling number is printed; the speed implies \(shares) %")
    }
    // SGD's and SAM's own steps define the scale: printed speeds are compared with printed counts.
    let isMeasured = first.error > 0 || rest.error > 0
    guard let difference, let margin = grid.suite.equivalence[.imagesPerSecond] else {
      return (.inconclusive, "the paper prints no speeds of SGD and SAM for it")
    }
    switch difference.judge(margin: margin.value) {
    case .within: return isMeasured ? (.reproduced, nil) : (.consistent, "printed speed and printed count")
    case .beyond: return (.differs, isMeasured ? nil : "printed speed and printed count")
    case .undecided:
      let printed = max(0, difference.error * difference.error - error * error).squareRoot()
      let enough = runsForEquivalence(
        deviation: error * Double(turns).squareRoot(),
        groups: max(1, Int((first.freedom / Double(max(1, turns - 1))).rounded())), margin: margin.value,
        other: (printed, Double(grid.suite.equivalence[.imagesPerSecond]?.printed?.freedom ?? 1)))
      guard let enough else { return (.inconclusive, "the printed speeds are too uncertain for any number of turns") }
      let words = enough > turns ? "; \(enough) would give 80 % power" : ": near the edge of the margin"
      return (.inconclusive, "\(turns) turns\(words)")
    }
  }
}

// MARK: - As a page shows it

extension TableReport {
  /// The paper's schedules computed from the measured steps, and its printed speeds.
  var mixtureBlocks: [Page.Block] {
    let costs = mixedCosts.filter { $0.rows.contains { $0.expected != nil } || $0.outcome == .notComparable }
    guard !costs.isEmpty else { return [] }
    let columns: [Table.Column] = [
      .left("method"), .left("table"), .left("model"), .right("share", "share of first kind, %"),
      .right("ais", "AIS, % of SAM: paper → expected"), .right("c", "c: paper → expected"),
      .right("difference", "paper − expected [95 %]"), .left("verdict"),
    ]
    var notes = Footnotes()
    let rows = costs.map { cost -> [Table.Entry] in
      func list(_ value: (MixedCost.Row) -> String?) -> String {
        let texts = cost.rows.map { value($0) ?? "–" }
        return Set(texts).count == 1 ? texts[0] : texts.joined(separator: ", ")
      }
      let mark = cost.reason.map { " " + notes.mark($0) } ?? ""
      return Table.row(
        cost.part.published, cost.table, cost.model, list { $0.share.map { (100 * $0).text(decimals: 0) } },
        Table.Entry.pair(list { $0.printedSpeed?.text(decimals: 0) }, list { $0.expectedSpeed?.text(decimals: 0) }),
        Table.Entry.pair(list { $0.printedCost?.text(decimals: 2) }, list { $0.expected?.text(decimals: 2) }),
        cost.outcome == .quoted ? "" : cost.difference?.text(decimals: 2) ?? "",
        [cost.outcome.rawValue + mark, cost.outcome.mark].filter { !$0.isEmpty }.joined(separator: " "))
    }
    var table = Table(columns: columns, rows: rows, notes: notes.all)
    table.caption = "The paper's schedules as mixtures of measured steps"
    return [.heading(3, "The paper's schedules, from these steps"), .paragraph(mixtureText(costs)), .table(table)]
  }

  private func mixtureText(_ costs: [MixedCost]) -> String {
    let parts = grid.suite.mixtures?.parts ?? []
    let words = parts.filter { $0.rest != nil }.map { part -> String in
      let share: String =
        switch part.share {
        case .sampled: "printed share"
        case .fixed(let share): "\((100 * share).text(decimals: 0)) %"
        }
      return "\(part.published): \(share) \(part.first), rest \(part.rest ?? "")"
    }
    let decided = decidedSpeeds(costs)
    return
      "Expected AIS: the paper's SGD and SAM speeds with our gradients per step. \(words.joined(separator: "; ")). "
      + "Decided: \(decided.decided) of \(decided.all) speeds of \(MixedCost.table(of: mainFile)), "
      + "\(decided.consistent) of them without a measurement; rows of one model are judged together."
  }

  private var mainFile: String { grid.suite.mixtures?.rows.first?.file ?? "" }

  /// How many printed speeds of the main file are decided, reproduced by measured steps, and consistent without a
  /// measurement.
  package func decidedSpeeds(
    _ costs: [MixedCost]
  ) -> (decided: Int, reproduced: Int, consistent: Int, all: Int) {
    let own = costs.filter { $0.file == mainFile && $0.outcome != .quoted }
    func count(_ outcomes: Set<VerdictOutcome>) -> Int {
      own.filter { outcomes.contains($0.outcome) }.reduce(0) { $0 + $1.rows.count }
    }
    let all = own.reduce(0) { $0 + $1.rows.count }
    return (count([.reproduced, .consistent, .differs]), count([.reproduced]), count([.consistent]), all)
  }

  /// One row per printed row, at full precision.
  var mixtureRows: [[Table.Entry]] {
    mixedCosts.flatMap { cost in
      let interval = cost.difference?.interval()
      return cost.rows.map { row -> [Table.Entry] in
        Table.row(
          name, cost.file, cost.part.published, cost.model, row.printed.dataset, row.printed.alpha, row.printed.gamma,
          cost.part.first, cost.part.rest, row.share, row.printedCost, row.expected, row.expectedSpeed,
          cost.difference?.value, interval?.low, interval?.high, cost.outcome.rawValue, cost.reason)
      }
    }
  }

  static let mixtureKeys = [
    "suite", "printed_in", "method", "model", "dataset", "alpha", "gamma", "first_kind", "other_kind", "share",
    "paper_cost", "expected_cost", "expected_ais_percent", "difference", "difference_low", "difference_high", "verdict",
    "reason",
  ]
}

// MARK: - Figure

extension TableReport {
  /// Gradients per step, from printed speeds and from measured steps, for all methods and models.
  var mixtureFigure: Figure? {
    let costs = mixedCosts.filter { cost in cost.file == mainFile && cost.rows.contains { $0.expected != nil } }
    guard !costs.isEmpty else { return nil }
    let names = costs.map(\.part.published).uniqued()
    let noise = grid.suite.equivalence[.imagesPerSecond]?.printed
    var farthest: (words: String, distance: Double)?
    let panels = grid.models.compactMap { model -> Plot.Panel? in
      let mine = costs.filter { $0.model == model.label }
      guard !mine.isEmpty else { return nil }
      var (paper, ours, counted): ([[Double]], [[Double]], [[Double]]) = ([], [], [])
      for cost in mine {
        let height = Double(names.count - 1 - (names.firstIndex(of: cost.part.published) ?? 0))
        for (index, row) in cost.rows.enumerated() {
          let y = height + 0.15 - 0.3 * Double(index)
          if let expected = row.expected {
            let interval = Estimate(value: expected, error: cost.error.value, freedom: cost.error.freedom).interval()
            if cost.error.value > 0 {
              ours.append([expected, y - 0.08, interval.low, interval.high])
            } else {
              counted.append([expected, y])
            }
          }
          guard let scale = row.scale, let speed = row.printed.imagesPerSecond, let value = row.printedCost else {
            continue
          }
          let interval = StepCost.printed(
            percent: 100 * speed / scale.two, one: 100 * scale.one / scale.two, deviation: noise?.deviation ?? 0,
            freedom: Double(noise?.freedom ?? 1))?.interval()
          paper.append([value, y + 0.04, interval?.low ?? value, interval?.high ?? value])
          if let expected = row.expected, abs(value - expected) > farthest?.distance ?? 0 {
            farthest = (
              "\(cost.part.published) on \(model.label), printed at \(value.text(decimals: 2)), measured at "
                + expected.text(decimals: 2), abs(value - expected)
            )
          }
        }
      }
      return costPanel(
        model, names: names,
        [
          Plot.Series(title: "paper, 95 %", style: .intervals(.init(number: 2, isFilled: false)), points: paper),
          Plot.Series(title: "measured steps, 95 %", style: .intervals(.init(number: 1)), points: ours),
          Plot.Series(title: "counted", style: .ticks(.init(number: 0)), points: counted),
        ])
    }
    guard !panels.isEmpty else { return nil }
    let datasets = costs.map { $0.rows.map(\.printed.dataset) }.max { $0.count < $1.count } ?? []
    let places = zip(["upper", "lower"], datasets).map { "\($0) \($1)" }.joined(separator: ", ")
    return Figure(
      name: file("mixtures"), title: "Gradients per step: the paper's speeds and measured steps",
      caption:
        "SGD 1, SAM 2. Hollow: the paper's speeds (\(places)). Filled: steps measured here on the paper's networks, "
        + "mixed as in its schedules. Tick: counted, where these are SGD's and SAM's steps.",
      finding: farthest.map { "Farthest apart: \($0.words)." } ?? "",
      plot: Plot(rows: [panels], width: 340 * max(2, panels.count), height: 150 + 44 * names.count))
  }
}
