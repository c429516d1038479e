import Foundation
import Tensors
import Testing

@testable import Methods

@Suite struct SamplingRateTests {
  /// Feeds norms with r = a, since b = 1.
  private func observed(_ norms: [Double], window: Int = 10, slices: Int = 2) -> SamplingRate {
    var parameters = SamplingRate.Parameters()
    (parameters.window, parameters.slices) = (window, slices)
    var rate = SamplingRate(parameters)
    for norm in norms { rate.observe(psf: norm, sgd: 1) }
    return rate
  }

  private let norms = [1.0, 1.2, 0.9, 1.1, 5.0, 0.8, 1.05, 0.95, 1.15, 1.0]

  @Test("Eqs. 8-10 on a hand-worked list: sorted, two slices of five, mean of their variances", .tags(.golden))
  func slicedVariance() throws {
    #expect(observed(Array(norms.prefix(9))).v == nil)
    #expect(abs(try #require(observed(norms).v) - 1.205300000) < 1e-9)
    #expect(observed(norms).varianceChange == nil)
    #expect(abs(try #require(observed(norms + [1.3]).v) - 1.168700000) < 1e-9)
    #expect(abs(try #require(observed(norms + [1.3]).varianceChange) - -0.030365884) < 1e-9)
    #expect(abs(try #require(observed(norms + [1.3, 0.7]).v) - 1.195100000) < 1e-9)
    #expect(abs(try #require(observed(norms + [1.3, 0.7]).varianceChange) - -0.003888341) < 1e-9)
    let whole = try #require(observed(norms, slices: 1).v)
    #expect(abs(whole - 1.440525) < 1e-9, "one slice is the variance of the whole window")
  }

  @Test("Eqs. 12 and 13 on a hand-worked list", .tags(.golden))
  func ratioChange() throws {
    #expect(observed([0.5]).ratioChange == nil)
    #expect(abs(try #require(observed([0.5, 0.6]).ratioChange) - 0.2) < 1e-12)
    #expect(abs(try #require(observed([0.5, 0.6, 0.45]).ratioChange) - -0.025) < 1e-12)
    var rate = observed([0.5])
    rate.observe(psf: 1.2, sgd: 2)  // r = 0.6 as above: the ratio counts, not the norm
    #expect(abs(try #require(rate.ratioChange) - 0.2) < 1e-12)
  }

  @Test(
    "Eqs. 14 and 15: s = 10, alpha = 0.13 and a change of 0.05 - 0.02 give s = 10.039 and p = 0.20078", .tags(.golden))
  func update() {
    var parameters = SamplingRate.Parameters()
    (parameters.policy, parameters.drift, parameters.alpha) = (.drift, 0.05 - 0.02, 0.13)
    (parameters.start, parameters.initial) = (0, 10)
    var rate = SamplingRate(parameters)
    #expect(rate.p == 0.2)
    #expect(rate.finish(49) == nil && rate.s == 10, "a window ends at i mod N == 0 only")
    #expect(rate.finish(50) == 0)
    #expect(abs(rate.s - 10.039) < 1e-12)
    #expect(abs(rate.p - 0.20078) < 1e-12)
  }

  @Test("Eq. 14 takes the means of Eqs. 10 and 13")
  func updateByVariation() throws {
    var rate = observed(norms + [1.3, 0.7])
    let before = rate.s
    let change = try #require(rate.varianceChange) + #require(rate.ratioChange)
    _ = rate.finish(2000)
    #expect(abs(rate.s - max(1, before * (1 + 0.1 * change))) < 1e-12)
  }

  @Test("only the last N norms and the last N - 1 changes count")
  func buffersForget() {
    let tail = (0..<40).map { 1 + 0.1 * Double($0 * 7 % 11) }
    let (one, other) = (observed([100, 1, 50] + tail), observed([3, 0.2] + tail))
    #expect(one.v == other.v)
    // Another place in the ring, so the same sum in another order.
    #expect(abs(one.varianceChange! - other.varianceChange!) < 1e-12)
    #expect(abs(one.ratioChange! - other.ratioChange!) < 1e-12)
  }

  @Test("Eq. 13 is the mean of exactly the last N - 1 changes")
  func lastChanges() throws {
    let ratios = [5.0, 1, 2, 3, 5, 4]  // N = 4: the changes -4/5 and 1 have left the buffer
    let expected = (0.5 + 2.0 / 3 - 0.2) / 3
    #expect(abs(try #require(observed(ratios, window: 4).ratioChange) - expected) < 1e-12)
  }

  @Test("s does not move in the warm-up, which ends after I_start")
  func warmUp() {
    var parameters = SamplingRate.Parameters()
    (parameters.policy, parameters.drift) = (.drift, 1)
    var rate = SamplingRate(parameters)
    for i in 1...1000 {
      #expect(rate.isSampled(i, of: 100_000) { 1 })
      _ = rate.finish(i)
    }
    #expect(rate.s == 1)
    #expect(!rate.isSampled(1001, of: 100_000) { 1 })
    _ = rate.finish(1050)
    #expect(rate.s == 1.1)
  }

  @Test("nothing is sampled after 40 of 50, until the window ends")
  func halt() {
    var parameters = SamplingRate.Parameters()
    (parameters.policy, parameters.initial, parameters.start) = (.constant, 40, 0)
    var rate = SamplingRate(parameters)
    for i in 1...100 {
      let isSampled = rate.isSampled(i, of: 100_000) { 0 }
      #expect(isSampled == ((i - 1) % 50 < 40), "iteration \(i)")
      if isSampled { rate.observe(psf: 1, sgd: 1) }
      let taken = rate.finish(i)
      #expect(taken == (i % 50 == 0 ? 40 : nil))
    }
  }

  @Test("s stays between its minimum and 0.8 N, and comes down from there at once")
  func clamps() {
    var parameters = SamplingRate.Parameters()
    (parameters.policy, parameters.drift, parameters.alpha, parameters.start) = (.drift, 50, 0.4, 0)
    var rate = SamplingRate(parameters)
    for window in 1...10 { _ = rate.finish(50 * window) }
    #expect(rate.s == 40 && rate.p == 0.8)
    parameters.drift = -0.9
    rate = SamplingRate(parameters)
    for window in 1...10 { _ = rate.finish(50 * window) }
    #expect(rate.s == 1 && rate.p == 0.02)
  }

  @Test("changes without a usable denominator are 0 and counted")
  func guards() {
    var rate = observed(Array(repeating: 2, count: 12))  // variance 0
    #expect(rate.varianceChange == 0 && rate.ratioChange == 0 && rate.guarded == 2)
    rate = observed([0, 1])  // r_prev = 0
    #expect(rate.ratioChange == 0 && rate.guarded == 1)
    rate.observe(psf: 1, sgd: 0)  // no ratio at all
    rate.observe(psf: .nan, sgd: 1)
    rate.observe(psf: 1, sgd: .infinity)
    #expect(rate.guarded == 4 && rate.taken == 5)
    for window in 0..<100 { _ = rate.finish(2000 + 50 * window) }
    #expect(rate.s.isFinite)
  }

  /// Runs the policy alone over the paper's 78 200 iterations; returns samples in all and the largest window.
  private func count(_ parameters: SamplingRate.Parameters, psf: (Int) -> Double = { _ in 1 }) -> (Int, Int) {
    var rate = SamplingRate(parameters), samples = 0, largest = 0
    for i in 1...78_200 {
      let isSampled = rate.isSampled(i, of: 100_000) {
        var stream = RandomStream(seed: 1, purpose: .sampling, index: i)
        return stream.uniform()
      }
      if isSampled {
        samples += 1
        rate.observe(psf: psf(i), sgd: 1)
      }
      if let taken = rate.finish(i), i > parameters.start { largest = max(largest, taken) }
    }
    return (samples, largest)
  }

  @Test(
    "a constant drift of 0.023 a window gives the sampling numbers of Table 1 within 6 percent", .tags(.golden),
    arguments: [(0.05, 5224.0), (0.1, 15287), (0.13, 26466)])
  func table1(alpha: Double, published: Double) {
    var parameters = SamplingRate.Parameters()
    (parameters.policy, parameters.drift, parameters.alpha) = (.drift, 0.023, alpha)
    let (samples, largest) = count(parameters)
    // 4 of them are the closeness of the fit; the draws scatter by 2 percent at 5 000 samples.
    #expect(abs(Double(samples) / published - 1) < 0.06, "\(samples)")
    #expect(largest <= 40)
  }

  @Test("the cap of 40 of 50 holds the sampled share at 0.777", .tags(.golden))
  func largestShare() {
    var parameters = SamplingRate.Parameters()
    (parameters.policy, parameters.initial, parameters.start) = (.constant, 40, 0)
    let (samples, largest) = count(parameters)
    let share = Double(samples) / 78_200  // expected min(Binomial(50, 0.8), 40) / 50; scatter 0.0005
    #expect(share < 0.779 && share > 0.775, "\(share)")
    #expect(largest == 40)
  }

  // Both end above the 15 640 of a rate that stays: the mean of relative changes of a scattering series is positive
  // (x - 1 >= ln x), so the rate drifts upwards whatever the PSF does.
  @Test("a PSF that grows in relative size is sampled more often than one that shrinks")
  func rateFollowsTheSignal() {
    var parameters = SamplingRate.Parameters()
    (parameters.initial, parameters.start) = (10, 100)
    let rising = count(parameters) { exp(2e-4 * Double($0)) }.0
    let falling = count(parameters) { exp(-2e-4 * Double($0)) }.0
    #expect(Double(rising) > 1.3 * Double(falling), "\(falling), \(rising)")
  }

  @Test("SAM, SAM-5 and SAM-10 sample 78 200, 15 640 and 7 820 times in 200 epochs of 391 steps", .tags(.golden))
  func periods() {
    let run = RunContext(seed: 1, trainingCount: 50_000, classes: 10, batchSize: 128, epochs: 200)
    #expect(run.iterationsPerEpoch == 391 && run.iterations == 78_200)
    for (period, published) in [(1, 78_200), (5, 15_640), (10, 7820)] {
      #expect((1...run.iterations).count { isDue($0, period: period) } == published)
      if period > 1 {
        var parameters = SamplingRate.Parameters()
        (parameters.policy, parameters.period, parameters.start) = (.periodic, period, 0)
        #expect(count(parameters).0 == published)
      }
    }
  }

  @Test(
    "late samples exactly the last f T iterations, reversed the first, without draws, warm-up or cap",
    arguments: [(SamplingRate.Policy.late, 7.0), (.reversed, 7), (.late, 10), (.reversed, 0), (.late, 0)])
  func consecutive(policy: SamplingRate.Policy, initial: Double) {
    var parameters = SamplingRate.Parameters()
    (parameters.policy, parameters.window, parameters.initial, parameters.start) = (policy, 10, initial, 50)
    var rate = SamplingRate(parameters)
    let total = 137, share = Int((initial / 10 * 137).rounded())
    var sampled: [Int] = []
    for i in 1...total {
      let isSampled = rate.isSampled(i, of: total) {
        Issue.record("a draw at iteration \(i)")
        return 0
      }
      if isSampled {
        sampled.append(i)
        rate.observe(psf: Double(i), sgd: 1)
      }
      _ = rate.finish(i)
    }
    #expect(sampled == (policy == .late ? Array(total - share + 1..<total + 1) : Array(1..<share + 1)))
  }
}
