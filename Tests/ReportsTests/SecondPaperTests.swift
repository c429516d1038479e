import Foundation
import Records
import Statistics
import Suites
import Testing

@testable import Reports

/// A paper of one table and one claim, which knows nothing of vSAM.
private struct TeaPaper: PaperKnowledge {
  let heading = "Does tea improve accuracy?"
  let citation = "Leaf et al., *Tea before Training*, arXiv:0000.00000"
  let mainTable: Int? = 1

  func claims(in tables: [TableReport], reading traces: @escaping TraceReader) -> [Claim] {
    tables.flatMap(\.measurements).filter { $0.entry.method.label == "tea" }.map { row in
      let gain = Statistic(row.accuracyDifferences)?.mean ?? 0
      return Claim(
        statement: "tea is more accurate than water", place: "2, Table 1",
        accuracy: Finding(word: gain > 0 ? .same : .opposite, evidence: "\(gain.signed(decimals: 1)) points"))
    }
  }

  func answer(_ claims: [Claim], in tables: [TableReport]) -> [String] { ["**Tea: \(claims.count) claim.**"] }

  func contradictions(in tables: [TableReport]) -> [Contradiction] {
    [Contradiction(.matters, "Tea is printed as water.")]
  }

  func columns(for table: TableReport) -> [PaperColumn] {
    [
      PaperColumn("cups", title: "cups") { $0.entry.method.label == "tea" ? "2" : nil },
      PaperColumn("none", title: "empty column") { _ in nil },
    ]
  }
}

@Suite("A report on another paper") struct SecondPaperTests {
  private static let text = """
    title: Tea
    table: 1
    baseline: water
    paper: {values: tea.csv, n: 3, spread: range, iterations: 200}
    axes:
      datasets: [{name: cifar10, label: CIFAR-10}]
      models: [{name: resnet, label: ResNet-18}]
      methods: [{name: sgd, label: water}, {name: sam, label: tea}]
      seeds: [1, 2]
    profiles: {quick: {evidence: false}}
    """

  private func report(paper: (any PaperKnowledge)?) throws -> Report {
    let suite = try Suite(yaml: SecondPaperTests.text, file: "suites/tea.yaml") { _ in
      """
      method,model,dataset,alpha,gamma,accuracy_mean,accuracy_std,sampling_number,ais,ais_percent,mark,emphasis
      water,ResNet-18,CIFAR-10,,,50,1,,200,,,
      tea,ResNet-18,CIFAR-10,,,60,1,100,150,,,
      """
    }
    let grid = try suite.grid(profile: "quick", vocabulary: vocabulary)
    let runs = try [UInt64(1), 2].flatMap { seed in
      [
        RunRecord.run(of: try grid.cell("water", seed: seed), accuracy: 50),
        .run(of: try grid.cell("tea", seed: seed), accuracy: 59, sampled: 100),
      ]
    }
    return Report([grid], from: Results(runs), paper: paper)
  }

  /// Words of the first paper.
  private static var foreign: Regex<Substring> { /vSAM|LookSAM|PSF|Deng|Eq\. |Table [2-5]|Figure|78_?200/ }

  @Test("its page has its heading, answer, claim, contradiction and column, and nothing of vSAM") func page() throws {
    let report = try report(paper: TeaPaper())
    let page = report.markdown.replacing(/\s+/, with: " ")
    for text in [
      "# Does tea improve accuracy?", "Leaf et al., *Tea before Training*, arXiv:0000.00000, rerun with SAMBench at",
      "- **Tea: 1 claim.**", "tea is more accurate than water (2, Table 1)", "**same direction**: +9.0 points",
      "Tea is printed as water.", "cups", "shorter than the paper's 200.",
    ] { #expect(page.contains(text), "\(text)") }
    #expect(!page.contains("empty column"))
    #expect(page.firstMatch(of: SecondPaperTests.foreign) == nil)
    #expect(report.tables[0].verdicts.first { $0.column == .samplingNumber }?.paper.mean == 50)
    #expect(report.claimData.csv.contains("tea is more accurate than water,\"2, Table 1\""))
    for file in report.files { #expect(file.text.firstMatch(of: SecondPaperTests.foreign) == nil, "\(file.name)") }
  }

  @Test("without a paper, the page has the tables alone") func none() throws {
    let page = try report(paper: nil).markdown
    #expect(page.hasPrefix("# SAMBench: quick") && !page.contains("claims") && !page.contains("cups"))
    #expect(page.firstMatch(of: SecondPaperTests.foreign) == nil)
  }

  @Test("no source of Reports names a paper's methods, tables, figures or numbers") func sources() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/Report/Reports")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
    #expect(names.count > 30)
    for name in names {
      let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
      let word = text.firstMatch(
        of: /(?i)vsam|looksam|esam|78_?200|table == [0-9]|Table 3|figure ?[12]\b|hasPrefix\("SAM/)
      #expect(word == nil, "\(name): \(word.map { String($0.0) } ?? "")")
    }
  }
}
