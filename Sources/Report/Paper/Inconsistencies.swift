import Reports
import Statistics
import Suites

/// Contradictions among the paper's printed numbers, computed from them.
struct Inconsistencies {
  /// Rows with the number of the table they are printed in.
  let rows: [(table: Int, row: PublishedRow)]

  init(_ tables: [TableReport]) {
    rows = tables.flatMap { table in
      (table.grid.suite.published?.rows ?? []).map { (table.grid.suite.table ?? 0, $0) }
    }
  }

  init(printed rows: [(table: Int, row: PublishedRow)]) { self.rows = rows }

  /// Those that matter first.
  var ranked: [Contradiction] {
    let matters = [
      belowRareSAM, costsBesideCounts, sameRows, fewerSamplesAtLargerAlpha, fasterWithMoreSamples, lessAccurate,
    ]
    let minor = [
      gammaSpeed, slowerAblation, aboveTheirLimit, aboutForty, fullPrecision, foreignSpeeds, convertedCounts,
      misroundedSpeeds, unmarkedTies,
    ]
    return matters.compactMap { $0 }.map { Contradiction(.matters, $0) }
      + minor.compactMap { $0 }.map { Contradiction(.minor, $0) }
  }

  /// Speeds of Table 3 whose c is far from the gradients that the method computes.
  private var costsBesideCounts: String? {
    let odd = own(in: 3).compactMap { row -> String? in
      guard !["SGD", "SAM"].contains(row.method), let mine = row.imagesPerSecond,
        let one = own("SGD", in: 3, like: row)?.imagesPerSecond,
        let two = own("SAM", in: 3, like: row)?.imagesPerSecond,
        let cost = StepCost(speed: mine, one: one, two: two)?.value
      else { return nil }
      let words: String
      if let share = row.sampledShare {
        let counted = 1 + share
        guard abs(cost - counted) > 0.2 else { return nil }
        words = "its count gives \(counted.text(decimals: 2))"
      } else if row.method == "ESAM" {
        // A whole gradient, and a second one on at least half of the batch.
        guard cost < 1.5 else { return nil }
        words = "its algorithm needs at least 1.5"
      } else {
        guard abs(cost - 1) > 0.2 else { return nil }
        words = "it needs one gradient"
      }
      return "\(row.name) \(cost.text(decimals: 2)), \(words)"
    }
    return sentence(odd) {
      "Gradients per step implied by the printed speeds, against what the methods compute: \($0)."
    }
  }

  /// Pairs of rows in Table 1 in which more samples come with a lower accuracy.
  private var lessAccurate: String? {
    let odd = pairs(in: 1) { a, b in
      guard let m = a.samplingNumber, let n = b.samplingNumber, let x = a.accuracyMean, let y = b.accuracyMean else {
        return false
      }
      return m < n && x > y
    }
    return sentence(odd.map { "\($0.0.name) (\($0.0.counts)) above \($0.1.name) (\($0.1.counts))" }) {
      "Section 4.2: accuracy improves with the sampling number; Table 1 has \($0)."
    }
  }

  private var gammaSpeed: String? {
    let speeds = own(in: 2).compactMap(\.imagesPerSecond)
    guard let low = speeds.min(), let high = speeds.max(), low < high,
      let sam = own(in: 1).first(where: { $0.relativeSpeed == 100 })?.imagesPerSecond
    else { return nil }
    return "\"Gamma has a small effect on optimization speed\": Table 2's speeds span \(low.text(decimals: 0)) to "
      + "\(high.text(decimals: 0)) images/s, \((100 * (high - low) / sam).text(decimals: 1)) points of AIS, nearly all "
      + "through the sampling number, which gamma should not affect."
  }

  private var own: [(table: Int, row: PublishedRow)] { rows.filter { $0.row.mark == nil } }

  /// The paper's own rows of a table, of all methods or of some.
  private func own(in table: Int, _ methods: String...) -> [PublishedRow] {
    own.filter { $0.table == table && (methods.isEmpty || methods.contains($0.row.method)) }.map(\.row)
  }

  /// A sentence about the cases found; nil if there are none.
  private func sentence(_ cases: [String], by separator: String = "; ", _ text: (String) -> String) -> String? {
    cases.isEmpty ? nil : text(cases.joined(separator: separator))
  }

  /// The paper's own row of another method on the same model and data set.
  private func own(_ method: String, in table: Int, like row: PublishedRow) -> PublishedRow? {
    own(in: table, method).first { $0.isBeside(row) }
  }

  private func baseline(of row: (table: Int, row: PublishedRow)) -> PublishedRow? {
    rows.first {
      ($0.table == row.table || row.table == 4 && $0.table == 3) && $0.row.isBeside(row.row)
        && $0.row.relativeSpeed == 100
    }?.row
  }

  /// The printed percentage and the one computed from images per second.
  private func ratios(_ rows: [(table: Int, row: PublishedRow)]) -> [(String, printed: Double, computed: Double)] {
    rows.compactMap { item in
      guard let printed = item.row.relativeSpeed, let speed = item.row.imagesPerSecond,
        let base = baseline(of: item)?.imagesPerSecond
      else { return nil }
      return ("Table \(item.table) \(item.row.name)", printed, 100 * speed / base)
    }
  }

  private var misroundedSpeeds: String? {
    let wrong = ratios(own).filter { $0.computed.rounded() != $0.printed }
    return sentence(
      wrong.map { "\($0.0): \($0.computed.text(decimals: 2)) printed as \($0.printed.text(decimals: 0))" }
    ) { "Percentages that are not the rounded ratio of the printed images per second: \($0)." }
  }

  private var foreignSpeeds: String? {
    let wrong = ratios(rows.filter { $0.row.mark != nil }).filter { abs($0.computed - $0.printed) > 1 }
    return sentence(
      wrong.map { "\($0.0): \($0.printed.text(decimals: 0)), not \($0.computed.text(decimals: 1))" }
    ) { "Quoted rows mix percentages of their own paper's SAM with images per second of another machine: \($0)." }
  }

  /// Rows of different tables with the same accuracy on the same model and data set.
  private var sameRows: String? {
    var found: [String] = []
    for (index, a) in own.enumerated() where a.row.method == "vSAM" {
      for b in own.dropFirst(index + 1)
      where b.table != a.table && b.row.method == a.row.method && b.row.isBeside(a.row)
        && b.row.accuracyMean == a.row.accuracyMean && a.row.samplingNumber != nil && b.row.samplingNumber != nil
        && a.table < 3
      {
        let same = a.row.samplingNumber == b.row.samplingNumber && a.row.imagesPerSecond == b.row.imagesPerSecond
        found.append(
          "Table \(a.table) \(a.row.name) and Table \(b.table) \(b.row.name) are "
            + (same
              ? "one run (\(a.row.counts))"
              : "equally accurate with other counts (\(a.row.counts) against \(b.row.counts))"))
      }
    }
    return sentence(found) {
      "Rows printed twice: \($0). Table 1 therefore used the gamma of that row of Table 2, not section 4.1's 0.9."
    }
  }

  private func pairs(
    in table: Int, where isOdd: (PublishedRow, PublishedRow) -> Bool
  ) -> [(PublishedRow, PublishedRow)] {
    let rows = own(in: table).filter { $0.alpha != nil }
    return rows.enumerated().flatMap { index, a in rows.dropFirst(index + 1).filter { isOdd(a, $0) }.map { (a, $0) } }
  }

  private var fasterWithMoreSamples: String? {
    let odd = pairs(in: 1) { a, b in
      guard let m = a.samplingNumber, let n = b.samplingNumber, let s = a.imagesPerSecond, let t = b.imagesPerSecond
      else { return false }
      return m < n && s < t
    }
    return sentence(odd.map { "\($0.0.name) (\($0.0.counts)) is slower than \($0.1.name) (\($0.1.counts))" }) {
      "More second gradients, yet faster: Table 1, \($0)."
    }
  }

  private var fewerSamplesAtLargerAlpha: String? {
    let odd = pairs(in: 1) { a, b in
      guard let alpha = a.alpha, let beta = b.alpha, let m = a.samplingNumber, let n = b.samplingNumber else {
        return false
      }
      return alpha < beta && m > n
    }
    return sentence(
      odd.map { "\($0.0.name) samples \($0.0.samplingNumber ?? 0) times, \($0.1.name) \($0.1.samplingNumber ?? 0)" }
    ) { "Fewer samples at a larger alpha: Table 1, \($0)." }
  }

  private var belowRareSAM: String? {
    let odd = own(in: 3, "vSAM").flatMap { row in
      own(in: 3, "SGD", "SAM-5", "SAM-10").filter {
        $0.isBeside(row) && ($0.accuracyMean ?? 0) > (row.accuracyMean ?? 0)
      }.map { "\(row.model) \(row.dataset): vSAM \(row.accuracy), \($0.method) \($0.accuracy)" }
    }
    return sentence(odd) {
      "Section 4.3 calls vSAM significantly more accurate than SGD, SAM-5 and SAM-10, but \($0)."
    }
  }

  private var aboutForty: String? {
    let speeds = own(in: 3, "vSAM").compactMap { row in
      row.relativeSpeed.map { "\(row.model) \(row.dataset) \($0.text(decimals: 0))" }
    }
    return sentence(speeds, by: ", ") { "\"About 40 % faster\" covers, in percent of SAM: \($0)." }
  }

  private var slowerAblation: String? {
    let odd = own(in: 4, "vSAM-A").compactMap { row -> String? in
      guard let mine = row.imagesPerSecond, let other = own("vSAM", in: 4, like: row)?.imagesPerSecond, mine < other
      else { return nil }
      return "\(row.dataset) \(mine.text(decimals: 0)) against \(other.text(decimals: 0)) images/s"
    }
    return sentence(odd, by: ", ") {
      "Table 4: vSAM-A is slower than vSAM (\($0)) although its iterations do less work; it must have sampled more, but "
        + "its sampling numbers are not printed."
    }
  }

  private var aboveTheirLimit: String? {
    let odd = own.compactMap { item -> String? in
      guard let printed = item.row.relativeSpeed, printed != 100 else { return nil }
      guard let share = item.row.sampledShare ?? (item.row.method == "SGD" ? 0 : nil) else { return nil }
      let limit = 200 / (1 + share)
      guard printed > limit + 0.5 else { return nil }
      return "Table \(item.table) \(item.row.name): \(printed.text(decimals: 0)), limit \(limit.text(decimals: 1))"
    }
    return sentence(odd) { "Faster than the printed gradients allow, 200 / (1 + sampled share): \($0)." }
  }

  private var unmarkedTies: String? {
    let odd = rows.filter { $0.table == 3 && $0.row.emphasis != nil }.flatMap { item in
      rows.filter {
        $0.table == 3 && $0.row.emphasis == nil && $0.row.isBeside(item.row)
          && $0.row.accuracyMean == item.row.accuracyMean && $0.row.method != item.row.method
      }.map { "\(item.row.name) and \($0.row.name) both have \(item.row.accuracy)" }
    }
    return sentence(odd) { "Ties of which only the first is emphasized: Table 3, \($0)." }
  }

  private var fullPrecision: String? {
    let odd = own(in: 5).filter { $0.method.lowercased().hasPrefix("full") }.compactMap { row -> String? in
      guard let mine = row.accuracyMean, let other = own("SGD", in: 3, like: row)?.accuracyMean else { return nil }
      return "\(row.model) \(mine.text(decimals: 2)), but \(other.text(decimals: 2)) with SGD in Table 3"
    }
    return sentence(odd) { "Table 5's full-precision accuracies come from a different, undescribed training: \($0)." }
  }

  private var convertedCounts: String? {
    let found = rows.filter { $0.table == 3 && $0.row.method == "AE-SAM" }.map(\.row)
    let (counts, shares) = (found.compactMap(\.samplingNumber), found.compactMap(\.sampledPercent))
    guard let iterations = found.first?.iterations, !shares.isEmpty else { return nil }
    let converted = zip(counts, shares).allSatisfy { count, share in
      let rounded = (share * 10).rounded() / 10
      return abs(rounded * Double(iterations) / 100 - Double(count)) <= 1
    }
    guard converted else { return nil }
    return
      "AE-SAM's sampling numbers are percentages from another paper times \(iterations), not counts: "
      + "\(zip(counts, shares).map { "\($0) is \($1.text(decimals: 1)) %" }.joined(separator: ", "))."
  }
}

extension PublishedRow {
  fileprivate func isBeside(_ other: PublishedRow) -> Bool { model == other.model && dataset == other.dataset }

  fileprivate var name: String {
    let settings = [alpha.map { "alpha \($0)" }, gamma.map { "gamma \($0)" }].compactMap { $0 }.joined(separator: " ")
    return ["\(method)\(mark.map { " (\($0))" } ?? "")", settings, settings.isEmpty ? "\(model) \(dataset)" : ""]
      .filter { !$0.isEmpty }.joined(separator: " ")
  }

  fileprivate var accuracy: String { accuracyMean?.text(decimals: 2) ?? "–" }

  fileprivate var counts: String {
    "\(accuracy) %, \(samplingNumber.map(String.init) ?? "–") samples, \(imagesPerSecond?.text(decimals: 0) ?? "–") images/s"
  }
}
