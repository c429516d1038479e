import Foundation  // DispatchQueue.concurrentPerform
import Methods
import Reports
import Statistics
import Suites
import Synchronization

/// The sampling rule replayed over norms of stored SAM runs, over the same norms shuffled, and over noise.
package struct SamplingStudy: Sendable {
  package struct Run: Sendable {
    package let name: String
    package let constants: ReplayConstants
    /// By alpha: with the norms in their order, and shuffled.
    package let replayed, shuffled: [Double: Band]
  }

  package let alphas: [Double]
  package let runs: [Run]
  /// By alpha, at the paper's number of iterations.
  package let noise: [Double: Band]
  /// The same for noise with both deviations multiplied by a factor.
  package let otherNoise: [(factor: Double, shares: [Double: Band])]

  /// The alphas of Tables 1 and 3.
  package static let paperAlphas = [0.05, 0.1, 0.13, 0.15, 0.2]
  /// The paper's number of iterations, for the noise.
  private static let iterations = 78_200
  /// Standard deviations of the logarithms of both norms in the noise. Assumed; stored runs of SAM have 0.12 to 0.25
  /// for PSF.
  package static let noiseDeviations = (psf: 0.125, sgd: 0.05)
  /// Shorter runs have too few windows for log s to grow as in the paper.
  package static let fewestIterations = 2000

  /// - Parameters:
  ///   - norms: stored SAM runs by name.
  ///   - draws: the number of random sequences and of shuffled orders.
  package init(
    _ norms: [(name: String, replay: SamplingReplay)], alphas: [Double] = SamplingStudy.paperAlphas, draws: Int = 40
  ) {
    self.alphas = alphas
    runs = norms.compactMap { name, replay in
      guard let constants = ReplayConstants(replay) else { return nil }
      let shares = parallel(alphas.count * 2) { index in
        replay.shares(
          constants.constants(alpha: alphas[index / 2]), draws: draws, isShuffled: index % 2 == 1)
      }
      func bands(_ offset: Int) -> [Double: Band] {
        Dictionary(
          alphas.enumerated().compactMap { index, alpha in Band(shares[2 * index + offset]).map { (alpha, $0) } },
          uniquingKeysWith: { first, _ in first })
      }
      return Run(name: name, constants: constants, replayed: bands(0), shuffled: bands(1))
    }
    noise = SamplingStudy.noise(alphas, factor: 1)
    otherNoise = SamplingStudy.factors.map { ($0, SamplingStudy.noise(alphas, factor: $0)) }
  }

  private static let factors = [0.8, 1.25]

  /// Shares on noise at the paper's constants, by alpha.
  private static func noise(_ alphas: [Double], factor: Double) -> [Double: Band] {
    let count = 6
    let shares = parallel(count) { seed in
      let noise = SamplingReplay.noise(
        iterations: iterations, psf: factor * noiseDeviations.psf, sgd: factor * noiseDeviations.sgd, seed: seed)
      return alphas.map { alpha in
        var constants = SamplingRate.Constants()
        constants.alpha = alpha
        return noise.share(constants, draw: seed)
      }
    }
    return Dictionary(
      alphas.enumerated().compactMap { index, alpha in Band(shares.map { $0[index] }).map { (alpha, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The replayed share averaged over runs, with the lowest and highest ends of their bands.
  func replayed(_ alpha: Double) -> Band? { Band(mean: runs.compactMap { $0.replayed[alpha] }) }

  /// The same for the shuffled norms, which keep the variation but no signal.
  func shuffled(_ alpha: Double) -> Band? { Band(mean: runs.compactMap { $0.shuffled[alpha] }) }

  var growsWithAlpha: Finding? {
    guard !runs.isEmpty else { return nil }
    let rising = runs.filter { run in
      let means = alphas.sorted().compactMap { run.replayed[$0]?.mean }
      return zip(means, means.dropFirst()).allSatisfy { $0 < $1 }
    }
    return Finding(
      word: rising.count == runs.count ? .same : rising.isEmpty ? .opposite : .open,
      evidence: "replay of \(runs.count) SAM runs: rises with every alpha in \(rising.count)")
  }

  /// Tests the paper's idea: if shuffled norms are sampled as often, the order of the norms carries no signal.
  var followsSignal: Finding? {
    guard !runs.isEmpty else { return nil }
    let pairs = runs.flatMap { run in
      alphas.compactMap { alpha in run.replayed[alpha].flatMap { band in run.shuffled[alpha].map { (band, $0) } } }
    }
    let inside = pairs.count { $0.0.mean >= $0.1.low && $0.0.mean <= $0.1.high }
    let largest = pairs.map { abs($0.0.mean - $0.1.mean) }.max() ?? 0
    return Finding(
      word: 2 * inside >= pairs.count ? .noise : .signal,
      evidence:
        "\(inside) of \(pairs.count) replayed shares within the band of the shuffled norms; largest distance "
        + "\((100 * largest).text(decimals: 1)) points")
  }
}

extension Band {
  /// The mean of the means, from the lowest low to the highest high; nil for no bands.
  init?(mean bands: [Band]) {
    guard let mean = Statistic(bands.map(\.mean))?.mean, let low = bands.map(\.low).min(),
      let high = bands.map(\.high).max()
    else { return nil }
    (self.mean, self.low, self.high) = (mean, low, high)
  }
}

/// Results in order of their index, computed on all processors.
private func parallel<Result: Sendable>(_ count: Int, _ compute: @Sendable (Int) -> Result) -> [Result] {
  let results = Mutex([Result?](repeating: nil, count: count))
  withoutActuallyEscaping(compute) { compute in
    DispatchQueue.concurrentPerform(iterations: count) { index in
      let result = compute(index)
      results.withLock { $0[index] = result }
    }
  }
  return results.withLock { $0.compactMap { $0 } }
}

// MARK: - As a page shows it

extension SamplingStudy {
  /// One row per alpha: the paper's share, each run's replay with norms in order and shuffled, and noise alone.
  package func table(_ published: [PublishedRow]) -> Table {
    var columns: [Table.Column] = [.right("alpha"), .right("paper", "paper %")]
    for (index, run) in runs.enumerated() {
      columns.append(.right("replay\(index + 1)", "\(run.name), replay % [95 %]"))
      columns.append(.right("shuffled\(index + 1)", "shuffled % [95 %]"))
    }
    columns.append(.right("noise", "noise alone %"))
    for (factor, _) in otherNoise { columns.append(.right("noise\(factor)", "noise × \(factor) %")) }
    let rows = alphas.map { alpha -> [Table.Entry] in
      let printed = published.first { $0.alpha == alpha }?.sampledPercent?.text(decimals: 1)
      return Table.row(String(alpha), printed ?? "")
        + runs.flatMap { run -> [Table.Entry] in
          Table.row(run.replayed[alpha]?.percent ?? "", run.shuffled[alpha]?.percent ?? "")
        }
        + ([noise] + otherNoise.map(\.shares)).map { shares in
          .text(shares[alpha].map { (100 * $0.mean).text(decimals: 1) } ?? "")
        }
    }
    return Table(columns: columns, rows: rows)
  }

  package func blocks(_ published: [PublishedRow]) -> [Page.Block] {
    var lines = runs.map { "\($0.name): \($0.constants.words)." }
    lines.append(
      "Noise alone: \(SamplingStudy.iterations) iterations of stationary white noise, standard deviations of the "
        + "logarithms \(SamplingStudy.noiseDeviations.psf) (PSF) and \(SamplingStudy.noiseDeviations.sgd) (gradient), "
        + "N 50, M 5, s_1 1, I_start 1000. The deviations are assumed; × multiplies both.")
    return [
      .heading(2, "The sampling rule replayed"),
      .paragraph(
        "Eqs. 8-15 depend on two norms only and are replayed over those of stored SAM runs. Shuffled: the same norms "
          + "in random order, which keeps their variation and loses their signal. docs/paper.md explains why noise "
          + "alone raises the rate."),
      .table(table(published)), .list(lines),
    ]
  }
}

extension Finding.Word {
  static let noise = Finding.Word(rawValue: "noise suffices")
  static let signal = Finding.Word(rawValue: "signal needed")
}
