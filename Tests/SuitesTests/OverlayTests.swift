import Testing

@testable import Suites

@Suite("Documents merged over a suite")
struct OverlayTests {
  private func grid(_ overlays: Overlay...) throws -> Grid {
    try Suite(yaml: suiteText(), file: "suites/test.yaml", overlays: overlays)
      .grid(profile: "small", vocabulary: vocabulary)
  }

  @Test("rows are appended; a row with the same label is replaced")
  func rows() throws {
    let grid = try grid(
      Overlay(
        yaml: "axes: {methods: [{name: sgd, label: SGD}, {name: sam, label: SAM, rho: 0.2}]}", file: "more.yaml"))
    #expect(grid.methods.map(\.label) == ["SAM", "vSAM", "SGD"])
    #expect(grid.entries[0].cells[0].method.settings.values["rho"] == 0.2)
  }

  @Test("single values and lists of them are replaced, rules are added, later documents win")
  func values() throws {
    let grid = try grid(
      Overlay(yaml: "{title: Mine, axes: {seeds: [7]}, rules: [{set: {method: {rho: 0.3}}}]}", file: "a.yaml"),
      Overlay(yaml: "{rules: [{when: {method: vsam}, set: {method: {rho: 0.4}}}]}", file: "b.yaml"))
    #expect(grid.suite.title == "Mine" && grid.seeds == [7])
    #expect(grid.entries.map { $0.cells[0].method.settings.values["rho"] } == [0.3, 0.4])
  }

  @Test("several documents in one file are merged in order, in suites and in overlays")
  func severalDocuments() throws {
    let more = """
      ---
      axes: {methods: [{name: sgd, label: SGD}]}
      ---
      axes: {seeds: [7]}
      title: Mine

      """
    for grid in [
      try suite(suiteText(more)).grid(profile: "small", vocabulary: vocabulary),
      try grid(Overlay(yaml: more, file: "more.yaml")),
    ] {
      #expect(grid.methods.map(\.label) == ["SAM", "vSAM", "SGD"])
      #expect(grid.seeds == [7] && grid.suite.title == "Mine")
    }
    // Lines count from the start of the file: the suite's own text has eight.
    let text = message { _ = try suite(suiteText("---\ntitle: Mine\naxis: {}\n")) }
    #expect(text?.hasPrefix("suites/test.yaml:10: unknown key 'axis' in the suite. Did you mean 'axes'?") == true)
  }

  @Test("a profile keeps values that are not overridden")
  func profiles() throws {
    let grid = try grid(Overlay(yaml: "profiles: {small: {turns: 2}}", file: "a.yaml"))
    #expect(grid.profile.interleaving == .cells(2) && grid.entries[0].cells[0].recipe.values["epochs"] == 2)
  }

  @Test("--method adds one row, labeled with its settings")
  func method() throws {
    let grid = try grid(Overlay(method: "sgd"), Overlay(method: "sam,rho=0.2,period=5"))
    #expect(grid.methods.map(\.label) == ["SAM", "vSAM", "sgd", "sam rho 0.2 period 5"])
    let settings = grid.entries[3].cells[0].method.settings
    #expect(settings.values["rho"] == 0.2 && settings.values["period"] == 5)
  }

  @Test("values separated by bars, or a list in a row, give a row for each combination")
  func spread() throws {
    let labels = ["sam rho 0.05 period 1", "sam rho 0.05 period 5", "sam rho 0.1 period 1", "sam rho 0.1 period 5"]
    let given = try grid(Overlay(method: "sam,rho=0.05|0.1,period=1|5"))
    #expect(given.methods.map(\.label).suffix(4) == labels[...])
    let written = try grid(
      Overlay(yaml: "axes: {methods: [{name: sam, rho: [0.05, 0.1], period: [1, 5]}]}", file: "a.yaml"))
    #expect(written.methods.map(\.label).suffix(4) == labels[...])
    #expect(written.entries.suffix(4).map { $0.cells[0].method.settings.values["rho"] } == [0.05, 0.05, 0.1, 0.1])
    let named = try grid(Overlay(method: "sam,label=mine,rho=0.2|0.3"))
    #expect(named.methods.map(\.label).suffix(2) == ["mine rho 0.2", "mine rho 0.3"])
  }

  @Test("a --method lists its rows, each with the --method that adds it alone")
  func methodRows() throws {
    func rows(_ text: String) throws -> [[String]] { try Overlay(method: text).rows.map { [$0.label, $0.method] } }
    #expect(
      try rows("sam,period=5,rho=0.05|0.1") == [
        ["sam period 5 rho 0.05", "sam,period=5,rho=0.05"], ["sam period 5 rho 0.1", "sam,period=5,rho=0.1"],
      ])
    #expect(
      try rows("sam,rho=0.05|0.1,period=1|5").map(\.last) == [
        "sam,rho=0.05,period=1", "sam,rho=0.05,period=5", "sam,rho=0.1,period=1", "sam,rho=0.1,period=5",
      ])
    #expect(
      try rows("sam,label=mine,rho=1|2") == [
        ["mine rho 1", "sam,label=mine,rho=1"], ["mine rho 2", "sam,label=mine,rho=2"],
      ])
    #expect(try rows("sgd") == [["sgd", "sgd"]])
    #expect(try Overlay(seeds: "1..2").rows.isEmpty)
  }

  @Test("--seeds replaces the seeds of every profile")
  func seeds() throws {
    #expect(try grid(Overlay(seeds: "3..5,9")).seeds == [3, 4, 5, 9])
    for (text, expected) in [
      ("x", "--seeds x: 'seed' must be a number or a range such as 1..3, not 'x'."),
      ("1,1", "--seeds 1,1: 'seeds' must be different numbers, not 1 twice."),
      ("1..2000", "--seeds 1..2000: 'seeds' must be at most 1000 seeds, not '1..2000'."),
    ] {
      #expect(message { _ = try grid(Overlay(seeds: text)) } == expected)
    }
  }

  @Test(
    "errors name the place of the mistake",
    arguments: [
      ("gsma", "--method gsma: unknown method 'gsma'."),
      ("sam,roh=1", "--method sam,roh=1: method sam has no setting named 'roh'. Did you mean 'rho'?"),
      ("sam,rho", "--method sam,rho: expected key=value after each comma, not 'rho'."),
      ("rho=1", "--method rho=1: expected a method with settings after commas, such as sam,rho=0.1."),
    ])
  func mistakes(_ text: String, _ expected: String) {
    #expect(message { _ = try grid(Overlay(method: text)) }?.hasPrefix(expected) == true)
  }

  @Test("errors about unknown keys name the file and line of the document")
  func unknownKey() {
    let text = message { _ = try grid(Overlay(yaml: "title: Mine\naxis: {}", file: "more.yaml")) }
    #expect(text?.hasPrefix("more.yaml:2: unknown key 'axis' in the suite. Did you mean 'axes'?") == true)
    #expect(message { _ = try Overlay(yaml: "[1]", file: "more.yaml") }?.hasPrefix("more.yaml:1: ") == true)
  }
}
