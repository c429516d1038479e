import Records
import Store
import Suites
import Testing

@testable import Reports

@Suite("Two methods against each other") struct ComparisonTests {
  @Test("the page equals the golden file") func golden() throws {
    let grid = try grid()
    let comparison = try #require(
      Comparison("sgd", against: "sam", in: [grid], from: Results(try grid.sampleResults())))
    try Golden.expect(comparison.page.markdown, is: "compare.md")
    try Golden.expect(comparison.data.csv, is: "compare.csv")
    try Golden.expect(comparison.json, is: "compare.json")
    #expect(!comparison.isMissingRuns)
  }

  @Test("accuracies, speeds and times are paired by seed") func pairs() throws {
    let grid = try grid()
    let comparison = try #require(
      Comparison("SGD", against: "SAM", in: [grid], from: Results(try grid.sampleResults()), target: 45))
    let row = try #require(comparison.rows.first)
    // SGD 50, 51, 52 and SAM 51.75, 52, 52.25; SGD takes one gradient, SAM two.
    #expect(row.differences == [-1.75, -1, -0.25])
    #expect(abs((row.one.relativeSpeed?.mean ?? 0) - 200) < 1e-9)
    // Accuracy is 8 points lower in the first epoch: seed 1 of SGD and of SAM reach 45 % in the second.
    #expect(row.times == [50, 50, 50] && row.unreached == 0)
  }

  @Test("a pair that several tables share counts once, with all its seeds") func sharedRuns() throws {
    let (three, two) = (try grid(), try grid { $0.replacing("seeds: [1, 2, 3]", with: "seeds: [1, 2]") })
    let results = Results(try three.sampleResults())
    for grids in [[three, two], [two, three], [three, three]] {
      let comparison = try #require(Comparison("SGD", against: "SAM", in: grids, from: results))
      #expect(comparison.rows.map(\.differences) == [[-1.75, -1, -0.25]])
    }
  }

  @Test("a target that is never reached is reported, not averaged") func unreached() throws {
    let grid = try grid()
    let comparison = try #require(
      Comparison("SGD", against: "SAM", in: [grid], from: Results(try grid.sampleResults()), target: 51.8))
    let row = try #require(comparison.rows.first)
    // SAM reaches it with two seeds, SGD with one of them: the median is infinite.
    #expect(row.times.count == 2 && row.unreached == 1 && row.time == .infinity)
    #expect(comparison.page.markdown.contains("SGD does not reach 51.8 % with 1 seed"))
  }

  @Test("missing runs and a loss beyond the margin are distinguished") func endings() throws {
    let grid = try grid()
    let results = Results(try grid.sampleResults())
    #expect(try #require(Comparison("vSAM", against: "SAM", in: [grid], from: results)).isMissingRuns)
    let runs = try (UInt64(1)...3).flatMap { seed in
      [
        RunRecord.run(of: try grid.cell("SGD", seed: seed), accuracy: 40 + Double(seed) / 10),
        .run(of: try grid.cell("SAM", seed: seed), accuracy: 50, sampled: 200),
      ]
    }
    #expect(try #require(Comparison("SGD", against: "SAM", in: [grid], from: Results(runs))).isWorse)
    #expect(!(try #require(Comparison("SAM", against: "SGD", in: [grid], from: Results(runs)))).isWorse)
    // A point lower on average, but three seeds do not show a loss.
    #expect(!(try #require(Comparison("SGD", against: "SAM", in: [grid], from: results))).isWorse)
  }

  @Test("the part of the other's gain over SGD is paired by seed") func keptGain() throws {
    let grid = try grid()
    let runs = try (UInt64(1)...3).flatMap { seed in
      [
        RunRecord.run(of: try grid.cell("SGD", seed: seed), accuracy: 40 + Double(seed) / 10),
        .run(of: try grid.cell("SAM", seed: seed), accuracy: 50, sampled: 200),
        .run(of: try grid.cell("vSAM", seed: seed), accuracy: 45, sampled: 50),
      ]
    }
    let comparison = try #require(Comparison("vSAM", against: "SAM", in: [grid], from: Results(runs)))
    let kept = try #require(comparison.rows.first?.kept)
    // 4.9, 4.8 and 4.7 of 9.9, 9.8 and 9.7 points.
    #expect(abs(kept.value - 4.8 / 9.8) < 1e-12 && kept.count == 3)
    #expect(comparison.page.plainText.contains("49 [48, 50]"), "\(comparison.page.plainText)")
    #expect(comparison.rows.first?.one.trainTestGap == nil)
    // SGD itself keeps nothing by definition.
    #expect(try #require(Comparison("SGD", against: "SAM", in: [grid], from: Results(runs))).rows.first?.kept == nil)
    // A method worse than SGD has no gain, and of a negative one a part would be a merit.
    let worse = runs.map { run in
      var run = run
      if run.result.testAccuracyLast == 50 { run.result.testAccuracyLast = 38 }
      return run
    }
    #expect(try #require(Comparison("vSAM", against: "SAM", in: [grid], from: Results(worse))).rows.first?.kept == nil)
  }

  @Test("a name selects the row with that label in every table, other rows of the method only if no row has it")
  func labels() throws {
    let study = try grid {
      $0.replacing(
        "{name: vsam, label: vSAM}", with: "{name: vsam, label: vSAM 20, window: 20, published: {method: vSAM}}"
      ).replacing("{method: vSAM, against: SAM}", with: "{method: vSAM 20, against: SAM}")
    }
    let (plain, results) = (try grid(), Results([]))
    #expect(Comparison("vsam", against: "sam", in: [study, plain], from: results)?.one == "vSAM")
    #expect(Comparison("vsam", against: "sam", in: [study, plain], from: results)?.rows.count == 1)
    #expect(Comparison("vsam", against: "sam", in: [study], from: results)?.one == "vSAM 20")
  }

  @Test("unknown names and a method against itself give nil") func nothing() throws {
    let grid = try grid()
    #expect(Comparison("vsma", against: "SAM", in: [grid], from: Results([])) == nil)
    #expect(Comparison("SAM", against: "sam", in: [grid], from: Results([])) == nil)
    #expect(Comparison.names(in: [grid]) == ["SGD", "SAM", "LookSAM-5", "vSAM"])
  }
}
