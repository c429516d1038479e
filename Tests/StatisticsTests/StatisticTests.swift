import Testing

@testable import Statistics

@Suite struct StatisticTests {
  @Test("The deviation is the sample's, divided by n - 1") func deviation() throws {
    let statistic = try #require(Statistic([2, 4, 4, 4, 5, 5, 7, 9]))
    #expect(statistic.mean == 5 && statistic.n == 8)
    #expect(abs(try #require(statistic.deviation) - 2.138_089_935_299_395) < 1e-14)
  }

  @Test("One value has a mean, and neither deviation nor interval; none has nothing") func few() {
    #expect(Statistic([96.64])?.mean == 96.64)
    #expect(Statistic([96.64])?.deviation == nil)
    #expect(Statistic([96.64])?.interval() == nil)
    #expect(Statistic([]) == nil)
  }
}
