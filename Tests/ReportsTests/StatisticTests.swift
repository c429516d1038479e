import Testing

@testable import Reports

@Suite struct StatisticTests {
  @Test("The deviation is the sample's, divided by n - 1") func deviation() throws {
    let statistic = try #require(Statistic([2, 4, 4, 4, 5, 5, 7, 9]))
    #expect(statistic.mean == 5 && statistic.n == 8)
    #expect(abs(try #require(statistic.deviation) - 2.138_089_935_299_395) < 1e-14)
  }

  @Test("One value has a mean and no deviation; none has nothing") func few() {
    #expect(Statistic([96.64])?.text(decimals: 2) == "96.64")
    #expect(Statistic([96.64])?.deviation == nil)
    #expect(Statistic([]) == nil)
  }

  @Test("Text has the asked number of decimals and a point") func text() {
    #expect(Statistic([96.5, 96.7])?.text(decimals: 2) == "96.60 ± 0.14")
  }

  @Test(
    "Durations read as a person says them",
    arguments: [
      (47.2, "47 s"), (99.4, "99 s"), (100, "2 min"), (5969, "99 min"), (5971, "1.7 h"), (360_000, "4.2 days"),
    ]) func duration(_ seconds: Double, _ text: String)
  { #expect(seconds.duration == text) }
}
