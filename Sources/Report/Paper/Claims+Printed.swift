import Reports
import Statistics
import Suites

extension Claims {
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

  /// Printed speeds in percent of SAM against a criterion, named by its words.
  func printedSpeeds(_ number: Int, _ method: String, _ words: String, _ isTrue: (Double) -> Bool) -> Finding? {
    let speeds = printed(number).filter { $0.method == method && $0.mark == nil }.compactMap(\.relativeSpeed)
    guard let low = speeds.min(), let high = speeds.max() else { return nil }
    let met = speeds.count(where: isTrue)
    return Finding(
      word: met == speeds.count ? .holds : met == 0 ? .fails : .mixed,
      evidence: "\(low.text(decimals: 0)) to \(high.text(decimals: 0)) % of SAM, \(words) in \(met) of \(speeds.count)")
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
