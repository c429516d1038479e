import Foundation
import Testing

/// Reports, comparisons and single cells from the command line.
extension CommandTests {
  /// Two methods beside two printed rows; sampling numbers may be judged.
  private func pair(more: String = "") throws -> Scratch {
    let folder = try workplace(
      CommandTests.oneCell.replacing(
        "{name: sgd, label: SGD}", with: "{name: sgd, label: SGD}, {name: sam, label: SAM}" + more
      )
      .replacing("seeds: [1]", with: "seeds: [1, 2]")
      .replacing("{evidence: false}", with: "{evidence: false, comparable: [sampling_number]}") + """

        baseline: SAM
        paper: {values: mine.csv, n: 3, spread: standard deviation}
        equivalence: {sampling_number: {margin: 3, source: "assumed: for the test"}}
        """)
    try """
    method,model,dataset,alpha,gamma,accuracy_mean,accuracy_std,sampling_number,ais,ais_percent,mark,emphasis
    SGD,ResNet,CIFAR-10,,,96.13,0.03,,3167,178,,
    SAM,ResNet,CIFAR-10,,,96.62,0.04,78200,1780,100,,

    """.write(toFile: folder.path + "/suites/mine.csv", atomically: true, encoding: .utf8)
    #expect(try sambench("run", "--quiet", "--threads", "1", in: folder).status == 0)
    return folder
  }

  private func text(_ file: String, in folder: Scratch) throws -> String {
    try String(contentsOfFile: "\(folder.path)/results/quick/report/\(file)", encoding: .utf8)
  }

  @Test("without one cell file its number is not run, and the check says that results are missing")
  func missingCell() throws {
    let folder = try pair()
    #expect(try sambench("report", "--check", "--quiet", in: folder).status == 0)
    #expect(
      try text("verdicts.csv", in: folder).contains(
        "SAM,sampling_number,100.0,,3,100.0,0.0,2,100.0,100.0,0.0,0.0,0.0,3.0,by definition,"))
    let cells = folder.path + "/results/quick/cells"
    let file = try #require(
      try FileManager.default.contentsOfDirectory(atPath: cells).first { $0.contains("-sam-s2-") })
    try FileManager.default.removeItem(atPath: "\(cells)/\(file)")
    #expect(try sambench("report", "--check", "--quiet", in: folder).status == 5)
    #expect(
      try text("verdicts.csv", in: folder).contains(
        "not run,seed 2 is missing: no verdict before all planned runs are in"))
    #expect(try text("report.html", in: folder).contains("not run"))
  }

  @Test("a number beyond its margin ends the check with 2") func differs() throws {
    let folder = try pair()
    let values = folder.path + "/suites/mine.csv"
    let changed = try String(contentsOfFile: values, encoding: .utf8).replacing("78200", with: "39100")
    try changed.write(toFile: values, atomically: true, encoding: .utf8)
    #expect(try sambench("report", "--check", "--quiet", in: folder).status == 2)
  }

  @Test("compare pairs two methods by seed; unknown names are told with the known ones") func compare() throws {
    let folder = try pair()
    let table = try sambench("compare", "sgd", "sam", "--format", "csv", in: folder)
    #expect(table.status == 0, "\(table)")
    #expect(table.output.contains("ResNet,CIFAR-10,SGD,SAM,2,"))
    let unknown = try sambench("compare", "sgd", "sma", in: folder)
    #expect(unknown.status == 64 && unknown.complaint.contains("Known rows: SGD, SAM."))
    try FileManager.default.removeItem(atPath: folder.path + "/results/quick/cells")
    #expect(try sambench("compare", "sgd", "sam", in: folder).status == 5)
  }

  @Test("inspect finds a cell by words of its alias, and asks when they fit several") func inspect() throws {
    let folder = try pair()
    let summary = try sambench("inspect", "sam seed 1", in: folder)
    #expect(summary.status == 0 && summary.output.contains("method.rho"), "\(summary)")
    #expect(try sambench("inspect", "sam seed 1", "--tree", in: folder).output.contains("l2_psf  float32 [4]"))
    #expect(try sambench("inspect", "sam seed 1", "--csv", "epochs", in: folder).output.hasPrefix("epoch,"))
    let several = try sambench("inspect", "sam", in: folder)
    #expect(several.status == 64 && several.complaint.contains("fits 2 cells"))
    #expect(try sambench("inspect", "sam seed 7", in: folder).status == 5)
    let trace = try sambench("inspect", "sam seed 1", "--plot", "l2_pfs", in: folder)
    #expect(trace.status == 64 && trace.complaint.contains("l2_psf"))
  }

  /// Whether drawings can be made here.
  static var hasGnuplot: Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot") }
  }

  @Test("a figure drawn twice is the same text, without the drawing program's version", .enabled(if: hasGnuplot))
  func drawing() throws {
    let folder = try pair(more: ", {name: sam, label: SAM-2, period: 2}")
    let first = try text("figures/mine-costs.svg", in: folder)
    #expect(first.contains("</svg>") && !first.contains("GNUPLOT"))
    #expect(try sambench("report", "--quiet", in: folder).status == 0)
    #expect(try text("figures/mine-costs.svg", in: folder) == first)
    #expect(try text("report.md", in: folder).contains("](figures/mine-costs.svg)"))
    #expect(try text("report.html", in: folder).contains("data:image/svg+xml;base64,"))
    let latex = try sambench("report", "--figures", "pdf", "--format", "latex", in: folder)
    #expect(latex.status == 0 && latex.output.contains("\\toprule") && latex.output.contains("SAM-2 & "), "\(latex)")
    let drawn = try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/results/quick/report/figures/mine-costs.pdf"))
    #expect(drawn.starts(with: Data("%PDF".utf8)))
  }

  @Test("a run in which nothing finishes writes no report over an earlier one") func nothingFinished() throws {
    let folder = try workplace(CommandTests.oneCell)
    let stopped = try sambench("run", "--time-limit", "0.001s", in: folder)
    #expect(stopped.status == 75 && stopped.output.contains("No report: nothing has finished yet."), "\(stopped)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/results/quick/report"))
  }

  @Test("replay needs long runs of SAM, and says how to get them") func replay() throws {
    let folder = try pair()
    let answer = try sambench("replay", in: folder)
    #expect(answer.status == 5 && answer.complaint.contains("run sampling -p quick"), "\(answer)")
    #expect(try sambench("replay", "--alpha", "1.7", in: folder).status == 64)
  }
}
