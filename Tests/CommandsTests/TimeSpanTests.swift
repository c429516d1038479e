import Testing

@testable import Commands

@Suite("Durations on the command line") struct TimeSpanTests {
  @Test(
    "a number and a unit",
    arguments: [("90s", 90), ("10m", 600), ("1.5h", 5400), ("2d", 172_800), ("365d", 31_536_000)])
  func read(_ text: String, _ seconds: Int) {
    #expect(TimeSpan(argument: text)?.duration == .seconds(seconds))
  }

  @Test(
    "a text without a unit or number, or for more than a year, is rejected",
    arguments: ["90", "h", "", "-1h", "0s", "nans", "infd", "1w", "366d", "1 h 30"])
  func refused(_ text: String) {
    #expect(TimeSpan(argument: text) == nil)
  }

  @Test("a default is shown as it would be typed")
  func shown() {
    #expect([600, 90, 0].map { TimeSpan.seconds($0).defaultValueDescription } == ["10m", "90s", "0s"])
  }
}
