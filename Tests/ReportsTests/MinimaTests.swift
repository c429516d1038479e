import Configuration
import Paper
import Records
import Suites
import Testing

@testable import Reports

@Suite("What the minima look like") struct MinimaTests {
  private static func probes(
    error: Double = 0.2, order: Double = 1, bound: Double = 3, productError: Double = 0.001
  ) -> ProbeRecord {
    ProbeRecord([
      ProbeValue("images", unit: "1", "images", 256), ProbeValue("radius", unit: "1", "rho", 0.05),
      ProbeValue("loss_gap", unit: "nat", "gap", 1.25),
      ProbeValue("lambda_max", .evaluation, unit: "nat", "eigenvalue", 12.345),
      ProbeValue("trace", .evaluation, unit: "nat", "trace", 250.75),
      ProbeValue("trace_standard_error", .evaluation, unit: "nat", "error", 0.0125),
      ProbeValue("map", .evaluation, unit: "nat", "map", shape: [2, 2], [1, 2, 3, .infinity]),
      ProbeValue("lambda_max", .batch, unit: "nat", "eigenvalue", 40),
      ProbeValue("lambda_min", .batch, unit: "nat", "eigenvalue", -0.75),
      ProbeValue("eq6_error", .batch, unit: "1", "error", error),
      ProbeValue("eq6_order", .batch, unit: "1", "order", order),
      ProbeValue("eq6_held_order", .batch, unit: "1", "order", 1),
      ProbeValue("difference_error", .batch, unit: "1", "error", productError),
      ProbeValue("lemma1_norm", .batch, unit: "1", "norm", 2),
      ProbeValue("lemma1_bound", .batch, unit: "1", "bound", bound),
      ProbeValue("curve_distance", .batch, unit: "1", "axis", [-1, 0, 1]),
      ProbeValue("curve_psf", .batch, unit: "nat", "loss", [3, 1, 2.5]),
    ])
  }

  private func report(_ probes: [ProbeRecord]) throws -> Report {
    let grid = try grid()
    var runs = try grid.sampleResults()
    for (index, probes) in probes.enumerated() { runs[index].probes = probes }
    let stored = runs
    for index in runs.indices { runs[index].probes = runs[index].probes.numbers }
    return Report(
      [grid], from: Results(runs), reading: { id in stored.first { $0.cellID == id } },
      paper: VSAMPaper(behind: [grid]))
  }

  @Test("the section has a row per probed run and a figure, and is missing if no run was probed")
  func section() throws {
    #expect(!(try report([]).markdown.contains("minima")))
    let report = try report([MinimaTests.probes(), MinimaTests.probes()])
    let text = report.plainText
    #expect(text.contains("What the minima look like") && text.contains("on 256 training images"))
    for number in ["12.3", "40.0", "251 ± 0.0125", "1.25", "0.0500"] {
      #expect(report.markdown.contains(number), "\(number)")
    }
    #expect(report.figures.map(\.name).contains("minima-curves"))
    #expect(report.files.contains { $0.name == "figures/minima-curves.gp" && $0.text.contains("along PSF") })
  }

  @Test(
    "Eq. 6 and Lemma 1: the order in rho and the ratio of both sides decide",
    arguments: [
      ([1, 0.9], [3, 2.5], Finding.Word.reproduced), ([0, 0.1], [3, 3], .differs), ([1, 0.1], [3, 3], .inconclusive),
      ([1, 1], [1.5, 1.75], .differs), ([1, 1], [3, 1.5], .inconclusive),
    ] as [([Double], [Double], Finding.Word)])
  func verdict(_ orders: [Double], _ bounds: [Double], _ word: Finding.Word) throws {
    let report = try report(zip(orders, bounds).map { MinimaTests.probes(order: $0, bound: $1) })
    let claim = try #require(report.claims.first { $0.place == "3.1, Eq. 6, Lemma 1" })
    #expect(claim.sampling?.word == word)
    let evidence = try #require(claim.sampling?.evidence)
    #expect(evidence.hasPrefix("n = 2 probed runs: at rho, PSF differs from rho H g/|g| by 20 %"), "\(evidence)")
    #expect(evidence.contains("fails in 2 of 2 (lowest eigenvalue -0.75)"), "\(evidence)")
    #expect(try self.report([]).claims.first { $0.place == "3.1, Eq. 6, Lemma 1" }?.sampling?.word == .notRun)
  }

  @Test("Eq. 6 and Lemma 1 are inconclusive if the Hessian product or the order is not known")
  func unreadable() throws {
    func finding(_ probes: ProbeRecord) throws -> Finding? {
      try report([probes]).claims.first { $0.place == "3.1, Eq. 6, Lemma 1" }?.sampling
    }
    let noisy = try #require(try finding(MinimaTests.probes(order: 0, productError: 0.27)))
    #expect(noisy.word == .inconclusive && noisy.evidence.contains("more than 10 %"), "\(noisy.evidence)")
    #expect(noisy.evidence.contains("(27 % at best)"), "\(noisy.evidence)")
    #expect(try finding(MinimaTests.probes(order: .nan))?.word == .inconclusive)
    #expect(try finding(MinimaTests.probes(order: 0, productError: 0.09))?.word == .differs)
    // A noisy run does not count beside one that can be read.
    let both = try report([MinimaTests.probes(order: 0, productError: 0.27), MinimaTests.probes()])
    #expect(both.claims.first { $0.place == "3.1, Eq. 6, Lemma 1" }?.sampling?.word == .reproduced)
  }

  @Test("inspect, CSV and JSON have every number; infinite ones are empty")
  func page() throws {
    var run = RunRecord.run(of: try grid().cell("SAM", seed: 1))
    #expect(!Inspection(run).page.plainText.contains("lambda_max") && !Inspection(run).json.contains("probes"))
    run.probes = MinimaTests.probes()
    let text = Inspection(run).page.plainText
    for name in ["lambda_max", "12.35", "eq6_order", "curve_psf", "loss_gap"] {
      #expect(text.contains(name), "\(name)")
    }
    let json = Inspection(run).json
    #expect(json.contains(#""map":[[1.0,2.0],[3.0,null]]"#) && json.contains(#""curve_psf":[3.0,1.0,2.5]"#))
    #expect(json.contains(#""loss_gap":1.25"#) && Inspection(run).tree.contains("├── probes: images, radius, loss_gap"))
    let lines = ProbePage(run).data.csv.split(separator: "\n")
    #expect(lines.first == "cell,mode,quantity,index,value,unit,meaning")
    #expect(lines.contains("\(run.cellID),evaluation,map,2,3.0,nat,map"))
    #expect(lines.contains("\(run.cellID),evaluation,map,3,,nat,map"))
    #expect(lines.contains("\(run.cellID),,radius,,0.05,1,rho") && lines.count == 1 + 14 + 4 + 6)
    #expect(ProbePage(run).json.hasPrefix(#"{"alias":"#))
  }

  @Test("probes by epoch have a figure of their own, without final probes too")
  func epochs() throws {
    let grid = try grid()
    var runs = try grid.sampleResults()
    for index in runs.indices {
      runs[index].epochs.append(
        Series(
          "probe_batch_lambda_max", unit: "nat", longName: "eigenvalue", values: [7.5, 12.625], isAddedLater: true))
    }
    let report = Report([grid], from: Results(runs), reading: { _ in nil }, paper: VSAMPaper(behind: [grid]))
    #expect(report.markdown.contains("Curvature by epoch") && !report.markdown.contains("What the minima look like"))
    let script = report.files.first { $0.name == "figures/minima-epochs.gp" }?.text
    #expect(
      script?.contains("1 7.5\n2 12.625\n") == true && script?.contains("λ max") == true,
      "\(String(describing: script))")
    #expect(!(try self.report([]).markdown.contains("Curvature by epoch")))
    // One epoch makes no line.
    for index in runs.indices { runs[index].epochs[runs[index].epochs.count - 1].values[0] = .nan }
    let single = Report([grid], from: Results(runs), reading: { _ in nil }, paper: VSAMPaper(behind: [grid]))
    #expect(!single.markdown.contains("Curvature by epoch"))
  }

  @Test("inspect shows by age how far a reused vector is from its replacement")
  func reuse() throws {
    var run = RunRecord.run(of: try grid().cell("SAM", seed: 1))
    #expect(!Inspection(run).page.plainText.contains("Reused vector"))
    run.traces += [
      Series("reuse_age", unit: "1", longName: "age", values: [.nan, 1, 1, .nan, 5, 40]),
      Series("reuse_cosine", unit: "1", longName: "cosine", values: [.nan, 0.9, 0.7, .nan, 0.5, 0.25]),
    ]
    let lines = Inspection(run).page.plainText.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: " ")
    }
    for line in ["1 2 0.800 0.700 0.900", "5 to 8 1 0.500 0.500 0.500", "over 32 1 0.250 0.250 0.250"] {
      #expect(lines.contains { $0.contains(line) }, "\(line)")
    }
    #expect(!lines.contains { $0.hasPrefix("2 ") && $0.contains("0.") })
  }

  @Test("compare has columns for probes if a run has them")
  func compare() throws {
    let grid = try grid()
    var runs = try grid.sampleResults()
    func comparison() throws -> Comparison {
      try #require(Comparison("vSAM", against: "SAM", in: [grid], from: Results(runs)))
    }
    #expect(!(try comparison().page.plainText.contains("λ max")))
    for index in runs.indices { runs[index].probes = MinimaTests.probes() }
    #expect(try comparison().page.plainText.contains("40.0 : 40.0"))
    #expect(try comparison().data.csv.contains("lambda_max,against_lambda_max"))
  }
}
