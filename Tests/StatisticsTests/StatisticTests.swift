import Testing

@testable import Statistics

@Suite struct StatisticTests {
  @Test("The deviation is the sample's, divided by n - 1") func deviation() throws {
    let statistic = try #require(Statistic([2, 4, 4, 4, 5, 5, 7, 9]))
    #expect(statistic.mean == 5 && statistic.n == 8)
    #expect(abs(try #require(statistic.deviation) - 2.138_089_935_299_395) < 1e-14)
  }

  @Test(
    "the degrees of freedom of a difference are correct for deviations of any size",
    arguments: [1e-200, 1e-160, 1e-3, 1e3, 1e80, 1e155, 1e300], [1e-200, 1, 1e155])
  func extremes(_ one: Double, _ other: Double) throws {
    let a = Statistic(mean: 2, deviation: one, n: 3)
    let b = Statistic(mean: 1, deviation: other, n: 5)
    let difference = try #require(Estimate(of: a, minus: b))
    // Welch's degrees of freedom lie between those of one side and those of both.
    #expect(difference.freedom >= 2 - 1e-12 && difference.freedom <= 6 + 1e-12, "\(difference)")
    let interval = difference.interval()
    #expect(interval.low <= 1 && interval.high >= 1)
    #expect((0...1).contains(difference.equivalence(margin: 0.3)))
  }

  @Test("A single value has a mean but no deviation or interval; no values give nil") func few() {
    #expect(Statistic([96.64])?.mean == 96.64)
    #expect(Statistic([96.64])?.deviation == nil)
    #expect(Statistic([96.64])?.interval() == nil)
    #expect(Statistic([]) == nil)
  }
}
