import Configuration
import Foundation
import TestSupport
import Testing

/// Reports, comparisons and single cells from the command line.
extension CommandTests {
  /// A suite with two methods and two published rows, in which sampling numbers are comparable.
  private func pair(more: String = "") throws -> Scratch {
    let folder = try workplace(
      CommandTests.oneCell.replacing(
        "{name: sgd, label: SGD}", with: "{name: sgd, label: SGD}, {name: sam, label: SAM}" + more
      )
      .replacing("seeds: [1]", with: "seeds: [1, 2]")
      .replacing("{evidence: false}", with: "{evidence: false, comparable: [sampling_number]}") + """

        baseline: SAM
        paper: {values: mine.csv, n: 3, spread: standard deviation, iterations: 78200}
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

  @Test("without one cell file, its number is not run, and the check reports missing results")
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
        "not run,seed 2 is missing: no verdict until all planned runs have finished"))
    #expect(try text("report.html", in: folder).contains("not run"))
  }

  @Test("a number outside its margin ends the check with 2") func differs() throws {
    let folder = try pair()
    let values = folder.path + "/suites/mine.csv"
    let changed = try String(contentsOfFile: values, encoding: .utf8).replacing("78200", with: "39100")
    try changed.write(toFile: values, atomically: true, encoding: .utf8)
    #expect(try sambench("report", "--check", "--quiet", in: folder).status == 2)
  }

  @Test("compare pairs two methods by seed; an error on an unknown name lists the known ones") func compare() throws {
    let folder = try pair()
    let table = try sambench("compare", "sgd", "sam", "--format", "csv", in: folder)
    #expect(table.status == 0, "\(table)")
    #expect(table.output.contains("ResNet,CIFAR-10,SGD,SAM,2,"))
    let unknown = try sambench("compare", "sgd", "sma", in: folder)
    #expect(unknown.status == 64 && unknown.complaint.contains("Did you mean 'SAM'? Known: SGD, SAM."))
    try FileManager.default.removeItem(atPath: folder.path + "/results/quick/cells")
    #expect(try sambench("compare", "sgd", "sam", in: folder).status == 5)
  }

  @Test(
    "a report on one suite keeps the other tables of the folder, and its page shows both; it prints one",
    arguments: ["\ntable: 2", ""])
  func otherTables(number: String) throws {
    let folder = try workplace(CommandTests.oneCell + "\ntable: 1")
    let second = CommandTests.oneCell.replacing("title: One cell", with: "title: Another cell") + number
    try second.write(toFile: folder.path + "/suites/other.yaml", atomically: true, encoding: .utf8)
    for name in ["mine", "other"] {
      #expect(try sambench("run", name, "--quiet", "--threads", "1", in: folder).status == 0)
    }
    for text in [try text("report.md", in: folder), try text("report.html", in: folder)] {
      #expect(text.contains("One cell") && text.contains("Another cell"))
    }
    let printed = try sambench("report", "other", in: folder)
    #expect(printed.output.contains("Another cell") && !printed.output.contains("One cell"), "\(printed)")
    #expect(try text("report.md", in: folder).contains("One cell"))
    #expect(try sambench("report", "mine", "--quiet", in: folder).status == 0)
    #expect(try text("report.md", in: folder).contains("Another cell"))
  }

  @Test("status counts stored cells without the data that they were trained on") func statusWithoutData() throws {
    let folder = try pair()
    let status = try sambench("status", "--data", "nowhere", "--format", "csv", in: folder)
    #expect(status.output == "suite,cells,finished,missing,diverged_or_failed\nmine,4,4,0,0\n", "\(status)")
    #expect(status.complaint.contains("nowhere: no cifar10 files found."))
  }

  @Test("inspect finds a cell by words of its alias, and lists several matches") func inspect() throws {
    let folder = try pair()
    let summary = try sambench("inspect", "sam seed 1", in: folder)
    #expect(summary.status == 0 && summary.output.contains("method.rho"), "\(summary)")
    #expect(try sambench("inspect", "sam seed 1", "--tree", in: folder).output.contains("l2_psf  float32 [4]"))
    #expect(try sambench("inspect", "sam seed 1", "--csv", "epochs", in: folder).output.hasPrefix("epoch,"))
    let several = try sambench("inspect", "sam", in: folder)
    #expect(several.status == 64 && several.complaint.contains("matches 2 cells"))
    #expect(try sambench("inspect", "sam seed 7", in: folder).status == 5)
    let trace = try sambench("inspect", "sam seed 1", "--plot", "l2_pfs", in: folder)
    #expect(trace.status == 64 && trace.complaint.contains("l2_psf"))
  }

  /// Whether gnuplot is installed.
  static var hasGnuplot: Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot") }
  }

  @Test("a figure drawn twice gives the same text, without the version of gnuplot", .enabled(if: hasGnuplot))
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

  @Test("the output of a run shows the numbers of existing cells and of newly trained ones alike")
  func listing() throws {
    let folder = try pair()
    func fields(_ ending: Ending) -> [[Substring]] {
      ending.output.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    }
    let first = fields(try sambench("run", "--format", "csv", "--force", in: folder))
    let second = fields(try sambench("run", "--format", "csv", in: folder))
    #expect(first.count == 5 && second.count == 5)
    let head = try #require(first.first)
    for name in ["id", "outcome", "test_accuracy", "images_per_second", "sampling_number"] {
      let column = try #require(head.firstIndex { $0 == name })
      let values = second.map { $0.indices.contains(column) ? $0[column] : "" }
      #expect(values == first.map { $0[column] } && !values.contains(""), "\(name): \(values)")
    }
  }

  @Test("a user's gnuplot settings do not affect figures", .enabled(if: hasGnuplot))
  func drawingElsewhere() throws {
    let folder = try pair(more: ", {name: sam, label: SAM-2, period: 2}")
    let first = try text("figures/mine-costs.svg", in: folder)
    let home = folder.path + "/home"
    let settings = folder.path + "/settings"
    for path in [home, settings + "/gnuplot"] {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    let start = """
      set output "stolen.svg"
      set key outside
      set decimalsign ","
      set format x "%.9f"
      set style line 1 linecolor "red" linewidth 9
      system("touch started")
      """
    for path in [home + "/.gnuplot", settings + "/gnuplot/gnuplotrc"] {
      try start.write(toFile: path, atomically: false, encoding: .utf8)
    }
    for environment in [
      ["HOME": home], ["HOME": home, "XDG_CONFIG_HOME": settings], ["GNUTERM": "dumb", "GNUPLOT_FONTPATH": "/none"],
      ["GNUPLOT_LIB": home, "GNUPLOT_DRIVER_DIR": home, "DISPLAY": ":99", "LC_NUMERIC": "de_DE.UTF-8"],
    ] {
      #expect(try sambench(["report", "--quiet"], in: folder, environment: environment).status == 0)
      #expect(try text("figures/mine-costs.svg", in: folder) == first, "\(environment)")
    }
    for stray in ["stolen.svg", "started"] {
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/\(stray)"))
    }
  }

  @Test("any label is drawn exactly as written", .enabled(if: hasGnuplot))
  func hostileLabels() throws {
    // Each only once: two spellings of an accented letter are the same label.
    let texts = Set(HostileTexts.lines).sorted().filter { text in
      text.trimmingCharacters(in: .whitespaces) == text && !text.isEmpty && text.count < 100
    }
    let methods = texts.enumerated().map { number, text in
      "    - {name: sam, rho: \(Double(number + 1) / 1000), label: \(Value.text(text).canonicalJSON)}"
    }
    let suite = CommandTests.oneCell.replacing(
      "methods: [{name: sgd, label: SGD}]",
      with: "methods:\n    - {name: sgd, label: SGD}\n    - {name: sam, label: SAM}\n" + methods.joined(separator: "\n")
    )
    let folder = try workplace(
      suite.replacing("title: One cell", with: "title: One cell\nbaseline: SAM")
        .replacing("epochs: 2", with: "epochs: 6"))
    #expect(try sambench("run", "--quiet", "--threads", "1", in: folder).status == 0)
    let svg = try text("figures/mine-costs.svg", in: folder)
    let named = ["&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'", "&apos;": "'"]
    var drawn: Set<String> = []
    for match in svg.matches(of: /<text[^>]*>(.*?)<\/text>/.dotMatchesNewlines()) {
      var shown = String(match.1).replacing(/<[^>]*>/, with: "")
      for (name, sign) in named { shown = shown.replacing(name, with: sign) }
      shown = shown.replacing("&amp;", with: "&").replacing("\u{A0}", with: " ")
      drawn.insert(shown.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    // A row with a disturbed speed has no cost to draw.
    let page = try JSONSerialization.jsonObject(with: Data(text("mine.json", in: folder).utf8))
    let rows = try #require((page as? [String: Any])?["rows"] as? [[String: Any]])
    let known = rows.filter { $0["step_cost"] is Double }.compactMap { $0["method"] as? String }
    #expect(known.count > texts.count / 2)
    let lost = known.filter { text in
      text != "SGD" && text != "SAM" && !drawn.contains(text) && !drawn.contains(text.replacing("\t", with: " "))
    }
    #expect(lost.isEmpty, "\(lost) are not among \(drawn.sorted())")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/pwned"))
  }

  @Test("a run in which nothing finishes does not overwrite an earlier report") func nothingFinished() throws {
    let folder = try workplace(CommandTests.oneCell)
    let stopped = try sambench("run", "--time-limit", "0.001s", in: folder)
    #expect(stopped.status == 75 && stopped.output.contains("No report: nothing has finished yet."), "\(stopped)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/results/quick/report"))
  }

  @Test("replay needs long runs of SAM, and explains how to get them") func replay() throws {
    let folder = try pair()
    let answer = try sambench("replay", in: folder)
    #expect(answer.status == 5 && answer.complaint.contains("run sampling -p quick"), "\(answer)")
    #expect(try sambench("replay", "--alpha", "1.7", in: folder).status == 64)
  }
}
