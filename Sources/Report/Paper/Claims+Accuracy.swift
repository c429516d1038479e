import Reports
import Statistics
import Suites

extension Claims {
  /// Tables whose accuracies are meaningful at their own size: the paper's, or a study at small scale.
  ///
  /// A small study answers for its own kind of data only. If several are reported together (with label noise, without,
  /// augmented), claims rest on the first and not on a mean over them: the others are controls.
  var accuracyTables: [TableReport] {
    let small = tables.filter { $0.grid.profile.scale == .small }
    let main = small.first { !$0.summaries.isEmpty }?.grid.datasets
    return tables.filter { $0.grid.profile.comparable.contains(.accuracy) && $0.grid.profile.scale != .small }
      + small.filter { main == nil || $0.grid.datasets == main }
  }

  /// Runs, or pairs of runs, below which no direction is decided: with two, a deviation means nothing.
  static let leastRuns = 3

  private func pairs(_ method: String, _ other: String) -> StratifiedPairs? {
    // Tables share runs: each pair counts once.
    var seen: Set<[String]> = []
    var blocks: [[Double]] = []
    for table in accuracyTables {
      for row in rows(table, method) {
        let match = (table.measurements + table.baselines).first {
          $0.entry.method.label == other && $0.entry.model == row.entry.model && $0.entry.dataset == row.entry.dataset
        }
        guard let match else { continue }
        blocks.append(row.pairs(with: match).filter { seen.insert($0.cells).inserted }.map(\.difference))
      }
    }
    return StratifiedPairs(blocks)
  }

  /// Whether a method is more accurate than each of others.
  ///
  /// - Parameter isAtEqualCounts: whether the claim is about equal numbers of sampled iterations. If the numbers differ
  ///   by more than a tenth, a difference counts only if the more accurate method sampled less.
  func accuracies(_ method: String, over others: [String], atEqualCounts isAtEqualCounts: Bool = false) -> Finding? {
    let found = others.compactMap { other in pairs(method, other).map { (other, $0) } }
    guard !found.isEmpty else { return untested }
    var words: [Finding.Word] = []
    let texts = found.map { other, pairs -> String in
      let interval = pairs.count < Claims.leastRuns ? nil : pairs.estimate?.interval()
      var word: Finding.Word = (interval?.low ?? 0) > 0 ? .same : (interval?.high ?? 0) < 0 ? .opposite : .open
      var evidence =
        "\(method) − \(other) \(pairs.estimate?.text(decimals: 2) ?? pairs.mean.signed(decimals: 2)), n = \(pairs.count)"
      // With fewer pairs, no p can be below 0.05.
      if pairs.count >= 6 { evidence += ", p = \(pairs.signFlipProbability.text(decimals: 3))" }
      if isAtEqualCounts, let mine = samplingNumber(method), let theirs = samplingNumber(other) {
        let isDecided = word == .same && mine <= theirs || word == .opposite && mine >= theirs
        if abs(mine - theirs) > theirs / 10, !isDecided { word = .notComparable }
        evidence += ", at \(mine.text(decimals: 0)) and \(theirs.text(decimals: 0)) samples"
      }
      words.append(word)
      return evidence
    }
    let word: Finding.Word = Set(words).count == 1 ? words[0] : words.contains(.opposite) ? .opposite : .open
    return Finding(word: scaled(word), evidence: texts.joined(separator: "; "))
  }

  private func samplingNumber(_ label: String) -> Double? {
    Statistic(
      accuracyTables.flatMap { $0.measurements + $0.baselines }.filter { $0.entry.method.label == label }
        .compactMap { $0.samplingNumber?.mean })?.mean
  }

  /// One-sided: less accurate by at most the margin.
  func nonInferiority(_ method: String, to other: String) -> Finding? {
    guard let pairs = pairs(method, other), let estimate = pairs.estimate,
      let margin = accuracyTables.compactMap({ $0.grid.suite.equivalence[.accuracy]?.value }).first
    else { return untested }
    // The one-sided interval of 95 % is the lower end of the two-sided one of 90 %.
    let interval = pairs.count < Claims.leastRuns ? nil : estimate.interval(confidence: 0.9)
    let word: Finding.Word =
      (interval?.low ?? -.infinity) > -margin ? .same : (interval?.high ?? .infinity) < -margin ? .opposite : .open
    let kept = accuracyTables.lazy.flatMap { table in self.rows(table, method).compactMap { table.keptGain($0) } }.first
    let share = kept.map { "; \($0.percent) % of \(other)'s gain over SGD" } ?? ""
    return Finding(
      word: scaled(word),
      evidence:
        "\(method) − \(other) \(estimate.text(decimals: 2)), n = \(pairs.count), criterion: above −\(margin)\(share)")
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
    case .notComparable: return word
    default: return .inconclusive
    }
  }
}
