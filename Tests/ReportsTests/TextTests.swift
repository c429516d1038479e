import Statistics
import Testing

@testable import Reports

@Suite struct TextTests {
  @Test("Text has the requested number of decimals and a point") func text() {
    #expect(Statistic([96.5, 96.7])?.text(decimals: 2) == "96.60 ± 0.14")
    #expect(Statistic([96.64])?.text(decimals: 2) == "96.64")
  }

  @Test("Differences have a sign, zero has none") func signs() {
    #expect(0.123.signed(decimals: 2) == "+0.12" && (-0.123).signed(decimals: 2) == "−0.12")
    #expect((-0.001).signed(decimals: 2) == "0.00")
  }

  @Test(
    "Durations are readable",
    arguments: [
      (47.2, "47 s"), (99.4, "99 s"), (100, "2 min"), (5969, "99 min"), (5971, "1.7 h"), (360_000, "4.2 days"),
    ]) func duration(_ seconds: Double, _ text: String)
  { #expect(seconds.duration == text) }
}
