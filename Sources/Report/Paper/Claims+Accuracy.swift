import Reports
import Statistics
import Suites

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
