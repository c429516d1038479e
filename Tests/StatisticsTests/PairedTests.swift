import Testing

@testable import Statistics

@Suite struct PairedTests {
  @Test("Holm's correction keeps the order of p-values and never exceeds 1") func holm() {
    #expect(holmAdjusted([0.25, 0.03125, 0.5, 0.01, 0.04]) == [0.5, 0.125, 0.5, 0.05, 0.125])
    #expect(holmAdjusted([0.6, 0.7]) == [1, 1])
    #expect(holmAdjusted([]) == [])
  }

  @Test("Three pairs cannot reach 0.05, six can", arguments: [(1, 1.0), (3, 0.25), (5, 0.0625), (6, 0.03125)])
  func smallest(_ n: Int, _ p: Double) throws {
    let pairs = try #require(StratifiedPairs([(1...n).map(Double.init)]))
    #expect(pairs.smallestProbability == p && pairs.signFlipProbability == p)
  }
}

@Suite("Ratios of paired quantities") struct PairedRatioTests {
  private let pairs = [(1.4, 7.5), (5.2, 2.9), (3.1, 6.1), (4.4, 5.5), (2.0, 4.8), (3.3, 6.6)]
    .map { (numerator: $0.0, denominator: $0.1) }

  @Test("the ends are the ratios that SciPy's ttest_1samp of a - theta b rejects at exactly 5 and 10 %")
  func fieller() throws {
    let ratio = try #require(PairedRatio(pairs))
    #expect(abs(ratio.value - 0.5808383233532936) < 1e-15 && ratio.count == 6)
    let wide = try #require(ratio.interval())
    #expect(abs(wide.low - 0.25439129367053775) < 1e-10 && abs(wide.high - 1.1473971945178219) < 1e-10)
    let narrow = try #require(ratio.interval(confidence: 0.9))
    #expect(abs(narrow.low - 0.31353000014728793) < 1e-10 && abs(narrow.high - 0.9902120160061723) < 1e-10)
  }

  @Test("an exact ratio has an interval of length 0") func exact() throws {
    let ratio = try #require(PairedRatio([(10, 20), (11, 22), (12, 24)]))
    let interval = try #require(ratio.interval())
    #expect(ratio.value == 0.5 && abs(interval.low - 0.5) < 1e-12 && abs(interval.high - 0.5) < 1e-12)
  }

  @Test("no interval for one pair or a denominator that may be 0; no ratio to 0") func undefined() throws {
    #expect(try #require(PairedRatio([(1, 2)])).interval() == nil)
    #expect(try #require(PairedRatio([(1, 2), (1, -1), (1, 0.5)])).interval() == nil)
    #expect(PairedRatio([]) == nil && PairedRatio([(1, 2), (1, -2)]) == nil)
  }
}

@Suite("Estimates relative to a margin") struct JudgementTests {
  private func estimate(_ value: Double, error: Double) -> Estimate { Estimate(value: value, error: error, freedom: 2) }

  @Test("within by the 90 % interval, beyond by the 95 % interval, otherwise undecided") func three() {
    #expect(estimate(0.02, error: 0.05).judge(margin: 0.3) == .within)
    #expect(estimate(1, error: 0.05).judge(margin: 0.3) == .beyond)
    #expect(estimate(-1, error: 0.05).judge(margin: 0.3) == .beyond)
    #expect(estimate(0.02, error: 0.2).judge(margin: 0.3) == .undecided)
    // Clearly different from 0, but possibly by less than the margin.
    #expect(estimate(0.4, error: 0.05).judge(margin: 0.3) == .undecided)
  }

  @Test("equal values are decided without an error") func exact() {
    #expect(estimate(0.3, error: 0).judge(margin: 0.3) == .within)
    #expect(estimate(0.31, error: 0).judge(margin: 0.3) == .beyond)
  }
}
