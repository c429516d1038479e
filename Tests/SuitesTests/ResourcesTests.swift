import Testing

@testable import Suites

@Suite("Resources of cells on a cluster")
struct ResourcesTests {
  private static let rules = """
    resources:
      - set: {cpus: 2, memory: 2G, time: "12:00:00"}
      - when: {method: vSAM, profile: small}
        set: {cpus: 8, exclusive: true}
      - when: {profile: [small], model: resnet}
        set: {memory: 800M}
    """

  @Test("rules modify the standard in order, by label, name and profile")
  func order() throws {
    let grid = try grid(ResourcesTests.rules)
    let asked = grid.entries.map { grid.suite.resources(for: $0.cells[0], profile: "small") }
    #expect(asked[0] == Resources(cpus: 2, memory: 800, minutes: 720, isExclusive: false))
    #expect(asked[1] == Resources(cpus: 8, memory: 800, minutes: 720, isExclusive: true))
    let elsewhere = grid.suite.resources(for: grid.entries[1].cells[0], profile: "other")
    #expect(elsewhere == Resources(cpus: 2, memory: 2048, minutes: 720, isExclusive: false))
    let plain = try SuitesTests.grid()
    #expect(plain.suite.resources(for: plain.entries[0].cells[0], profile: "small") == .standard)
  }

  @Test("resources do not change the identity of a cell")
  func identity() throws {
    #expect(try grid(ResourcesTests.rules).cells.map { $0.canonicalJSON() } == grid().cells.map { $0.canonicalJSON() })
  }

  @Test(
    "a time is read as schedulers write it, in minutes",
    arguments: [("12:00:00", 720), ("2-00:00:00", 2880), ("90:00", 90), ("00:30", 1), ("1-12:30:01", 2191)])
  func time(_ text: String, _ minutes: Int) { #expect(Resources.minutes(text) == minutes) }

  @Test(
    "texts that a scheduler would reject are not times", arguments: ["12h", "00:00", "1-10:00", "", "10:3", "-1:00:00"])
  func noTime(_ text: String) { #expect(Resources.minutes(text) == nil) }

  @Test(
    "errors name the line",
    arguments: [
      ("resources: [{set: {memory: 8}}]", "'memory' must be a size like 8G or 800M, not 8."),
      ("resources: [{set: {time: 12h}}]", "'time' must be a time like 12:00:00 or 2-00:00:00, not 12h."),
      ("resources: [{set: {cpu: 2}}]", "unknown key 'cpu' in 'set'. Did you mean 'cpus'?"),
      ("resources: [{when: {model: vgg}, set: {cpus: 2}}]", "unknown model 'vgg'."),
      ("resources: [{when: {profile: papr}, set: {cpus: 2}}]", "unknown profile 'papr'."),
      ("resources: [{when: {seed: 1}, set: {cpus: 2}}]", "unknown key 'seed' in 'when'."),
    ])
  func mistakes(_ yaml: String, _ expected: String) {
    let found = message { _ = try grid(yaml) }
    #expect(found?.hasPrefix("suites/test.yaml:8: \(expected)") == true, "\(found ?? "no error")")
  }
}
