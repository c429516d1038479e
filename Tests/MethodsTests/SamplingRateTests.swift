import Configuration
import Core
import Foundation
import Testing

@testable import Methods

@Suite struct SamplingRateTests {
  private func rate(_ given: [String: Value]) throws -> SamplingRate { try SamplingRate(given: given) }

  /// Feeds norms with r = a, since b = 1.
  private func observed(_ norms: [Double], window: Int = 10, slices: Int = 2) throws -> SamplingRate {
    var rate = try rate(["window": .integer(window), "slices": .integer(slices)])
    for norm in norms { rate.observe(psf: norm, sgd: 1) }
    return rate
  }

  private let norms = [1.0, 1.2, 0.9, 1.1, 5.0, 0.8, 1.05, 0.95, 1.15, 1.0]

  @Test("Eqs. 8-10 on a hand-worked list: sorted, two slices of five, mean of their variances", .tags(.golden))
  func slicedVariance() throws {
    #expect(try observed(Array(norms.prefix(9))).v == nil)
    #expect(abs(try #require(observed(norms).v) - 1.205300000) < 1e-9)
    #expect(try observed(norms).varianceChange == nil)
    #expect(abs(try #require(observed(norms + [1.3]).v) - 1.168700000) < 1e-9)
    #expect(abs(try #require(observed(norms + [1.3]).varianceChange) - -0.030365884) < 1e-9)
    #expect(abs(try #require(observed(norms + [1.3, 0.7]).v) - 1.195100000) < 1e-9)
    #expect(abs(try #require(observed(norms + [1.3, 0.7]).varianceChange) - -0.003888341) < 1e-9)
    let whole = try #require(try observed(norms, slices: 1).v)
    #expect(abs(whole - 1.440525) < 1e-9, "one slice is the variance of the whole window")
  }

  @Test("Eqs. 12 and 13 on a hand-worked list", .tags(.golden))
  func ratioChange() throws {
    #expect(try observed([0.5]).ratioChange == nil)
    #expect(abs(try #require(observed([0.5, 0.6]).ratioChange) - 0.2) < 1e-12)
    #expect(abs(try #require(observed([0.5, 0.6, 0.45]).ratioChange) - -0.025) < 1e-12)
    var rate = try observed([0.5])
    rate.observe(psf: 1.2, sgd: 2)  // r = 0.6 as above: the ratio counts, not the norm
    #expect(abs(try #require(rate.ratioChange) - 0.2) < 1e-12)
  }

  @Test(
    "Eqs. 14 and 15: s = 10, alpha = 0.13 and a change of 0.05 - 0.02 give s = 10.039 and p = 0.20078", .tags(.golden))
  func update() throws {
    var rate = try rate(["policy": "drift", "drift": .number(0.05 - 0.02), "alpha": 0.13, "start": 0, "initial": 10])
    #expect(rate.p == 0.2)
    #expect(rate.finish(49) == nil && rate.s == 10, "a window ends at i mod N == 0 only")
    #expect(rate.finish(50) == 0)
    #expect(abs(rate.s - 10.039) < 1e-12)
    #expect(abs(rate.p - 0.20078) < 1e-12)
  }

  @Test("Eq. 14 takes the means of Eqs. 10 and 13")
  func updateByVariation() throws {
    var rate = try observed(norms + [1.3, 0.7])
    let before = rate.s
    let change = try #require(rate.varianceChange) + #require(rate.ratioChange)
    _ = rate.finish(2000)
    #expect(abs(rate.s - max(1, before * (1 + 0.1 * change))) < 1e-12)
  }

  @Test("only the last N norms and the last N - 1 changes count")
  func buffersForget() throws {
    let tail = (0..<40).map { 1 + 0.1 * Double($0 * 7 % 11) }
    let (one, other) = (try observed([100, 1, 50] + tail), try observed([3, 0.2] + tail))
    #expect(one.v == other.v)
    // Another position in the ring, so the same sum in another order.
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
  func warmUp() throws {
    var rate = try rate(["policy": "drift", "drift": 1])
    for i in 1...1000 { _ = rate.finish(i) }
    #expect(rate.start == 1000 && rate.s == 1)
    #expect(!rate.isSampled(1001, of: 100_000, uniform: 1))
    _ = rate.finish(1050)
    #expect(rate.s == 1.1)
  }

  @Test("nothing is sampled after 40 of 50, until the window ends")
  func halt() throws {
    var rate = try rate(["policy": "constant", "initial": 40, "start": 0])
    for i in 1...100 {
      let isSampled = rate.isSampled(i, of: 100_000, uniform: 0)
      #expect(isSampled == ((i - 1) % 50 < 40), "iteration \(i)")
      if isSampled { rate.observe(psf: 1, sgd: 1) }
      let taken = rate.finish(i)
      #expect(taken == (i % 50 == 0 ? 40 : nil))
    }
  }

  @Test("s stays between its minimum and 0.8 N, and comes down from the maximum at once")
  func clamps() throws {
    func drifting(_ drift: Value) throws -> SamplingRate {
      try self.rate(["policy": "drift", "drift": drift, "alpha": 0.4, "start": 0])
    }
    var rate = try drifting(50)
    for window in 1...10 { _ = rate.finish(50 * window) }
    #expect(rate.s == 40 && rate.p == 0.8)
    rate = try drifting(-0.9)
    for window in 1...10 { _ = rate.finish(50 * window) }
    #expect(rate.s == 1 && rate.p == 0.02)
  }

  @Test("changes without a usable denominator are 0 and counted")
  func guards() throws {
    var rate = try observed(Array(repeating: 2, count: 12))  // variance 0
    #expect(rate.varianceChange == 0 && rate.ratioChange == 0 && rate.guarded == 2)
    rate = try observed([0, 1])  // r_prev = 0
    #expect(rate.ratioChange == 0 && rate.guarded == 1)
    rate.observe(psf: 1, sgd: 0)  // no ratio at all
    rate.observe(psf: .nan, sgd: 1)
    rate.observe(psf: 1, sgd: .infinity)
    #expect(rate.guarded == 4 && rate.taken == 5)
    for window in 0..<100 { _ = rate.finish(2000 + 50 * window) }
    #expect(rate.s.isFinite)
  }

  /// Runs the policy alone over the paper's 78 200 iterations.
  ///
  /// - Returns: the number of samples, and the largest number in a window.
  private func count(_ given: [String: Value], psf: (Int) -> Double = { _ in 1 }) throws -> (Int, Int) {
    var rate = try rate(given)
    var samples = 0
    var largest = 0
    for i in 1...78_200 {
      var stream = RandomStream(seed: 1, purpose: .sampling, index: i)
      if i <= rate.start || rate.isSampled(i, of: 100_000, uniform: stream.uniform()) {
        samples += 1
        rate.observe(psf: psf(i), sgd: 1)
      }
      if let taken = rate.finish(i), i > rate.start { largest = max(largest, taken) }
    }
    return (samples, largest)
  }

  @Test(
    "a constant drift of 0.023 per window gives the sampling numbers of Table 1 within 6 percent", .tags(.golden),
    arguments: [(0.05, 5224.0), (0.1, 15287), (0.13, 26466)])
  func table1(alpha: Double, published: Double) throws {
    let (samples, largest) = try count(["policy": "drift", "drift": 0.023, "alpha": .number(alpha)])
    // 4 points are the closeness of the fit; the draws vary by 2 percent at 5 000 samples.
    #expect(abs(Double(samples) / published - 1) < 0.06, "\(samples)")
    #expect(largest <= 40)
  }

  @Test("the cap of 40 of 50 holds the sampled share at 0.777", .tags(.golden))
  func largestShare() throws {
    let (samples, largest) = try count(["policy": "constant", "initial": 40, "start": 0])
    let share = Double(samples) / 78_200  // expected min(Binomial(50, 0.8), 40) / 50; scatter 0.0005
    #expect(share < 0.779 && share > 0.775, "\(share)")
    #expect(largest == 40)
  }

  // Both end above the 15 640 of a constant rate: the mean of relative changes of a noisy positive series is positive
  // (x - 1 >= ln x), so the rate drifts upwards whatever the PSF does.
  @Test("a PSF that grows in relative size is sampled more often than one that shrinks")
  func rateFollowsTheSignal() throws {
    let given: [String: Value] = ["initial": 10, "start": 100]
    let rising = try count(given) { exp(2e-4 * Double($0)) }.0
    let falling = try count(given) { exp(-2e-4 * Double($0)) }.0
    #expect(Double(rising) > 1.3 * Double(falling), "\(falling), \(rising)")
  }

  @Test("SAM, SAM-5 and SAM-10 sample 78 200, 15 640 and 7 820 times in 200 epochs of 391 steps", .tags(.golden))
  func periods() throws {
    let run = RunContext(seed: 1, trainingCount: 50_000, classes: 10, batchSize: 128, epochs: 200)
    #expect(run.iterationsPerEpoch == 391 && run.iterations == 78_200)
    for (period, published) in [(1, 78_200), (5, 15_640), (10, 7820)] {
      #expect((1...run.iterations).count { isDue($0, period: period) } == published)
      if period > 1 {
        #expect(try count(["policy": "periodic", "period": .integer(period), "start": 0]).0 == published)
      }
    }
  }

  @Test(
    "late samples exactly the last f T iterations, reversed the first, without draws, warm-up or cap",
    arguments: [(SamplingRate.Policy.late, 7), (.reversed, 7), (.late, 10), (.reversed, 0), (.late, 0)])
  func consecutive(policy: SamplingRate.Policy, initial: Int) throws {
    var rate = try rate([
      "policy": policy.setting, "window": 10, "initial": .integer(initial), "start": 50,
    ])
    let total = 137
    let share = Int((Double(initial) / 10 * 137).rounded())
    var sampled: [Int] = []
    func draw(_ i: Int) -> Double {
      Issue.record("a draw at iteration \(i)")
      return 0
    }
    for i in 1...total {
      if i <= rate.start || rate.isSampled(i, of: total, uniform: draw(i)) {
        sampled.append(i)
        rate.observe(psf: Double(i), sgd: 1)
      }
      _ = rate.finish(i)
    }
    #expect(sampled == (policy == .late ? Array(total - share + 1..<total + 1) : Array(1..<share + 1)))
  }
}

extension SamplingRate {
  /// The declared defaults, overridden by `given`.
  init(given: [String: Value]) throws {
    self.init(try Settings(SamplingRate.settings, given: given, owner: "method vsam"))
  }

  /// Algorithm 1, lines 11 to 13; returns the number of samples of a window at its end.
  mutating func finish(_ i: Int) -> Int? {
    guard i % window == 0 else { return nil }
    if i > start { update() }
    return endWindow()
  }
}
