import Configuration
import Core
import Foundation
import Testing

@testable import Methods

@Suite("Scaling vSAM's rate to short runs")
struct RateScalingTests {
  /// Norms whose logarithms are white noise around 0.
  private func norms(_ count: Int, deviation: Double, seed: UInt64) -> [Float] {
    (0..<count).map { i in
      var stream = RandomStream(seed: seed, purpose: .statistics, index: i)
      return Float(exp(deviation * stream.normal()))
    }
  }

  /// The sampled share of a run of vSAM's rule on noise of these deviations.
  private func share(_ given: [String: Value], iterations: Int, psf: Double, sgd: Double) throws -> Double {
    var rate = try SamplingRate(given: given)
    var sampled = 0
    let a = norms(iterations, deviation: psf, seed: 1)
    let b = norms(iterations, deviation: sgd, seed: 2)
    for i in 1...iterations {
      var stream = RandomStream(seed: 3, purpose: .sampling, index: i)
      if i <= rate.start || rate.isSampled(i, of: iterations, uniform: stream.uniform()) {
        sampled += 1
        rate.observe(psf: Double(a[i - 1]), sgd: Double(b[i - 1]))
      }
      _ = rate.finish(i)
    }
    return Double(sampled) / Double(iterations)
  }

  @Test("K W is 38 under the white noise that gives Table 1's counts, at the paper's N and M")
  func paperGain() throws {
    let signal = try #require(
      RateScaling.signal(
        psf: norms(78_200, deviation: 0.125, seed: 1), sgd: norms(78_200, deviation: 0.05, seed: 2), window: 50,
        slices: 5))
    // The K W of one run varies by about 3 with its noise.
    #expect(abs(signal * 1544 - RateScaling.paperGain) < 6, "K W is \(signal * 1544)")
  }

  @Test(
    "noise without a signal gives Table 1's shares, at the paper's length",
    arguments: [(0.05, 6.7), (0.1, 19.5), (0.13, 33.8), (0.2, 44.9)])
  func tableOne(alpha: Double, printed: Double) throws {
    let sampled = try share(["alpha": .number(alpha)], iterations: 78_200, psf: 0.125, sgd: 0.05)
    #expect(abs(100 * sampled - printed) < 4)
  }

  @Test(
    "scaled by the rule, so does a run of 3,540 iterations",
    arguments: [(0.05, 6.7), (0.1, 19.5), (0.13, 33.8), (0.2, 44.9)])
  func scaled(alpha: Double, printed: Double) throws {
    let pilot = (psf: norms(3540, deviation: 0.2, seed: 4), sgd: norms(3540, deviation: 0.05, seed: 5))
    let rule = try #require(RateScaling(iterations: 3540, psf: pilot.psf, sgd: pilot.sgd))
    #expect(rule.window == 10 && rule.slices == 1 && rule.start == 50)
    #expect(rule.initial == 0.2 && rule.minimum == 0.2 && rule.windows == 349)
    let given: [String: Value] = [
      "window": .integer(rule.window), "slices": .integer(rule.slices), "start": .integer(rule.start),
      "initial": .number(rule.initial), "minimum": .number(rule.minimum), "alpha": .number(rule.alpha(alpha)),
    ]
    let sampled = try share(given, iterations: 3540, psf: 0.2, sgd: 0.05)
    // The share of one seed varies by 1 to 7 points.
    #expect(abs(100 * sampled - printed) < 12, "sampled \(100 * sampled) %, factor \(rule.factor)")
  }

  @Test(
    "I' is a whole number of windows: 30 for 1,410 and 2,000 iterations, 50 for 3,540, the paper's 1,050 for 78,200")
  func start() {
    #expect([1410, 2000, 3540].map { RateScaling.start(iterations: $0, window: 10) } == [30, 30, 50])
    #expect(RateScaling.start(iterations: 78_200, window: 50) == 1050)
  }

  @Test("half the signal or half the windows double the factor")
  func proportional() throws {
    let psf = norms(4000, deviation: 0.2, seed: 4)
    let sgd = norms(4000, deviation: 0.05, seed: 5)
    let rule = try #require(RateScaling(iterations: 4060, psf: psf, sgd: sgd))
    #expect(rule.start == 60 && rule.windows == 400)
    let half = try #require(RateScaling(iterations: 2030, psf: psf, sgd: sgd))
    #expect(half.start == 30 && half.windows == 200)
    #expect(abs(half.factor - 2 * rule.factor) < 1e-12)
    #expect(abs(rule.factor * rule.signal * 400 - 38) < 1e-12 && rule.alpha(0.1) == rule.factor * 0.1)
  }

  @Test("the closed form of the share meets its limits and is continuous at the cap")
  func closedForm() throws {
    let rule = try #require(
      RateScaling(
        iterations: 3540, psf: norms(500, deviation: 0.2, seed: 4), sgd: norms(500, deviation: 0.05, seed: 5)))
    let warm = 50.0 / 3540
    #expect(abs(rule.share(gain: 0) - (warm + (1 - warm) * 0.02)) < 1e-12)
    let limit = log(0.8 / 0.02)
    #expect(abs(rule.share(gain: limit - 1e-9) - rule.share(gain: limit + 1e-9)) < 1e-6)
    let shares = [0.05, 0.1, 0.13, 0.15, 0.2].map { 100 * rule.share(gain: 38 * $0) }
    // By hand from the formula, p1 = 0.02 and a warm-up of 1.4 percent.
    for (share, expected) in zip(shares, [7.3, 23.9, 36.4, 41.9, 51.0]) {
      #expect(abs(share - expected) < 0.1, "\(shares)")
    }
  }

  @Test("there is no rule for a run or a pilot without a window after its warm-up, nor for a flat pilot")
  func none() {
    let flat = [Float](repeating: 1, count: 500)
    let noise = norms(500, deviation: 0.2, seed: 4)
    #expect(RateScaling(iterations: 35, psf: noise, sgd: flat) == nil)
    #expect(RateScaling(iterations: 40, psf: noise, sgd: flat) != nil)
    #expect(RateScaling(iterations: 1410, psf: Array(noise.prefix(30)), sgd: Array(flat.prefix(30))) == nil)
    #expect(RateScaling(iterations: 1410, psf: [], sgd: []) == nil)
    #expect(RateScaling(iterations: 1410, psf: flat, sgd: flat) == nil)
  }
}
