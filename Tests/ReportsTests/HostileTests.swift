import Configuration
import Foundation
import Paper
import Records
import Store
import Suites
import TestSupport
import Testing

@testable import Reports

@Suite("No label, title or stored text breaks the form of a page") struct HostileTests {
  /// A suite with hostile texts in every place that accepts them.
  private func grid(of text: String) throws -> Grid {
    let quoted = Value.text(text).canonicalJSON
    return try ReportsTests.grid { yaml in
      yaml.replacing("title: A small table", with: "title: \(quoted)")
        .replacing("label: CIFAR-10", with: "label: \(quoted)").replacing("label: ResNet-18", with: "label: \(quoted)")
        .replacing("name: vsam, label: vSAM", with: "name: vsam, label: \(Value.text(text + ".").canonicalJSON)")
        .replacing(
          "{method: vSAM, against: SAM}", with: "{method: \(Value.text(text + ".").canonicalJSON), against: SAM}"
        )
        .replacing("banner: Quick profile of the tests.", with: "banner: \(quoted)")
        .replacing("note: reported by Du et al. 2022a", with: "note: \(quoted)")
        .replacing("paper: {values: paper.csv, n: 3, spread: standard deviation over seeds}\n", with: "")
    }
  }

  private func report(of text: String) throws -> Report {
    let grid = try grid(of: text)
    var runs: [RunRecord] = []
    for entry in grid.entries {
      for cell in entry.cells {
        runs.append(
          .run(of: cell, status: cell.seed == 3 && entry.method.name == "vsam" ? .failed(reason: text) : .finished))
      }
    }
    for index in runs.indices { runs[index].result.timing.machine = text }
    var report = Report([grid], from: Results(runs), reading: sampleTraces, paper: VSAMPaper(behind: [grid]))
    report.drawing = .drawn
    return report
  }

  /// The number of bars that separate the cells of a table's row.
  private func bars(_ line: Substring) -> Int { line.replacing(/\\./, with: "").count { $0 == "|" } }

  private func checkMarkdown(_ markdown: String, _ comment: String) {
    var widths: Set<Int> = []
    for line in markdown.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("| ") {
        widths.insert(bars(line))
      } else if line.isEmpty {
        #expect(widths.count <= 1, "\(comment): \(widths)")
        widths = []
      }
      let text = line.replacing(/`[^`]*`/, with: "").replacing(/\\./, with: "")
      #expect(text.firstMatch(of: /<(?!\/?(u|details|summary)>)/) == nil, "\(comment): \(line)")
      #expect(text.firstMatch(of: /\]\((?!figures\/|[\w.-]+\.(md|csv)(#[\w-]*)?\))/) == nil, "\(comment): \(line)")
    }
    #expect(markdown.visibleLines == markdown)
  }

  @Test("Markdown, plain text, HTML, CSV and JSON of a report", arguments: HostileTexts.lines.filter { !$0.isEmpty })
  func report(_ text: String) throws {
    let report = try report(of: text)
    checkMarkdown(report.markdown, text)
    #expect(report.plainText.visibleLines == report.plainText)
    let html = try report.html(drawings: [:])
    let tags = html.matches(of: /<\/?([a-zA-Z!][a-zA-Z0-9]*)/).map { String($0.1) }
    let known = [
      "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "nav", "a", "main", "h1", "h2", "h3", "p", "ul",
      "li",
      "details", "summary", "figure", "img", "figcaption", "strong", "em", "u", "code", "div", "table", "thead",
      "tbody",
      "tr", "th", "td", "script", "caption", "label", "input",
    ]
    #expect(Set(tags).isSubset(of: known), "\(Set(tags).subtracting(known))")
    #expect(tags.count { $0 == "script" } == 2)
    // A text in an attribute is quoted and cannot add attributes.
    #expect(html.replacing(/="[^"]*"/, with: "=\"\"").firstMatch(of: /<[^>]*\son[a-z]+=/) == nil)
    for table in report.tables {
      let lines = table.csv.split(separator: "\n")
      #expect(lines.count == table.data.rows.count + 1, "a label broke a line of the CSV")
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(table.json.utf8)) }
    }
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(report.json.utf8)) }
    checkScripts(report.figures, text)
  }

  @Test(
    "a text of a suite is shown literally: no character makes it bold, italic, underlined or code",
    arguments: ["**bqz**", "gqz**h** *i*", "`idqz`", "<u>jqz</u>", "**", "*", "aqz * b * c", "`"])
  func marks(_ text: String) throws {
    let report = try report(of: text)
    let html = try report.html(drawings: [:])
    let shown = text.replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    // The rows of a table begin with the method's label.
    #expect(html.contains(">\(shown).<"), "\(html.split(separator: "\n").filter { $0.contains(shown.prefix(1)) })")
    let inside = text.trimmingCharacters(in: ["*", "`"]).replacing("<u>", with: "").replacing("</u>", with: "")
    for tag in ["strong", "em", "u", "code"] where !inside.isEmpty {
      #expect(!html.contains("<\(tag)>\(inside)"), "\(tag)")
    }
    #expect(report.plainText.contains("\(text).") && report.markdown.contains("."))
    for page in [html, report.plainText, report.markdown, report.latex] {
      #expect(!page.unicodeScalars.contains { $0.value >= 0x100000 })
    }
    let quoted = text.replacing(/[*`<]/) { "\\" + $0.0 }
    #expect(report.markdown.contains("| \(quoted). "), "\(report.markdown)")
  }

  /// Every line of a script begins with a known word, and every string is closed.
  private func checkScripts(_ figures: [Figure], _ comment: String) {
    #expect(!figures.isEmpty)
    let words = ["#", "set", "unset", "plot", "$d", "EOD", "keyentry", "NaN"]
    for figure in figures {
      for line in figure.script.split(whereSeparator: \.isNewline) {
        let start = line.drop { $0 == " " }
        #expect(
          words.contains { start.hasPrefix($0) } || start.first?.isNumber == true || start.first == "-", "\(line)")
        #expect(line.count { $0 == "'" }.isMultiple(of: 2), "\(comment): \(line)")
      }
    }
  }

  @Test(
    "texts of a stored cell are escaped in its page, tree, CSV and figure",
    arguments: HostileTexts.all)
  func cell(_ text: String) throws {
    var record = InspectionTests.record
    record.alias = text
    record.suite = text
    record.result.status = .failed(reason: text)
    record.result.timing.machine = text
    record.traces[0] = Series(text, unit: text, longName: text, values: [4, 3, 2, 1])
    record.provenance = [ProvenanceEntry("program", text)]
    let inspection = Inspection(record)
    checkMarkdown(inspection.page.markdown, text)
    #expect(inspection.page.plainText.visibleLines == inspection.page.plainText)
    checkScripts([try #require(inspection.figure(text))], text)
    #expect(inspection.csv("traces")?.hasPrefix(CSV.line(["iteration", text, "l2_psf"])) == true)
  }

  @Test("every file of a report other than those of suites has a reserved name")
  func reservedNames() throws {
    let report = try report(of: "x")
    let own = report.files.map(\.name).filter { !$0.hasPrefix("table3") && !$0.hasPrefix("figures/table3") }
    #expect(own.count >= 4)
    for name in own { #expect(Suite.reservedNames.contains(String(name.split(separator: ".")[0])), "\(name)") }
  }
}
