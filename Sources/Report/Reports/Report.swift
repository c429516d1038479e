import Configuration
import Store
import Suites

/// All tables of one profile, a pure function of stored results: no training and no clock, so the same results give the
/// same text.
package struct Report: Sendable {
  package let profile: Profile
  package let tables: [TableReport]
  let paper: (any PaperKnowledge)?
  let claims: [Claim]
  /// Notes on the data, where they are not the ones a reader would assume.
  let dataNotes: [String]
  /// Figures by the name of the suite whose table they accompany.
  let figuresByTable: [String: [Figure]]
  /// Loss curves of probed runs; nil if no run was probed.
  let minimaFigure: Figure?
  /// Probes by epoch; nil if no suite asked for them.
  let epochsFigure: Figure?
  /// Whether the figures can be shown.
  package var drawing = Drawing.missing("Draw them with: sambench report.")

  /// - Parameters:
  ///   - grids: the suites to report on, all at one profile, in page order.
  ///   - traces: reads the traces for the paper's figures and claims; without it those that need traces are omitted.
  ///   - paper: the paper behind the suites.
  package init(
    _ grids: [Grid], from results: Results, reading traces: @escaping TraceReader = { _ in nil },
    paper: (any PaperKnowledge)? = nil
  ) {
    precondition(!grids.isEmpty, "Report: no suite to report on")
    profile = grids[0].profile
    self.paper = paper
    let results = results.settled(for: grids)
    dataNotes = results.dataNotes
    let scales = TimeScales(grids, from: results)
    tables = grids.map { TableReport($0, from: results, on: scales, paper: paper) }
    claims = paper?.claims(in: tables, reading: traces) ?? []
    figuresByTable = Dictionary(
      tables.map { ($0.name, $0.figures(reading: traces)) }, uniquingKeysWith: { first, _ in first })
    minimaFigure = Report.minimaFigure(tables, reading: traces)
    epochsFigure = Report.epochsFigure(tables)
  }

  package var figures: [Figure] {
    tables.flatMap { figuresByTable[$0.name] ?? [] } + [minimaFigure, epochsFigure].compactMap(\.self)
  }

  package struct RunCounts: Hashable, Sendable {
    /// Cells with a result, without one, and diverged, failed or damaged. A cell shared by two tables counts once.
    package var finished = 0
    package var missing = 0
    package var stopped = 0
  }

  package var tally: RunCounts { Report.tally(tables) }

  static func tally(_ tables: [TableReport]) -> RunCounts {
    var tally = RunCounts()
    var seen: Set<Cell> = []
    for measurement in tables.flatMap({ $0.measurements + $0.baselines }) {
      for cell in measurement.entry.cells where seen.insert(cell).inserted {
        if measurement.finished.contains(where: { $0.seed == cell.seed }) {
          tally.finished += 1
        } else if measurement.stopped.contains(where: { $0.seed == cell.seed }) {
          tally.stopped += 1
        } else {
          tally.missing += 1
        }
      }
    }
    return tally
  }

  /// The whole report as blocks: the answer first, then its evidence, then every number.
  package var page: Page {
    let known = isAboutPaper ? paper : nil
    var blocks: [Page.Block] = [.heading(1, known?.heading ?? "SAMBench: \(profile.name)")]
    if let known { blocks += [.paragraph(subject(known))] }
    blocks += banners.map { .banner($0) }
    let lines = known?.answer(claims, in: tables) ?? []
    blocks += (lines.isEmpty ? [] : [.list(lines)]) + claimBlocks
    // Steps at the paper's width, if they were measured; otherwise the main table's speeds.
    let main = tables.first { $0.grid.suite.mixtures != nil && figuresByTable[$0.name]?.isEmpty == false }
    let first = (main ?? tables.first(where: \.isMain)).flatMap { figuresByTable[$0.name]?.first }
    blocks += shown(first.map { [$0] } ?? [])
    blocks += circumstances + limits + method
    for table in tables { blocks += table.page + shown((figuresByTable[table.name] ?? []).filter { $0 != first }) }
    blocks += paper?.sections(on: tables) ?? []
    blocks += minima + shown([minimaFigure].compactMap(\.self))
    if let epochsFigure { blocks += [.heading(2, "Curvature by epoch")] + shown([epochsFigure]) }
    blocks += contradictions + assumptions
    let details = tables.map { Page.Appendix.Part(title: $0.shortName, blocks: $0.detailBlocks) }.filter {
      !$0.blocks.isEmpty
    }
    if !details.isEmpty {
      blocks.append(
        .appendix(
          Page.Appendix(
            file: Report.numbersFile, title: Report.numbersTitle,
            note: "Every printed number beside ours with its interval and verdict; verdicts.csv has them at full "
              + "precision.", parts: details)))
    }
    return Page(Page(blocks).showing(literally: tables.flatMap(\.grid.texts)).blocks + provenance)
  }

  static let numbersFile = "numbers.md"
  static let numbersTitle = "Number by number"

  /// Whether the paper has claims that the tables can judge.
  var isAboutPaper: Bool { !claims.isEmpty }

  private func shown(_ figures: [Figure]) -> [Page.Block] {
    switch drawing {
    case .drawn: figures.map { .figure($0) }
    case .missing(let reason):
      figures.isEmpty
        ? []
        : [
          .paragraph(
            "Not drawn: \(figures.map { "*\($0.title)*" }.joined(separator: "; ")). \(reason) Scripts: "
              + figures.map { "`figures/\($0.name).gp`" }.joined(separator: ", ") + ".")
        ]
    }
  }

  /// The paper's schedules computed from measured steps, one row per printed speed.
  private var mixtureData: Table {
    Table(TableReport.mixtureKeys, rows: tables.flatMap(\.mixtureRows))
  }

  package var markdown: String { page.markdown }
  package var plainText: String { page.plainText }

  /// One JSON object with every table's data.
  package var json: String {
    let tally = self.tally
    let head = [
      "  \"schema\": \"sambench.report\",", "  \"version\": \(Table.schemaVersion),",
      "  \"profile\": \(Value.text(profile.name).canonicalJSON),",
      "  \"finished\": \(tally.finished),", "  \"missing\": \(tally.missing),", "  \"stopped\": \(tally.stopped),",
      "  \"tables\": [",
    ]
    let bodies = tables.map { $0.json.split(separator: "\n").map { "    " + $0 }.joined(separator: "\n") }
    return "{\n" + head.joined(separator: "\n") + "\n" + bodies.joined(separator: ",\n") + "\n  ]\n}\n"
  }

  /// The files of the report's folder: the page, each table as CSV and JSON, and the figures' scripts.
  package var files: [(name: String, text: String)] {
    let page = self.page
    return [("report.md", page.markdown)] + page.appendices.map { ($0.file, $0.page.markdown) }
      + tables.flatMap { [("\($0.name).csv", $0.csv), ("\($0.name).json", $0.json)] }
      + [
        ("verdicts.csv", verdictData.csv), ("verdicts.json", verdictJSON), ("claims.csv", claimData.csv),
        ("cells.csv", cellData.csv),
      ]
      + (mixtureData.rows.isEmpty ? [] : [("mixtures.csv", mixtureData.csv)])
      + figures.map { ("figures/\($0.name).gp", $0.script) }
  }
}
