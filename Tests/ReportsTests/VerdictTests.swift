import Records
import Statistics
import Store
import Suites
import Testing

@testable import Reports

@Suite("Verdicts on printed numbers") struct VerdictTests {
  /// Full-length runs on official data of every row that can be run.
  fileprivate func paperRuns(_ grid: Grid, vsam: [Double], speed: Double = 200) throws -> [RunRecord] {
    var runs: [RunRecord] = []
    for seed in UInt64(1)...3 {
      let shift = Double(seed) * 0.01
      for (method, accuracy, sampled) in [
        ("SGD", 96.13 + shift, 0), ("SAM", 96.62 + shift, 78_200), ("vSAM", vsam[Int(seed) - 1], 23_579),
      ] {
        var run = RunRecord.run(
          of: try grid.cell(method, seed: seed), kind: .official, accuracy: accuracy, sampled: sampled,
          iterations: 78_200)
        if method == "SGD" { run.result.timing.imagesPerSecond = speed }
        runs.append(run)
      }
    }
    return runs
  }

  fileprivate func verdicts(_ runs: [RunRecord], _ grid: Grid) -> [String: Verdict] {
    let report = Report([grid], from: Results(runs))
    return Dictionary(
      uniqueKeysWithValues: report.tables[0].verdicts.map { ("\($0.method) \($0.column.rawValue)", $0) })
  }

  @Test("margin and spread decide whether a number is reproduced, differs or is inconclusive") func three() throws {
    let grid = try grid(profile: "paper")
    let close = verdicts(try paperRuns(grid, vsam: [96.60, 96.66, 96.70]), grid)
    #expect(close["SAM accuracy"]?.outcome == .reproduced)
    #expect(close["vSAM accuracy"]?.outcome == .reproduced)
    #expect(close["SAM sampling_number"]?.outcome == .byDefinition)
    #expect(close["vSAM sampling_number"]?.outcome == .reproduced)
    let far = verdicts(try paperRuns(grid, vsam: [94.60, 94.66, 94.70]), grid)
    #expect(far["vSAM accuracy"]?.outcome == .differs)
    #expect(far["SAM accuracy"]?.outcome == .reproduced)
    let wide = verdicts(try paperRuns(grid, vsam: [95.6, 96.7, 97.6]), grid)["vSAM accuracy"]
    #expect(wide?.outcome == .inconclusive)
    #expect(wide?.reason == "n = 3; 247 seeds would give 80 % power")
  }

  @Test("speeds are judged by c: SGD's is 1 by definition, vSAM's matches its count on any machine")
  func speeds() throws {
    let grid = try grid(profile: "paper")
    var runs = try paperRuns(grid, vsam: [96.6, 96.6, 96.6], speed: 200)
    let found = verdicts(runs, grid)
    #expect(found["SAM ais"] == nil && found["SGD ais"]?.outcome == .byDefinition)
    let vsam = try #require(found["vSAM ais"])
    #expect(abs((vsam.costs?.ours?.value ?? 0) - (1 + 23_579.0 / 78_200)) < 1e-9)
    #expect(abs((vsam.costs?.paper?.value ?? 0) - StepCost(speed: 2492, one: 3167, two: 1780)!.value) < 1e-9)
    // The paper's own noise leaves a difference of 0.05 undecided.
    #expect(vsam.outcome == .inconclusive && vsam.reason == "n = 3: near the edge of the margin")
    for (cost, outcome) in [(1.34, VerdictOutcome.reproduced), (1.8, .differs)] {
      for index in runs.indices where runs[index].cellID.contains("vsam") {
        runs[index].result.timing.imagesPerSecond = 200 / cost
      }
      #expect(verdicts(runs, grid)["vSAM ais"]?.outcome == outcome)
    }
  }

  @Test("a sampling number changed by the profile is not comparable, and c is taken at the printed one")
  func changedSettings() throws {
    let grid = try grid {
      $0.replacing(
        "rules: [{set: {model: {width: 8}, recipe: {epochs: 2}}}]",
        with:
          "rules: [{set: {model: {width: 8}, recipe: {epochs: 2}}}, {when: {method: vsam}, set: {method: {start: 7}}}]")
    }
    var runs: [RunRecord] = []
    for seed in UInt64(1)...3 {
      for (method, sampled) in [("SGD", 0), ("SAM", 200), ("vSAM", 100)] {
        var run = RunRecord.run(of: try grid.cell(method, seed: seed), sampled: sampled)
        if method == "vSAM" { run.result.timing.imagesPerSecond = 200 / 1.54 }
        runs.append(run)
      }
    }
    let found = verdicts(runs, grid)
    #expect(found["vSAM sampling_number"]?.outcome == .notComparable)
    let speed = try #require(found["vSAM ais"])
    #expect(speed.outcome == .reproduced && speed.reason?.hasPrefix("at the paper's sampling number: −0.20") == true)
    #expect(abs((speed.costs?.ours?.value ?? 0) - (1.04 + 23_579.0 / 78_200)) < 1e-9)
  }

  @Test("a quoted number is never judged, a row without runs is not run") func quoted() throws {
    let grid = try grid(profile: "paper")
    let found = verdicts(try paperRuns(grid, vsam: [96.6, 96.6, 96.6]), grid)
    #expect(found["ESAM (1) accuracy"]?.outcome == .quoted && found["ESAM (1) ais"]?.outcome == .quoted)
    #expect(found["LookSAM-5 accuracy"]?.outcome == .notRun)
  }

  @Test("a profile without evidence on accuracies never judges them") func noEvidence() throws {
    let quick = try grid()
    let found = verdicts(try paperRuns(quick, vsam: [96.6, 96.65, 96.7]), quick)
    #expect(found["SAM accuracy"]?.outcome == .notComparable)
    #expect(found["vSAM accuracy"]?.outcome == .notComparable)
    #expect(found["SGD ais"]?.outcome == .byDefinition)
    let smoke = try grid { $0.replacing("    comparable: [sampling_number, ais]\n", with: "") }
    #expect(
      Set(verdicts(try paperRuns(smoke, vsam: [96.6, 96.65, 96.7]), smoke).values.map(\.outcome)) == [
        .notComparable, .quoted, .notRun, .byDefinition,
      ])
  }

  @Test("accuracies of anything but the official data do not compare") func data() throws {
    let grid = try grid(profile: "paper")
    let runs = try paperRuns(grid, vsam: [96.6, 96.65, 96.7]).map { run in
      var run = run
      run.data.kind = .subset
      return run
    }
    #expect(verdicts(runs, grid)["SAM accuracy"]?.outcome == .notComparable)
  }

  @Test("a number with a missing run is not run, and the check reports missing results")
  func oneMissing() throws {
    let grid = try grid(profile: "paper")
    let runs = try paperRuns(grid, vsam: [96.60, 96.66, 96.70])
    let whole = verdicts(runs, grid)
    #expect(whole["vSAM accuracy"]?.outcome == .reproduced)
    let id = try grid.cell("vSAM", seed: 2).id(fingerprint: "00ff00ff00ff00ff00ff")
    let less = runs.filter { $0.cellID != id }
    #expect(less.count == runs.count - 1)
    let verdict = verdicts(less, grid)["vSAM accuracy"]
    #expect(verdict?.outcome == .notRun)
    #expect(verdict?.reason == "seed 2 is missing: no verdict until all planned runs have finished")
    // LookSAM's row has no runs here.
    let run = grid.only(try Selection("method=SGD|SAM|vSAM"))
    #expect(Report([run], from: Results(runs)).check == .passed)
    #expect(Report([run], from: Results(less)).check == .missing)
  }

  @Test("a diverged run makes its number inconclusive; it is named and not averaged") func diverged() throws {
    let grid = try grid(profile: "paper")
    var runs = try paperRuns(grid, vsam: [96.60, 96.66, 96.70])
    let index = try #require(
      runs.firstIndex { $0.cellID == (try? grid.cell("vSAM", seed: 2))?.id(fingerprint: "00ff00ff00ff00ff00ff") })
    runs[index].result.status = .diverged(iteration: 7)
    let verdict = verdicts(runs, grid)["vSAM accuracy"]
    #expect(verdict?.outcome == .inconclusive)
    #expect(verdict?.reason?.hasPrefix("seed 2 diverged at iteration 7") == true)
  }
}

extension VerdictTests {
  @Test("a relative speed without one of the baseline's runs is not run") func baselineMissing() throws {
    let grid = try grid(profile: "paper")
    let id = try grid.cell("SAM", seed: 3).id(fingerprint: "00ff00ff00ff00ff00ff")
    let found = verdicts(try paperRuns(grid, vsam: [96.6, 96.65, 96.7]).filter { $0.cellID != id }, grid)
    #expect(found["vSAM ais"]?.outcome == .notRun && found["vSAM ais"]?.reason == "SAM: seed 3 is missing")
    #expect(found["vSAM accuracy"]?.outcome == .reproduced)
  }

  @Test("a number quoted by the paper is judged with a remark, its speed is not judged") func quotedByThePaper()
    throws
  {
    let grid = try grid(profile: "paper") {
      $0.replacing(/quoted:\n.*\n/, with: "").replacing(
        "- {name: sam, label: SAM}",
        with:
          "- {name: sam, label: SAM}\n    - {name: sam, label: Ours, period: 5, published: {method: ESAM, mark: 1}}")
    }
    let ours = try (UInt64(1)...3).map { seed in
      RunRecord.run(
        of: try grid.cell("Ours", seed: seed), kind: .official, accuracy: 96.55 + Double(seed) / 100, iterations: 78_200
      )
    }
    let found = verdicts(try paperRuns(grid, vsam: [96.6, 96.65, 96.7]) + ours, grid)
    #expect(found["Ours accuracy"]?.outcome == .reproduced)
    #expect(found["Ours accuracy"]?.reason == "quoted by the paper from another paper")
    #expect(found["Ours ais"]?.outcome == .notComparable)
  }
}
