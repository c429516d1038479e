import Statistics
import Store
import Suites
import Testing

@testable import Reports

@Suite struct MeasurementTests {
  private func measure(_ method: String, _ runs: [CellSummary], in grid: Grid) throws -> Measurement {
    let report = TableReport(grid, from: Results(runs))
    return try #require(report.measurements.first { $0.entry.method.label == method })
  }

  @Test("Means are over finished seeds only; a diverged one is named and never averaged") func diverged() throws {
    let grid = try grid()
    let vsam = try measure("vSAM", grid.sampleResults(), in: grid)
    #expect(vsam.accuracyLast == Statistic([52.25]))
    #expect(vsam.stopped.map(\.reason) == ["diverged at iteration 113"])
    #expect(vsam.state == .partial && vsam.planned == 3)
  }

  @Test("The relative speed is the mean of ratios paired by seed") func paired() throws {
    let grid = try grid()
    var runs = [
      CellSummary.run(of: try grid.cell("SGD", seed: 1)), .run(of: try grid.cell("SGD", seed: 2)),
      .run(of: try grid.cell("SAM", seed: 1), sampled: 200), .run(of: try grid.cell("SAM", seed: 2), sampled: 200),
    ]
    for (index, speed) in [300.0, 100, 100, 50].enumerated() { runs[index].result.timing.imagesPerSecond = speed }
    let sgd = try measure("SGD", runs, in: grid)
    #expect(sgd.relativeSpeed == Statistic([300, 200]))
    #expect(sgd.speedLimit == 200)
  }

  @Test("The limit is what the baseline's runs cost over what the method's do") func limit() throws {
    let grid = try grid()
    let runs = [
      CellSummary.run(of: try grid.cell("SGD", seed: 1)), .run(of: try grid.cell("SAM", seed: 1), sampled: 100),
    ]
    #expect(try measure("SGD", runs, in: grid).speedLimit == 150)
  }

  @Test("Runs of another machine or thread count are not compared, and the table says so") func machines() throws {
    let grid = try grid()
    var runs = [
      CellSummary.run(of: try grid.cell("SGD", seed: 1)), .run(of: try grid.cell("SGD", seed: 2)),
      .run(of: try grid.cell("SAM", seed: 1), sampled: 200), .run(of: try grid.cell("SAM", seed: 2), sampled: 200),
    ]
    runs[1].result.timing.threads = 1
    let one = try measure("SGD", runs, in: grid)
    #expect(one.relativeSpeed?.n == 1)
    #expect(
      one.speedNotes == [
        "relative speed from 1 of 2 runs: seed 2: SAM ran on another machine or with another number of threads"
      ])
    #expect(one.imagesPerSecond == nil)
    runs[0].result.timing.machine = "Other"
    #expect(try measure("SGD", runs, in: grid).relativeSpeed == nil)
  }

  @Test("A time that is not valid counts nowhere, with its reason") func invalid() throws {
    let grid = try grid()
    var runs = [
      CellSummary.run(of: try grid.cell("SGD", seed: 1)), .run(of: try grid.cell("SAM", seed: 1), sampled: 200),
    ]
    runs[0].result.timing.isValid = false
    runs[0].result.timing.note = "oversubscribed"
    let sgd = try measure("SGD", runs, in: grid)
    #expect(sgd.relativeSpeed == nil && sgd.imagesPerSecond == nil)
    #expect(sgd.speedNotes == ["no relative speed: seed 1: time not valid (oversubscribed)"])
  }

  @Test("Without the baseline there is a limit but no ratio") func noBaseline() throws {
    let grid = try grid()
    let vsam = try measure("vSAM", [.run(of: grid.cell("vSAM", seed: 1), sampled: 50)], in: grid)
    #expect(vsam.relativeSpeed == nil)
    #expect(vsam.speedLimit == 160)
    #expect(vsam.speedNotes == ["no relative speed: SAM has not finished with seed 1"])
  }

  @Test("A baseline that the table does not show is used all the same") func hiddenBaseline() throws {
    let grid = try grid {
      $0.replacing("baseline: SAM", with: "baseline: {name: sam, label: SAM}")
        .replacing("    - {name: sam, label: SAM}\n", with: "")
        .replacing("paper: {values: paper.csv, n: 3, spread: standard deviation over seeds}\n", with: "")
        .replacing(/quoted:\n.*\n/, with: "")
    }
    let baseline = try #require(grid.hiddenBaseline.first?.cells.first)
    let runs = [CellSummary.run(of: try grid.cell("SGD", seed: 1)), .run(of: baseline, sampled: 200)]
    #expect(try measure("SGD", runs, in: grid).relativeSpeed == Statistic([200]))
  }
}
