import Core
import Foundation  // exp, log
import Methods
import Reports
import Statistics

/// Eqs. 8-15 replayed over the norms of a stored SAM run: the iterations that vSAM would have sampled.
///
/// The rule depends on two norms only, which SAM computes at every iteration, so it needs no network.
package struct SamplingReplay: Sendable {
  /// Norms of the PSF and of the SGD gradient, one per iteration.
  package let psf, sgd: [Double]

  /// - Returns: nil unless both have the same nonzero length and all values are finite.
  package init?(psf: [Float], sgd: [Float]) {
    self.init(psf: psf.map(Double.init), sgd: sgd.map(Double.init))
  }

  init?(psf: [Double], sgd: [Double]) {
    guard psf.count == sgd.count, !psf.isEmpty, psf.allSatisfy(\.isFinite), sgd.allSatisfy(\.isFinite) else {
      return nil
    }
    (self.psf, self.sgd) = (psf, sgd)
  }

  /// Stationary white noise without signal: norms around 1 whose logarithms have these standard deviations.
  package static func noise(iterations: Int, psf: Double, sgd: Double, seed: Int) -> SamplingReplay {
    var stream = RandomStream(seed: 0, purpose: .statistics, epoch: 1, index: seed)
    var norms: (psf: [Double], sgd: [Double]) = ([], [])
    for _ in 0..<iterations {
      norms.psf.append(exp(psf * stream.normal()))
      norms.sgd.append(exp(sgd * stream.normal()))
    }
    // Never nil: equal lengths, all finite.
    return SamplingReplay(psf: norms.psf, sgd: norms.sgd)!
  }

  /// The same norms in random order: their variation is kept, their order in time is lost.
  package func shuffled(seed: Int) -> SamplingReplay {
    var stream = RandomStream(seed: 0, purpose: .statistics, epoch: 2, index: seed)
    let order = stream.permutation(of: psf.count)
    return SamplingReplay(psf: order.map { psf[Int($0)] }, sgd: order.map { sgd[Int($0)] })!
  }

  /// The sampled share of the iterations, for one sequence of random draws.
  package func share(_ constants: SamplingRate.Constants, draw: Int) -> Double {
    var rate = SamplingRate(constants)
    var stream = RandomStream(seed: 0, purpose: .statistics, epoch: 3, index: draw)
    var sampled = 0
    for index in psf.indices {
      let i = index + 1
      if i <= rate.start || rate.isSampled(i, of: psf.count, uniform: stream.uniform()) {
        sampled += 1
        rate.observe(psf: psf[index], sgd: sgd[index])
      }
      if i > rate.start && i % rate.window == 0 { rate.update() }
      if i % rate.window == 0 { rate.endWindow() }
    }
    return Double(sampled) / Double(psf.count)
  }

  /// Shares over several draws, each with its own order of shuffled norms.
  package func shares(_ constants: SamplingRate.Constants, draws: Int, isShuffled: Bool = false) -> [Double] {
    (0..<draws).map { draw in
      (isShuffled ? shuffled(seed: draw) : self).share(constants, draw: draw)
    }
  }
}

/// The constants of a replay: the paper's for runs of its length, scaled ones for shorter runs.
package struct ReplayConstants: Sendable {
  let iterations: Int
  /// Nil for the paper's own.
  let scaling: RateScaling?

  /// - Returns: nil for a run too short to be scaled, or whose norms do not let the rate grow.
  package init?(_ replay: SamplingReplay) {
    iterations = replay.psf.count
    if iterations >= ReplayConstants.paperLength {
      scaling = nil
    } else {
      guard
        let rule = RateScaling(iterations: iterations, psf: replay.psf.map(Float.init), sgd: replay.sgd.map(Float.init))
      else { return nil }
      scaling = rule
    }
  }

  /// From this length the paper's windows and warm-up apply unscaled.
  private static let paperLength = 50_000

  package func constants(alpha: Double) -> SamplingRate.Constants {
    var constants = SamplingRate.Constants()
    constants.alpha = alpha
    guard let scaling else { return constants }
    (constants.window, constants.slices, constants.start) = (scaling.window, scaling.slices, scaling.start)
    (constants.initial, constants.minimum) = (scaling.initial, scaling.minimum)
    constants.alpha = scaling.alpha(alpha)
    return constants
  }

  /// The share by the closed form; nil without scaling.
  func expected(alpha: Double) -> Double? { scaling.map { $0.share(gain: RateScaling.paperGain * alpha) } }

  var words: String {
    guard let scaling else { return "\(iterations) iterations, the paper's constants" }
    return "\(iterations) iterations, N \(scaling.window), M \(scaling.slices), I_start \(scaling.start), "
      + "K \(scaling.signal.text(decimals: 4)) per window, alpha × \(scaling.factor.text(decimals: 2))"
  }
}

/// A mean with the central 95 % of its draws.
package struct Band: Hashable, Sendable {
  package let mean, low, high: Double

  package init?(_ values: [Double]) {
    guard let mean = Statistic(values)?.mean else { return nil }
    let sorted = values.sorted()
    func quantile(_ share: Double) -> Double {
      let place = share * Double(sorted.count - 1)
      let index = min(Int(place), max(0, sorted.count - 2))
      return sorted.count == 1
        ? sorted[0] : sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
    (self.mean, low, high) = (mean, quantile(0.025), quantile(0.975))
  }

  /// "18.9 [18.1, 19.6]" in percent.
  package var percent: String {
    "\((100 * mean).text(decimals: 1)) [\((100 * low).text(decimals: 1)), \((100 * high).text(decimals: 1))]"
  }
}
