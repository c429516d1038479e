import Records
import Statistics
import Store
import Suites
import Testing

@testable import Paper
@testable import Reports

@Suite("The paper's claims") struct ClaimsTests {
  /// Table 3 at the paper's size on two models, with every row that can be run.
  private func claims(
    vsamSpeed: [Double], vsamAccuracy: Double = 96.6, profile: String = "paper", norms: [Float] = []
  ) throws -> [String: Claim] {
    let grid = try grid(profile: profile) {
      $0.replacing(
        "models: [{name: resnet, label: ResNet-18}]",
        with: "models: [{name: resnet, label: ResNet-18}, {name: resnet, label: Narrow, width: 4}]")
    }
    var runs: [RunRecord] = []
    for (index, model) in grid.models.enumerated() {
      for seed in UInt64(1)...3 {
        for (method, accuracy, speed) in [
          ("SAM", 96.62, 100.0), ("SGD", 96.1, 200), ("vSAM", vsamAccuracy, vsamSpeed[index]),
        ] {
          let entry = grid.entries.first { $0.method.label == method && $0.model == model }
          let cell = try #require(entry?.cells.first { $0.seed == seed })
          var run = RunRecord.run(
            of: cell, kind: .official, accuracy: accuracy + Double(seed + UInt64(index)) / 100,
            sampled: method == "SAM" ? 78_200 : method == "vSAM" ? 23_579 : 0, iterations: 78_200)
          run.result.timing.imagesPerSecond = speed + Double(seed) / 100
          runs.append(run)
        }
      }
    }
    let stored = runs
    let reader: TraceReader = { id in
      guard !norms.isEmpty, var run = stored.first(where: { $0.cellID == id }) else { return nil }
      run.traces = [Series("l2_psf", unit: "1", longName: "norm of PSF", values: norms)]
      return run
    }
    let report = Report([grid], from: Results(runs), reading: reader, paper: VSAMPaper(behind: [grid]))
    return Dictionary(uniqueKeysWithValues: report.claims.map { ($0.statement, $0) })
  }

  private static let faster = "vSAM is about 40 % faster than SAM"

  @Test("evidence starts with the paper's own numbers") func printed() throws {
    let claims = try claims(vsamSpeed: [140, 140])
    #expect(claims[ClaimsTests.faster]?.paper?.word == .holds)
    let sgd = try #require(claims["vSAM is more accurate than SGD"]?.paper)
    #expect(sgd.word == .holds && sgd.evidence.hasPrefix("vSAM higher in 1 of 1, beyond the printed deviations in 1"))
    #expect(claims["vSAM is as accurate as SAM"]?.paper?.word == .holds)
  }

  @Test(
    "a speed is one value per model",
    arguments: [([170.0, 171.0], Finding.Word.reproduced), ([110, 111], .differs), ([120, 260], .inconclusive)])
  func faster(_ speeds: [Double], _ word: Finding.Word) throws {
    let finding = try #require(try claims(vsamSpeed: speeds)[ClaimsTests.faster]?.speed)
    #expect(finding.word == word && finding.evidence.contains("n = 2 models"))
  }

  @Test("a criterion that the settings cannot meet is out of reach, not inconclusive") func unattainable() throws {
    let grid = try grid(profile: "paper")
    var runs: [RunRecord] = []
    for seed in UInt64(1)...3 {
      for (method, sampled) in [("SGD", 0), ("SAM", 200), ("vSAM", 120)] {
        runs.append(.run(of: try grid.cell(method, seed: seed), sampled: sampled))
      }
    }
    let report = Report([grid], from: Results(runs), paper: VSAMPaper(behind: [grid]))
    let finding = report.claims.first { $0.statement == ClaimsTests.faster }?.speed
    #expect(finding?.word == .unattainable)
    #expect(finding?.evidence == "at most 125 % with this profile's settings")
  }

  @Test(
    "\"as accurate\" is one-sided: lower by at most the margin",
    arguments: [(96.6, Finding.Word.same), (97, .same), (94, .opposite)])
  func accurate(_ accuracy: Double, _ word: Finding.Word) throws {
    let claim = try claims(vsamSpeed: [140, 140], vsamAccuracy: accuracy)["vSAM is as accurate as SAM"]
    #expect(claim?.accuracy?.word == word)
  }

  @Test(
    "a claim at equal sampling numbers is not comparable at others, unless the better method sampled less",
    arguments: [
      (100, 97.0, Finding.Word.same), (100, 96.0, .opposite), (50, 97, .same), (50, 96, .notComparable),
      (200, 97, .notComparable), (200, 96, .opposite), (95, 96, .opposite),
    ])
  func equalCounts(_ sampled: Int, _ accuracy: Double, _ word: Finding.Word) throws {
    let grid = try grid(profile: "paper") {
      $0.replacing("label: vSAM}", with: "label: vSAM}\n    - {name: vsam, label: periodic, window: 10}")
    }
    var runs: [RunRecord] = []
    for seed in UInt64(1)...3 {
      let offset = Double(seed) / 100
      runs.append(.run(of: try grid.cell("periodic", seed: seed), kind: .official, accuracy: 96.5, sampled: 100))
      runs.append(
        .run(of: try grid.cell("vSAM", seed: seed), kind: .official, accuracy: accuracy + offset, sampled: sampled))
    }
    let report = Report([grid], from: Results(runs), paper: VSAMPaper(behind: [grid]))
    let claim = report.claims.first {
      $0.statement == "vSAM is more accurate than SAM-5 at nearly the same sampling number"
    }
    let finding = try #require(claim?.accuracy)
    #expect(finding.word == word && finding.evidence.hasSuffix("at \(sampled) and 100 samples"), "\(finding)")
  }

  @Test("runs that several tables share count once in a claim") func sharedRuns() throws {
    let tables = try ["[1, 2, 3]", "[1, 2]"].map { seeds in
      try grid(profile: "paper") { $0.replacing("seeds: [1, 2, 3]", with: "seeds: \(seeds)") }
    }
    let runs = try (UInt64(1)...3).flatMap { seed in
      [
        RunRecord.run(of: try tables[0].cell("vSAM", seed: seed), kind: .official, accuracy: 97 + Double(seed) / 100),
        .run(of: try tables[0].cell("SGD", seed: seed), kind: .official, accuracy: 96),
      ]
    }
    let report = Report(tables, from: Results(runs), paper: VSAMPaper(behind: tables))
    let claim = report.claims.first { $0.statement == "vSAM is more accurate than SGD" }
    #expect(claim?.accuracy?.evidence.contains("n = 3") == true, "\(String(describing: claim?.accuracy))")
  }

  @Test("a profile without evidence on accuracies does not test them") func quick() throws {
    let claims = try claims(vsamSpeed: [170, 171], profile: "quick")
    #expect(claims["vSAM is as accurate as SAM"]?.accuracy?.word == .notTested)
    #expect(claims[ClaimsTests.faster]?.speed?.word == .reproduced)
  }

  @Test("a study at small scale answers for PSF's norm and for SAM against SGD; two runs decide nothing")
  func smallScale() throws {
    let grid = try grid {
      $0.replacing("table: 3\n", with: "").replacing(
        "comparable: [sampling_number, ais]", with: "comparable: []\n    scale: small")
    }
    let norms = (1...120).map { (index: Int) -> Float in Float(index) * (1 + Float(index % 5) / 10) }
    func words(_ seeds: ClosedRange<UInt64>) throws -> [Finding.Word?] {
      let runs = try seeds.flatMap { seed in
        [
          RunRecord.run(of: try grid.cell("SAM", seed: seed), accuracy: 52 + Double(seed) / 10, sampled: 200),
          .run(of: try grid.cell("SGD", seed: seed), accuracy: 50),
        ]
      }
      let reader: TraceReader = { id in
        guard var run = runs.first(where: { $0.cellID == id }) else { return nil }
        run.traces = [Series("l2_psf", unit: "1", longName: "norm of PSF", values: norms)]
        return run
      }
      let claims = Report([grid], from: Results(runs), reading: reader, paper: VSAMPaper(behind: [grid])).claims
      return ["SAM is more accurate than SGD", "the norm of PSF grows as training proceeds"].map { statement in
        claims.first { $0.statement == statement }.flatMap { $0.accuracy ?? $0.sampling }?.word
      }
    }
    #expect(try words(1...3) == [.same, .same])
    #expect(try words(1...2) == [.open, .open])
  }

  @Test("a norm whose mean and spread grow after the warm-up, and one that shrinks") func psf() throws {
    let statements = ["grows", "varies more"].map { "the norm of PSF \($0) as training proceeds" }
    let start = [Float](repeating: 1000, count: 30)
    let rise = (1...90).map { (index: Int) -> Float in Float(index) * (1 + Float(index % 5) / 10) }
    for statement in statements {
      #expect(try claims(vsamSpeed: [140, 140], norms: start + rise)[statement]?.sampling?.word == .reproduced)
      #expect(try claims(vsamSpeed: [140, 140], norms: start + rise.reversed())[statement]?.sampling?.word == .differs)
      #expect(try claims(vsamSpeed: [140, 140])[statement] == nil)
    }
    let change = try #require(PSFChange([1, 2, 3, 5, 5, 5, 2, 4, 6]))
    #expect(abs(change.mean - 0.693_147_180_559_945_3) < 1e-12 && abs(change.deviation - change.mean) < 1e-12)
    #expect(PSFChange([100, 90, 1, 2, 3, 5, 5, 5, 2, 4, 6], skipping: 2) == change)
    #expect(PSFChange([1, 2, 3]) == nil)
  }
}
