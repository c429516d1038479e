import Configuration
import Foundation
import Paper
import Records
import Statistics
import Store
import Suites
import Testing

@testable import Reports

@Suite struct ReportTests {
  private func report(_ runs: (Grid) throws -> [RunRecord], profile: String = "quick") throws -> Report {
    let grid = try grid(profile: profile)
    return Report([grid], from: Results(try runs(grid)), reading: sampleTraces, paper: VSAMPaper(behind: [grid]))
  }

  @Test("The page equals the golden file") func golden() throws {
    var report = try report { try $0.sampleResults() }
    try Golden.expect(report.markdown, is: "report.md")
    try Golden.expect(report.plainText, is: "report.txt")
    try Golden.expect(report.tables[0].csv, is: "table3.csv")
    try Golden.expect(report.tables[0].json, is: "table3.json")
    try Golden.expect(report.verdictData.csv, is: "verdicts.csv")
    try Golden.expect(report.verdictJSON, is: "verdicts.json")
    try Golden.expect(report.claimData.csv, is: "claims.csv")
    report.drawing = .drawn
    try Golden.expect(try report.html(drawings: ["table3-costs": "<svg/>"]), is: "report.html")
  }

  @Test("The same results give the same files") func deterministic() throws {
    let (a, b) = (try report { try $0.sampleResults() }, try report { try $0.sampleResults().reversed() })
    #expect(
      a.files.map(\.name) == [
        "report.md", "inconsistencies.md", "numbers.md", "table3.csv", "table3.json", "verdicts.csv", "verdicts.json",
        "claims.csv",
        "cells.csv", "figures/table3-costs.gp", "figures/table3-curves.gp", "figures/table3-figure2.gp",
        "figures/table3-rates.gp",
      ])
    for (one, other) in zip(a.files, b.files) { #expect(one.text == other.text, "\(one.name)") }
  }

  @Test("an appendix is a file in Markdown and folds in HTML, and its links point into it") func appendix() throws {
    let report = try report { try $0.sampleResults() }
    let file = try #require(report.files.first { $0.name == "numbers.md" }?.text)
    #expect(file.hasPrefix("# Number by number\n") && file.contains("\n## Table 3\n"))
    #expect(report.markdown.contains("[intervals and verdicts](numbers.md#table-3) · [table3.csv](table3.csv)"))
    #expect(!report.markdown.contains("ours − paper") && file.contains("ours − paper"))
    let html = try report.html(drawings: [:])
    #expect(html.contains("href=\"#number-by-number-table-3\"") && html.contains("id=\"number-by-number-table-3\""))
    #expect(report.plainText.contains("ours − paper"))
    for verdict in report.tables[0].verdicts where verdict.reason != report.tables[0].unfit(verdict.column) {
      #expect(html.contains("id=\"\(verdict.anchor(in: "table3"))\""))
    }
  }

  @Test("JSON of a report and of each table can be parsed and keeps every number") func json() throws {
    let report = try report { try $0.sampleResults() }
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "sambench.report" && object["version"] as? Int == 2)
    let table = try #require((object["tables"] as? [[String: Any]])?.first)
    #expect(table["schema"] as? String == "sambench.table" && table["version"] as? Int == 2)
    let rows = try #require(table["rows"] as? [[String: Any]])
    #expect(rows.count == 5)
    #expect(rows[3]["method"] as? String == "vSAM" && rows[3]["n"] as? Int == 1)
    #expect(rows[3]["accuracy_last_percent"] as? Double == 52.25)
    #expect(rows[3]["accuracy_last_percent_deviation"] is NSNull)
    let sgd = try #require(rows.first { $0["method"] as? String == "SGD" })
    let low = try #require(Statistic([-1.75, -1, -0.25])?.interval()?.low)
    let written = try #require(sgd["accuracy_difference_low"] as? Double)
    #expect(abs(written - low) < 1e-12)
    #expect(rows[4]["status"] as? String == "quoted" && rows[4]["accuracy_last_percent"] is NSNull)
  }

  @Test("Without results every row is \"not run\" and the page is complete") func nothing() throws {
    let report = try report { _ in [] }
    #expect(report.tally == Report.RunCounts(finished: 0, missing: 12, stopped: 0))
    #expect(report.markdown.components(separatedBy: "→ not run").count == 5)
  }

  @Test("A row whose seeds all failed has no result and names each reason") func failed() throws {
    let report = try report { grid in
      try [1, 2, 3].map { seed in .run(of: try grid.cell("vSAM", seed: seed), status: .failed(reason: "no memory")) }
    }
    #expect(report.tally == Report.RunCounts(finished: 0, missing: 9, stopped: 3))
    #expect(report.markdown.contains("96.64 ± 0.12 → no result"))
    #expect(report.markdown.contains("vSAM, seed 3: failed: no memory"))
  }

  @Test("A full-length run shows sampling numbers, a shorter one shares of its iterations") func sampling() throws {
    let full = try report(
      { [.run(of: try $0.cell("vSAM", seed: 1), sampled: 23_000, iterations: 78_200)] }, profile: "paper")
    #expect(full.markdown.contains("23579 → 23000") && !full.markdown.contains("sampled %  "))
    let short = try report { [.run(of: try $0.cell("vSAM", seed: 1), sampled: 60)] }
    #expect(short.markdown.contains("30.2 → 30.0") && !short.markdown.contains("23579"))
  }

  @Test("Generated data are announced first") func generated() throws {
    let report = try report { [.run(of: try $0.cell("SGD", seed: 1), kind: .generated)] }
    #expect(report.markdown.contains("> **Generated stand-in data** in place of cifar10: accuracies do not apply"))
    let official = try self.report({ [.run(of: try $0.cell("SGD", seed: 1), kind: .official)] }, profile: "paper")
    #expect(!official.markdown.contains("\n> "))
    #expect(!official.markdown.contains("Accuracies at the paper's scale."))
  }

  @Test("A cell that two tables share counts once") func shared() throws {
    let grid = try grid()
    let report = Report([grid, grid], from: Results(try grid.sampleResults()))
    #expect(report.tally == Report.RunCounts(finished: 7, missing: 4, stopped: 1))
    #expect(report.markdown.contains("7 runs"))
  }

  @Test("A suite without a paper shows only its own numbers") func noPaper() throws {
    let grid = try grid {
      $0.replacing("paper: {values: paper.csv, n: 3, spread: standard deviation over seeds}\n", with: "")
        .replacing(/quoted:\n.*\n/, with: "").replacing("table: 3\n", with: "")
    }
    let report = Report([grid], from: Results(try grid.sampleResults()))
    #expect(report.markdown.contains("## A small table\n\n"))
    #expect(report.markdown.contains("\n### resnet width 8, in place of ResNet-18, CIFAR-10"))
    #expect(report.markdown.contains("| 51.00 ± 1.00 |"))
  }
}
