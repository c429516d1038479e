import Foundation  // exp, log
import Records
import Reports
import Statistics
import Suites

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
  var traceClaims: [Claim] {
    guard table(3) != nil || profile.scale == .small else { return [] }
    let growth = psfGrowth
    let isLong = profile.isEvidence
    // A small run is short, but it is a whole run: its learning rate reaches zero.
    let scope = isLong || profile.scale == .small ? "" : "; start of training only"
    func finding(_ part: KeyPath<PSFChange, Double>, _ name: String) -> Finding? {
      guard let change = Statistic(growth.map { $0.change[keyPath: part] }) else { return nil }
      let interval = change.n < Claims.leastRuns ? nil : change.interval()
      let (grows, shrinks) = ((interval?.low ?? -1) > 0, (interval?.high ?? 1) < 0)
      let word: Finding.Word =
        isLong
        ? (grows ? .reproduced : shrinks ? .differs : .inconclusive) : grows ? .same : shrinks ? .opposite : .open
      return Finding(
        word: word,
        evidence: "last third over first after the warm-up, n = \(change.n) runs: \(name) \(change.asFactor)" + scope)
    }
    let byModel = Dictionary(grouping: growth, by: \.model).compactMapValues { Statistic($0.map(\.change.mean)) }
    // A direction counts where the model's interval excludes no change.
    let directions = byModel.values.map { statistic -> Int in
      let interval = statistic.interval()
      return (interval?.low ?? 0) > 0 ? 1 : (interval?.high ?? 0) < 0 ? -1 : 0
    }
    return [
      Claim(
        statement: "PSF is the Hessian times the gradient's direction, and the Hessian's eigenvalues bound its norm",
        place: "3.1, Eq. 6, Lemma 1", sampling: secondOrder),
      Claim(
        statement: "the norm of PSF grows as training proceeds", place: "1, 3.1, Figure 2",
        sampling: finding(\.mean, "mean norm")),
      Claim(
        statement: "the norm of PSF varies more as training proceeds", place: "1, 3.1, Figure 2",
        sampling: finding(\.deviation, "deviation")),
      Claim(
        statement: "the trend of PSF is similar across networks", place: "1",
        sampling: byModel.count < 2
          ? nil
          : Finding(
            word: Set(directions).isSuperset(of: [-1, 1])
              ? .opposite : Set(directions).count == 1 && directions[0] != 0 ? .same : .open,
            evidence: "mean norm by model "
              + byModel.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.asFactor)" }.joined(separator: ", ")
              + scope)),
      Claim(
        statement: "norms over the last layers capture the change", place: "3.2", sampling: lastLayers),
    ].filter { $0.sampling != nil }
  }

  /// Every plain SAM run of Table 3, or else of the main study at small scale, with its traces.
  private var samRuns: [(model: String, traces: RunRecord)] {
    let table = table(3) ?? accuracyTables.first { !rows($0, "SAM").isEmpty }
    return (table.map { rows($0, "SAM") } ?? []).flatMap { row in
      row.finished.compactMap { run in traces(run.summary.cellID).map { (row.entry.model.label, $0) } }
    }
  }

  private var psfGrowth: [(model: String, change: PSFChange)] {
    samRuns.compactMap { model, traces in
      guard let norms = traces.trace("l2_psf") else { return nil }
      return PSFChange(norms, skipping: PSFChange.warmUp(of: norms.count)).map { (model, $0) }
    }
  }

  /// Correlation between the logarithms of the norms over all layers and over the last layers.
  private var lastLayers: Finding? {
    let correlations = samRuns.compactMap { _, traces -> Double? in
      guard let all = traces.trace("l2_psf"), let tail = traces.trace("l2_psf_tail") else { return nil }
      let skipped = PSFChange.warmUp(of: all.count)
      let pairs = zip(all, tail).dropFirst(skipped).filter { $0 > 0 && $1 > 0 && $0.isFinite && $1.isFinite }
      return correlation(pairs.map { (log(Double($0)), log(Double($1))) })
    }
    guard let mean = Statistic(correlations) else { return nil }
    return Finding(
      word: mean.mean > 0.7 ? .same : mean.mean < 0.3 ? .opposite : .open,
      evidence: "correlation of the logarithms \(mean.text(decimals: 2)), n = \(mean.n) runs; criterion: above 0.7")
  }
}

/// Pearson's coefficient; nil for fewer than three pairs or a constant side.
private func correlation(_ pairs: [(Double, Double)]) -> Double? {
  guard pairs.count > 2, let x = Statistic(pairs.map(\.0)), let y = Statistic(pairs.map(\.1)), let sx = x.deviation,
    let sy = y.deviation, sx > 0, sy > 0
  else { return nil }
  let sum = pairs.reduce(0) { $0 + ($1.0 - x.mean) * ($1.1 - y.mean) }
  return sum / Double(pairs.count - 1) / sx / sy
}

private func exponential(_ logarithm: Double) -> String { exp(logarithm).text(decimals: 2) }

extension Statistic {
  /// A mean of logarithms as a factor with its interval: "×2.1 [1.8, 2.4]".
  fileprivate var asFactor: String {
    let factor = "×" + exponential(mean)
    return interval().map { "\(factor) [\(exponential($0.low)), \(exponential($0.high))]" } ?? factor
  }
}
