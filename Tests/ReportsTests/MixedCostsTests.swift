import Records
import Statistics
import Store
import Suites
import Testing

@testable import Reports

@Suite("Kinds of steps and the cost of schedules") struct MixedCostsTests {
  private static let text = """
    title: Kinds of steps
    protocol: protocol.yaml
    baseline: SAM
    equivalence:
      ais:
        margin: 0.1
        source: "assumed: as the tests need it"
        printed: {deviation: 2.5, pairs: 18, source: "derived: as the tests need it"}
    mixtures:
      values: [paper.csv]
      rows:
        - {published: vSAM, share: sampled, of: sampled, rest: reusing}
        - {published: LookSAM-5, share: 0.2, of: SAM, rest: reusing, source: paper Table 3}
        - {published: ESAM, of: SAM}
    axes:
      datasets: [{name: cifar10, label: pixels}]
      models: [{name: resnet, label: ResNet-18}]
      methods:
        - {name: sgd, label: SGD}
        - {name: sam, label: SAM}
        - {name: vsam, label: sampled}
        - {name: vsam, label: reusing, start: 1}
      seeds: [1]
    profiles:
      quick: {evidence: false, comparable: [ais], interleave: {steps: 2}}
    """

  /// Two data sets, one network: SGD at 300 and SAM at 160 images per second, so that 1.3 gradients give 243.2.
  private static let paper = """
    method,model,dataset,alpha,gamma,accuracy_mean,accuracy_std,sampling_number,ais,ais_percent,mark,emphasis
    SGD,ResNet-18,CIFAR-10,,,96.13,0.03,,300,,,
    SAM,ResNet-18,CIFAR-10,,,96.62,0.04,78200,160,100,,
    LookSAM-5,ResNet-18,CIFAR-10,,,96.33,0.04,15640,190,,,
    ESAM,ResNet-18,CIFAR-10,,,96.56,0.08,,240,,1,
    vSAM,ResNet-18,CIFAR-10,,,96.64,0.12,23460,237.6,,,
    SGD,ResNet-18,CIFAR-100,,,79.22,0.12,,300,,,
    SAM,ResNet-18,CIFAR-100,,,80.66,0.06,78200,160,100,,
    LookSAM-5,ResNet-18,CIFAR-100,,,80.21,0.05,15640,190,,,
    vSAM,ResNet-18,CIFAR-100,,,80.76,0.15,23460,237.6,,,
    """

  private func grid(_ edit: (String) -> String = { $0 }) throws -> Grid {
    try Suite(yaml: edit(MixedCostsTests.text), file: "suites/steps.yaml") { path in
      path == "protocol.yaml" ? paperRuns : edit(MixedCostsTests.paper)
    }
    .grid(profile: "quick", vocabulary: vocabulary)
  }

  /// A cell whose counted steps take the given times, turn by turn; the first turn takes longer.
  private func cell(_ cell: Cell, seconds: [Double]) -> RunRecord {
    var run = RunRecord.run(of: cell)
    let turns = [9.0] + seconds
    func column(_ name: String, _ values: [Double]) -> Series {
      Series(name, unit: "s", longName: name, values: values.map(Float.init), isTiming: true)
    }
    run.traces = [
      column("step_turn", turns.indices.flatMap { [Double($0 + 1), Double($0 + 1)] }),
      column("step_seconds", turns.flatMap { [3 * $0, $0] }),
      column("step_processor_seconds", turns.flatMap { [6 * $0, 2 * $0] }),
      column("step_stolen_seconds", turns.flatMap { _ in [0, 0] }),
    ]
    return run
  }

  private func report(noise: [Double] = [0, 0, 0, 0], _ edit: (String) -> String = { $0 }) throws -> TableReport {
    let grid = try grid(edit)
    // A machine that slows down while it is measured.
    let drift = [1.0, 1.1, 1.3, 1.2]
    let runs = try [("SGD", 1.0), ("SAM", 2), ("sampled", 2.05), ("reusing", 1.03)].map { method, gradients in
      let noise = gradients == 1 || gradients == 2 ? [0, 0, 0, 0] : noise
      return cell(
        try grid.cell(method, seed: 1), seconds: zip(drift, noise).map { (0.2 + gradients) * $0 * (1 + $1) })
    }
    return TableReport(grid, from: Results(runs))
  }

  @Test("c is measured per turn, independent of changes in machine speed") func cost() throws {
    let table = try report()
    let row = try #require(table.measurements.first { $0.entry.method.label == "reusing" })
    #expect(abs((row.cost?.value ?? 0) - 1.03) < 1e-6 && row.cost?.n == 4)
    #expect(abs((row.wallCost?.value ?? 0) - 1.03) < 1e-6)
    #expect(row.cost?.deviations.allSatisfy { abs($0) < 1e-5 } == true)
  }

  @Test("a turn is the mean of its steps, the first turn does not count, and single bad turns do not move c")
  func disturbed() throws {
    let grid = try grid()
    let times = try #require(TurnTimes(cell(try grid.cell("SGD", seed: 1), seconds: [1, 5])))
    #expect(times.wall == [2: 2, 3: 10] && times.processor == [2: 4, 3: 20])
    #expect(TurnTimes(.run(of: try grid.cell("SGD", seed: 1))) == nil)
    let runs = try [("SGD", 1.0), ("SAM", 2), ("reusing", 1.03)].map { method, gradients in
      cell(
        try grid.cell(method, seed: 1), seconds: (0..<10).map { $0 == 4 && method == "reusing" ? 7 : 0.2 + gradients })
    }
    let row = TableReport(grid, from: Results(runs)).measurements.first { $0.entry.method.label == "reusing" }
    #expect(abs((row?.cost?.value ?? 0) - 1.03) < 1e-6)
  }

  @Test("a schedule is a mixture, judged on both data sets of a model at once") func mixture() throws {
    let costs = try report().mixedCosts
    #expect(costs.map(\.part.published) == ["vSAM", "LookSAM-5", "ESAM"])
    let vsam = costs[0]
    #expect(vsam.rows.count == 2 && vsam.outcome == .reproduced)
    let expected = 0.3 * 2.05 + 0.7 * 1.03
    #expect(abs((vsam.rows[0].expected ?? 0) - expected) < 1e-6)
    let speed = 100 / 160 / (1 / 300 + (expected - 1) * (1 / 160.0 - 1 / 300.0))
    #expect(abs((vsam.rows[0].expectedSpeed ?? 0) - speed) < 1e-4)
    let single = try #require(
      StepCost.printed(percent: 148.5, one: 187.5, deviation: 2.5, freedom: 18))
    #expect(abs((vsam.difference?.error ?? 0) - single.error / 2.0.squareRoot()) < 1e-6)
    #expect(costs[1].outcome == .differs)
    #expect(costs[2].outcome == .quoted && costs[2].rows[0].expected == 2)
  }

  @Test("SGD's and SAM's own steps are consistent with a printed speed, never reproduced") func consistent() throws {
    // 1.2 gradients, on SGD's 300 and SAM's 160 images per second.
    let table = try report { text in
      text.replacing("of: SAM, rest: reusing", with: "of: SAM, rest: SGD").replacing(",190,", with: ",255.3,")
    }
    #expect(table.mixedCosts.map(\.outcome) == [.reproduced, .consistent, .quoted])
    let speeds = table.decidedSpeeds(table.mixedCosts)
    #expect(speeds.decided == 4 && speeds.reproduced == 2 && speeds.consistent == 2)
  }

  @Test("an open row states the turns that would decide") func power() throws {
    let vsam = try report(noise: [0.1, -0.1, 0.12, -0.12]).mixedCosts[0]
    #expect(vsam.outcome == .inconclusive)
    let words = try #require(vsam.reason?.wholeMatch(of: /4 turns; ([0-9]+) would give 80 % power/))
    #expect(try #require(Int(words.1)) > 4)
  }

  @Test("rows that a later table prints again are judged once") func reprinted() throws {
    let twice: (String) -> String = { $0.replacing("values: [paper.csv]", with: "values: [paper.csv, again.csv]") }
    #expect(try report(twice).mixedCosts.count == 3)
  }

  @Test("the page and the figure show expected and printed speeds") func page() throws {
    let report = Report([try grid()], from: Results([]))
    #expect(!report.markdown.contains("from these steps"))
    let table = try self.report()
    let text = Page(table.page).plainText
    #expect(text.contains("The paper's schedules, from these steps") && text.contains("reproduced ✓"))
    #expect(table.mixtureRows.count == 5 && table.mixtureRows[0].count == TableReport.mixtureKeys.count)
    #expect(table.mixtureFigure?.finding?.contains("LookSAM-5 on ResNet-18, printed at") == true)
    let speeds = table.decidedSpeeds(table.mixedCosts)
    #expect(speeds.decided == 4 && speeds.reproduced == 2 && speeds.all == 4)
  }
}
