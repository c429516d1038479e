import Testing

@testable import Statistics

@Suite struct PairedTests {
  @Test("Holm raises p-values in their order, never above 1 and never below a smaller one's") func holm() {
    #expect(holmAdjusted([0.25, 0.03125, 0.5, 0.01, 0.04]) == [0.5, 0.125, 0.5, 0.05, 0.125])
    #expect(holmAdjusted([0.6, 0.7]) == [1, 1])
    #expect(holmAdjusted([]) == [])
  }

  @Test("Three pairs cannot reach 0.05, six can", arguments: [(1, 1.0), (3, 0.25), (5, 0.0625), (6, 0.03125)])
  func smallest(_ n: Int, _ p: Double) {
    #expect(smallestSignFlipProbability(n) == p)
    #expect(signFlipProbability((1...n).map(Double.init)) == p)
  }

  @Test("More than six values are resampled at random, the same way every time, near SciPy's interval")
  func sampledBootstrap() throws {
    let values = [0.5, -0.2, 0.9, 1.4, 0.3, 0.1, -0.6, 0.8, 1.1, 0.7, 0.2, 0.4]
    let interval = try #require(bootstrapInterval(values))
    #expect(bootstrapInterval(values) == interval)
    // scipy.stats.bootstrap, percentile, 200,000 resamples: 0.1583 ... 0.7667; ours takes a tenth of them.
    #expect(abs(interval.low - 0.1583) < 0.01 && abs(interval.high - 0.7667) < 0.01)
  }

  @Test("Fewer than two values have no bootstrap, no values no test, too many no exact one") func few() {
    #expect(bootstrapInterval([1]) == nil)
    #expect(signFlipProbability([]) == nil)
    #expect(signFlipProbability(Array(repeating: 1, count: 21)) == nil)
  }
}

@Suite("What an estimate says about a margin") struct JudgementTests {
  private func estimate(_ value: Double, error: Double) -> Estimate { Estimate(value: value, error: error, freedom: 2) }

  @Test("within when the 90 % interval is, beyond when the 95 % interval is, else undecided") func three() {
    #expect(estimate(0.02, error: 0.05).judge(margin: 0.3) == .within)
    #expect(estimate(1, error: 0.05).judge(margin: 0.3) == .beyond)
    #expect(estimate(-1, error: 0.05).judge(margin: 0.3) == .beyond)
    #expect(estimate(0.02, error: 0.2).judge(margin: 0.3) == .undecided)
    // Different from 0 without doubt, but perhaps by less than the margin.
    #expect(estimate(0.4, error: 0.05).judge(margin: 0.3) == .undecided)
  }

  @Test("values that do not differ decide by themselves") func exact() {
    #expect(estimate(0.3, error: 0).judge(margin: 0.3) == .within)
    #expect(estimate(0.31, error: 0).judge(margin: 0.3) == .beyond)
  }

  @Test("a spread too wide for the margin could decide nothing whatever the mean") func hopeless() {
    #expect(estimate(0.02, error: 0.2).cannotShow(margin: 0.3))
    #expect(!estimate(0.25, error: 0.05).cannotShow(margin: 0.3))
  }
}
