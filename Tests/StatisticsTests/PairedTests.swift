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
