import Records
import Statistics
import Store
import Suites
import Testing

@testable import Reports

@Suite struct MeasurementTests {
  private func measure(_ method: String, _ runs: [RunRecord], in grid: Grid) throws -> Measurement {
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

  @Test("The relative speed is the geometric mean of ratios paired by seed") func paired() throws {
    let grid = try grid()
    var runs = [
      RunRecord.run(of: try grid.cell("SGD", seed: 1)), .run(of: try grid.cell("SGD", seed: 2)),
      .run(of: try grid.cell("SAM", seed: 1), sampled: 200), .run(of: try grid.cell("SAM", seed: 2), sampled: 200),
    ]
    for (index, speed) in [400.0, 50, 100, 50].enumerated() { runs[index].result.timing.imagesPerSecond = speed }
    let sgd = try measure("SGD", runs, in: grid)
    #expect(abs((sgd.relativeSpeed?.mean ?? 0) - 200) < 1e-9 && sgd.relativeSpeed?.n == 2)
    #expect(abs((sgd.expectedSpeed ?? 0) - 200) < 1e-9 && sgd.makesScale && sgd.cost == nil)
  }

  @Test("The cost is counted in examples, with the measured forward share and without skipped weight gradients")
  func counted() throws {
    let grid = try grid()
    var runs = [
      RunRecord.run(of: try grid.cell("SGD", seed: 1)), .run(of: try grid.cell("SAM", seed: 1), sampled: 200),
      .run(of: try grid.cell("vSAM", seed: 1), sampled: 50),
    ]
    // 1.5 s for 1000 images against 30 s for 6000.
    let share = 0.3
    #expect(abs(try measure("vSAM", runs, in: grid).forwardShare.value - share) < 1e-12)
    #expect(abs(try measure("vSAM", runs, in: grid).countedCost!.mean - 1.25) < 1e-12)
    (runs[2].result.forwardExamples, runs[2].result.backwardExamples) = (15_000, 9000)
    runs[2].result.skippedWeightExamples = 2400
    let cost = try #require(try measure("vSAM", runs, in: grid).countedCost?.mean)
    #expect(abs(cost - (share * 2.5 + (1 - share) * (1.5 - 0.2))) < 1e-12)
    #expect(abs(try measure("vSAM", runs, in: grid).expectedSpeed! - 200 / cost) < 1e-9)
    runs[0].epochs.removeAll { $0.name == "eval_seconds" }
    #expect(try measure("vSAM", runs, in: grid).forwardShare == .assumed)
  }

  @Test("Runs of another machine or thread count are not compared, with a note") func machines() throws {
    let grid = try grid()
    var runs = [
      RunRecord.run(of: try grid.cell("SGD", seed: 1)), .run(of: try grid.cell("SGD", seed: 2)),
      .run(of: try grid.cell("SAM", seed: 1), sampled: 200), .run(of: try grid.cell("SAM", seed: 2), sampled: 200),
    ]
    runs[1].result.timing.threads = 1
    let one = try measure("SGD", runs, in: grid)
    #expect(one.relativeSpeed?.n == 1)
    #expect(
      one.speedNotes == [
        "relative speed from 1 of 2 runs: seed 2: SAM ran on another machine or with another thread count"
      ])
    #expect(one.imagesPerSecond == nil)
    runs[0].result.timing.machine = "Other"
    #expect(try measure("SGD", runs, in: grid).relativeSpeed == nil)
  }

  @Test("An invalid time is never used, and its reason is noted") func invalid() throws {
    let grid = try grid()
    var runs = [
      RunRecord.run(of: try grid.cell("SGD", seed: 1)), .run(of: try grid.cell("SAM", seed: 1), sampled: 200),
    ]
    runs[0].result.timing.isValid = false
    runs[0].result.timing.note = "oversubscribed"
    let sgd = try measure("SGD", runs, in: grid)
    #expect(sgd.relativeSpeed == nil && sgd.imagesPerSecond == nil)
    #expect(sgd.speedNotes == ["no relative speed: seed 1: invalid time (oversubscribed)"])
  }

  @Test("Without the baseline there is a limit but no ratio") func noBaseline() throws {
    let grid = try grid()
    let vsam = try measure("vSAM", [.run(of: grid.cell("vSAM", seed: 1), sampled: 50)], in: grid)
    #expect(vsam.relativeSpeed == nil)
    #expect(abs((vsam.expectedSpeed ?? 0) - 160) < 1e-9)
    #expect(vsam.speedNotes == ["no relative speed: SAM has no finished run with seed 1"])
  }

  @Test("A baseline that the table does not show is still used") func hiddenBaseline() throws {
    let grid = try grid {
      $0.replacing("baseline: SAM", with: "baseline: {name: sam, label: SAM}")
        .replacing("    - {name: sam, label: SAM}\n", with: "")
        .replacing("paper: {values: paper.csv, n: 3, spread: standard deviation over seeds}\n", with: "")
        .replacing(/quoted:\n.*\n/, with: "")
    }
    let baseline = try #require(grid.hiddenBaseline.first?.cells.first)
    let runs = [RunRecord.run(of: try grid.cell("SGD", seed: 1)), .run(of: baseline, sampled: 200)]
    #expect(try measure("SGD", runs, in: grid).relativeSpeed == Statistic(geometric: [200]))
  }
}
