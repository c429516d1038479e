import Configuration
import Records
import Statistics
import Store
import Suites

/// Two methods paired by model, data set and seed, over all tables that have both.
package struct Comparison: Sendable {
  /// One model and data set.
  struct Row: Sendable {
    let one, other: Measurement
    /// Last-epoch accuracies, one minus other, by seed.
    let differences: [Double]
    /// Training time to the target accuracy in percent of the other's, for seeds with which the other reaches it;
    /// infinite if one does not.
    let times: [Double]
    /// The number of seeds with which one never reaches the target.
    let unreached: Int
    let margin: Double?
    let target: String
    /// The part of the other method's gain over SGD that one keeps, if a table has SGD.
    let kept: PairedRatio?

    /// The median over seeds, which infinite times do not bias; infinite if half of them are.
    var time: Double? {
      guard !times.isEmpty else { return nil }
      let sorted = times.sorted()
      let middle = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
  }

  package let one: String
  package let other: String
  let rows: [Row]
  private let profile: Profile
  private let dataNotes: [String]

  /// - Parameters:
  ///   - one, other: labels of rows or names of methods; only letters and digits are compared, without case.
  ///   - target: the accuracy in percent for the time to target; by default the other method's last-epoch accuracy with
  ///     the same seed.
  /// - Returns: nil when no table has both.
  package init?(_ one: String, against other: String, in grids: [Grid], from results: Results, target: Double? = nil) {
    let results = results.settled(for: grids)
    var found: [(a: Grid.Entry, b: Grid.Entry, plain: Grid.Entry?, margin: Double?)] = []
    let all = grids.flatMap { $0.entries + $0.hiddenBaseline }
    let scales = TimeScales(grids, from: results)
    let (isOne, isOther) = (all.meaning(one), all.meaning(other))
    for grid in grids {
      for (model, dataset) in grid.blocks {
        let entries = (grid.entries + grid.hiddenBaseline).filter { $0.model == model && $0.dataset == dataset }
        guard let a = entries.first(where: isOne), let b = entries.first(where: isOther), a.method != b.method else {
          continue
        }
        // Tables share runs, and each pair counts once: of two rows, the one with more seeds.
        func covers(_ x: (Grid.Entry, Grid.Entry), _ y: (Grid.Entry, Grid.Entry)) -> Bool {
          Set(x.0.cells).isSuperset(of: y.0.cells) && Set(x.1.cells).isSuperset(of: y.1.cells)
        }
        if found.contains(where: { covers(($0.a, $0.b), (a, b)) }) { continue }
        found.removeAll { covers((a, b), ($0.a, $0.b)) }
        let plain = entries.first { $0.method.name == "sgd" && $0.method.quantization == nil }
        found.append((a, b, plain, grid.suite.equivalence[.accuracy]?.value))
      }
    }
    let rows = found.map { a, b, plain, margin in
      var mine = Measurement(a, in: results)
      let theirs = Measurement(b, in: results)
      mine.compare(with: theirs, on: scales[a])
      let kept = plain.flatMap { plain in
        [a, b].contains { $0.method == plain.method }
          ? nil : mine.keptGain(of: theirs, over: Measurement(plain, in: results))
      }
      return Row(mine, theirs, target: target, margin: margin, kept: kept)
    }
    guard let first = rows.first else { return nil }
    self.one = first.one.entry.method.label
    self.other = first.other.entry.method.label
    self.rows = rows
    profile = grids[0].profile
    dataNotes = results.dataNotes
  }

  /// All labels, for suggestions.
  package static func names(in grids: [Grid]) -> [String] {
    grids.flatMap { $0.entries + $0.hiddenBaseline }.map(\.method.label).uniqued()
  }

  /// Whether some seed of some pair has no result.
  package var isMissingRuns: Bool {
    rows.contains { !$0.one.absent.isEmpty || !$0.other.absent.isEmpty || $0.one.planned == 0 || $0.other.planned == 0 }
  }

  /// Whether in some row the first method is less accurate by more than the margin.
  package var isWorse: Bool {
    rows.contains { row in
      guard let estimate = Statistic(row.differences).flatMap({ Estimate($0) }), let margin = row.margin else {
        return false
      }
      return estimate.interval().high < -margin
    }
  }

  package var page: Page { page(showsBanners: true) }

  /// - Parameter showsBanners: whether to repeat the warnings about the profile and the data.
  package func page(showsBanners: Bool) -> Page {
    var notes = Footnotes()
    let probes = Comparison.probes.filter { probe in
      rows.contains { $0.one.probed(probe.name, .batch) != nil || $0.other.probed(probe.name, .batch) != nil }
    }
    let hasGain = rows.contains { $0.kept != nil }
    let hasGaps = rows.contains { $0.one.trainTestGap != nil && $0.other.trainTestGap != nil }
    var columns: [Table.Column] = [
      .left("model"), .left("dataset", "data"), .right("accuracy", "accuracy, points [95 %]"),
    ]
    if hasGain { columns.append(.right("gain", "% of \(other)'s gain [95 %]")) }
    if hasGaps { columns.append(.right("gap", "training − test")) }
    columns += [
      .right("gradients", "counted gradients"), .right("speed", "AIS, % of \(other) [95 %]"),
      .right("time", "time to target, %"),
    ]
    columns += probes.map { .right($0.name, $0.title) } + [.right("n")]
    let entries = rows.map { row -> [Table.Entry] in
      var marks = row.one.speedNotes.map { notes.mark($0) }
      for measurement in [row.one, row.other] {
        marks += measurement.stopped.map {
          notes.mark("\(measurement.entry.method.label), seed \($0.seed): \($0.reason)")
        }
      }
      if row.unreached > 0 {
        marks.append(
          notes.mark(
            "\(one) does not reach \(row.target) with \(row.unreached) seed\(row.unreached == 1 ? "" : "s"): "
              + "counted as later"))
      }
      let accuracy = Statistic(row.differences)
      func both(_ value: (Measurement) -> String?) -> String {
        [row.one, row.other].map { value($0) ?? "–" }.joined(separator: " : ")
      }
      var entries = Table.row(
        ([row.one.entry.model.label] + marks).joined(separator: " "), row.one.entry.dataset.label,
        accuracy.map { $0.withInterval(decimals: 2) } ?? "not run")
      if hasGain { entries.append(.text(row.kept?.percent ?? "–")) }
      if hasGaps { entries.append(.text(both { $0.trainTestGap?.mean.text(decimals: 1).replacing("-", with: "−") })) }
      entries += Table.row(
        both { $0.countedCost?.mean.text(decimals: 2) },
        row.one.relativeSpeed.map { $0.plainInterval(decimals: 0) } ?? "–",
        row.time.map { $0.isFinite ? $0.text(decimals: 0) : "not reached" } ?? "–")
      for probe in probes { entries.append(.text(both { $0.probed(probe.name, .batch)?.shown })) }
      return entries + [.text("\(row.differences.count)/\(max(row.one.planned, row.other.planned))")]
    }
    var text =
      "Last-epoch accuracy and speed, paired by seed, Student's intervals. "
      + (hasGain
        ? "% of \(other)'s gain: the part of \(other)'s gain over SGD that \(one) keeps, Fieller's interval. " : "")
      + "Time to target: training time until test "
      + "accuracy reaches \(rows[0].target), in percent of \(other)'s, median over seeds."
    if let pairs {
      let estimate = pairs.estimate.map {
        " [\($0.interval().low.signed(decimals: 2)), \($0.interval().high.signed(decimals: 2))]"
      }
      text += " Over all rows: \(pairs.mean.signed(decimals: 2))\(estimate ?? "") points, "
      text +=
        pairs.smallestProbability > 0.05
        ? "no p: **\(pairs.count) pair\(pairs.count == 1 ? "" : "s") cannot reach p < 0.05**."
        : "p = \(pairs.signFlipProbability.text(decimals: 3)), sign-flip test over \(pairs.count) pairs, stratified by "
          + "row."
    }
    return Page(
      [.heading(1, "\(one) against \(other)"), .paragraph(circumstances)] + (showsBanners ? banners : []) + [
        .table(Table(columns: columns, rows: entries, notes: notes.all)),
        .paragraph(text),
      ])
  }

  /// Probes to compare, with batch statistics.
  private static let probes = [
    (name: "lambda_max", title: "λ max"), (name: "trace", title: "trace"),
    (name: "sharpness_128", title: "sharpness, m = 128"),
  ]

  /// "smoke profile; cifar10, generated, 128 training and 64 test images".
  private var circumstances: String {
    let data = Set(rows.flatMap { $0.one.finished + $0.other.finished }.map(\.summary.data))
    let words = data.map(\.description).sorted()
    return "\(profile.name) profile; " + (words.isEmpty ? "no results" : words.joined(separator: "; ")) + "."
  }

  private var banners: [Page.Block] { ((profile.banner.map { [$0] } ?? []) + dataNotes).map { .banner($0) } }

  /// All rows together, with equal weights.
  private var pairs: StratifiedPairs? { StratifiedPairs(rows.map(\.differences)) }

  /// Every number at full precision.
  package var data: Table {
    var keys = [
      "model", "dataset", "method", "against", "n", "accuracy_difference", "accuracy_difference_low",
      "accuracy_difference_high", "baseline_gain_kept", "baseline_gain_kept_low", "baseline_gain_kept_high",
      "train_test_gap", "against_train_test_gap", "sign_flip_p_all_rows", "counted_cost", "against_counted_cost",
      "ais_percent",
      "ais_percent_low", "ais_percent_high", "ais_n", "time_to_target_percent", "time_to_target_n", "target",
    ]
    for probe in Comparison.probes { keys += [probe.name, "against_\(probe.name)"] }
    let p = pairs?.signFlipProbability
    let entries = rows.map { row -> [Table.Entry] in
      let accuracy = Statistic(row.differences)
      let student = accuracy?.interval()
      let (speed, kept) = (row.one.relativeSpeed, row.kept?.interval())
      let entries = Table.row(
        row.one.entry.model.label, row.one.entry.dataset.label, row.one.entry.method.label,
        row.other.entry.method.label, row.differences.count, accuracy?.mean, student?.low, student?.high,
        row.kept?.value, kept?.low, kept?.high, row.one.trainTestGap?.mean, row.other.trainTestGap?.mean, p,
        row.one.countedCost?.mean, row.other.countedCost?.mean, speed?.mean, speed?.interval()?.low,
        speed?.interval()?.high, speed?.n ?? 0, row.time.flatMap { $0.isFinite ? $0 : nil }, row.times.count,
        row.target)
      return Comparison.probes.reduce(entries) { entries, probe in
        entries + [row.one, row.other].map { .number($0.probed(probe.name, .batch)) }
      }
    }
    return Table(keys, rows: entries)
  }

  package var json: String {
    data.json(schema: "sambench.comparison", head: [("method", .text(one)), ("against", .text(other))])
  }
}

extension Comparison.Row {
  fileprivate init(
    _ one: Measurement, _ other: Measurement, target: Double?, margin: Double?, kept: PairedRatio?
  ) {
    self.kept = kept
    self.one = one
    self.other = other
    self.margin = margin
    differences = one.differences(to: other)
    self.target = target.map { "\($0) %" } ?? "\(other.entry.method.label)'s final accuracy"
    var times: [Double] = []
    var unreached = 0
    for (seed, summary) in one.finished {
      guard let theirs = other.finished.first(where: { $0.seed == seed })?.summary,
        let goal = target.map(Float.init) ?? theirs.lastAccuracy
      else { continue }
      guard let reference = theirs.seconds(to: goal), reference > 0 else { continue }
      if let mine = summary.seconds(to: goal) {
        times.append(100 * mine / reference)
      } else {
        times.append(.infinity)
        unreached += 1
      }
    }
    (self.times, self.unreached) = (times, unreached)
  }
}

extension RunRecord {
  private func epoch(_ name: String) -> [Float] { epochs.first { $0.name == name }?.values ?? [] }

  fileprivate var lastAccuracy: Float? { epoch("test_accuracy").last { $0.isFinite } }

  /// Seconds of training with data loading, up to the first epoch whose test accuracy is at least `accuracy`.
  fileprivate func seconds(to accuracy: Float) -> Double? {
    let (accuracies, seconds) = (epoch("test_accuracy"), epoch("train_seconds"))
    guard accuracies.count == seconds.count, let index = accuracies.firstIndex(where: { $0 >= accuracy }) else {
      return nil
    }
    return seconds[...index].reduce(0) { $0 + Double($1) }
  }
}

extension [Grid.Entry] {
  /// Matches a name: rows with that label if there are any, otherwise rows of a method of that name.
  fileprivate func meaning(_ name: String) -> (Grid.Entry) -> Bool {
    if contains(where: { $0.method.label == name }) { return { $0.method.label == name } }
    let wanted = name.comparable
    if contains(where: { $0.method.label.comparable == wanted }) { return { $0.method.label.comparable == wanted } }
    return { $0.method.name.comparable == wanted }
  }
}

extension String {
  fileprivate var comparable: String { lowercased().filter { $0.isLetter || $0.isNumber } }
}

extension Statistic {
  /// "+0.09 [−0.12, +0.30]", or the value alone of a single run.
  fileprivate func withInterval(decimals: Int) -> String {
    Estimate(self)?.text(decimals: decimals) ?? mean.signed(decimals: decimals)
  }

  /// "141 [132, 150]".
  fileprivate func plainInterval(decimals: Int) -> String {
    guard let interval = interval() else { return mean.text(decimals: decimals) }
    return
      "\(mean.text(decimals: decimals)) [\(interval.low.text(decimals: decimals)), \(interval.high.text(decimals: decimals))]"
  }
}
