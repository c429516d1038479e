import Configuration
import Foundation
import TestSupport
import Testing

@Suite("Every text becomes one value of each language") struct QuotedTests {
  /// Runs a program in a temporary folder; returns its output and the files it created.
  private func run(_ program: String, _ arguments: [String]) throws -> (output: String, files: [String]) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("quoted-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    (process.standardOutput, process.standardError) = (output, output)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (text, try FileManager.default.contentsOfDirectory(atPath: folder.path))
  }

  @Test("a shell reads every word unchanged and executes none of it")
  func shell() throws {
    let words = HostileTexts.all.map { text -> Quoted<ShellScript> in "printf '%s\\0' \(text)\n" }
    let script: Quoted<ShellScript> = "\(words.joined(separator: ""))"
    let (output, files) = try run("/bin/sh", ["-c", script.text])
    #expect(
      output.split(separator: "\0", omittingEmptySubsequences: false).map(String.init).dropLast()
        == HostileTexts.all.map(\.visible)[...])
    #expect(files == [])
  }

  @Test("gnuplot reads every string unchanged and executes none of it")
  func plot() throws {
    let lines = HostileTexts.all.map { text -> Quoted<PlotScript> in "print \(text)" }
    #expect(lines.allSatisfy { !$0.text.contains(where: \.isNewline) })
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/gnuplot" }
    guard let gnuplot = folders.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else { return }
    let (output, files) = try run(gnuplot, ["-d", "-e", lines.joined(separator: "; ").text])
    #expect(output == HostileTexts.all.map { $0.visible + "\n" }.joined())
    #expect(files == [])
  }

  /// The words of an option's line according to the manual of `sbatch`.
  private func words(_ line: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      switch character {
      case _ where isEscaped: (word, isEscaped) = ((word ?? "") + String(character), false)
      case "\\": isEscaped = true
      case quote: quote = nil
      case "\"",
        "'" where quote == nil:
        (word, quote) = (word ?? "", character)
      case "#" where quote == nil: return nil
      case " " where quote == nil, "\t" where quote == nil:
        if let finished = word { words.append(finished) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    guard quote == nil, !isEscaped else { return nil }
    return words + (word.map { [$0] } ?? [])
  }

  @Test("sbatch reads every option unchanged", arguments: HostileTexts.all)
  func directive(_ text: String) {
    let option: Quoted<SchedulerDirective> = "--output=\(text)"
    #expect(words(option.text) == ["--output=" + text.visible])
    #expect(!option.text.contains { $0.isNewline })
  }

  /// The rows of RFC 4180.
  private func fields(_ csv: String) -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = ""
    var isQuoted = false
    var wasQuote = false
    for scalar in csv.unicodeScalars {
      switch scalar {
      case "\"" where isQuoted: (isQuoted, wasQuote) = (false, true)
      case "\"" where wasQuote:
        (isQuoted, wasQuote) = (true, false)
        field += "\""
      case "\"": isQuoted = true
      case "," where !isQuoted: (row, field, wasQuote) = (row + [field], "", false)
      case "\n" where !isQuoted: (rows, row, field, wasQuote) = (rows + [row + [field]], [], "", false)
      default: (field, wasQuote) = (field + String(scalar), false)
      }
    }
    return rows
  }

  @Test("a CSV reader gives every field unchanged")
  func csv() {
    let table = HostileTexts.all.map { ["before", $0, "after"] }
    #expect(fields(table.map(CSV.line).joined()) == table)
  }

  @Test("Markdown contains no unescaped special character", arguments: HostileTexts.all)
  func markdown(_ text: String) {
    let quoted = Markdown.value(of: text)
    let bare = quoted.replacing(/\\[\\`*_\[\]<>|~&]/, with: "")
    #expect(!bare.contains { "\\`*[]<>|~&".contains($0) })
    #expect(quoted.replacing(/\\([\\`*_\[\]<>|~&])/) { $0.1 } == text.visible)
  }

  @Test("JSON gives every text unchanged", arguments: HostileTexts.all)
  func json(_ text: String) throws {
    let data = Data(Value.list([.text(text)]).canonicalJSON.utf8)
    #expect(try JSONSerialization.jsonObject(with: data) as? [String] == [text])
  }

  @Test("a terminal gets no control sequence, and everything else unchanged")
  func terminal() {
    for text in HostileTexts.multiline {
      #expect(text.controlCharacter != nil && text.visible.controlCharacter == nil && text.visible.contains("\\u{"))
      #expect(!text.visible.contains { $0.isNewline })
    }
    for text in HostileTexts.lines + ["Größe\t≥ 1", "👩‍🔬", "a\u{A0}b", "\u{2027}\u{202F}\u{2065}\u{206A}"] {
      #expect(text.visible == text && text.controlCharacter == nil)
    }
    #expect("a\n\u{1B}[2Jb".visibleLines == "a\n\\u{1B}[2Jb" && "\n".controlCharacter == "U+000A")
  }

  @Test("interpolated texts are values, literals are source text")
  func interpolation() {
    let value = "a b"
    let part: Quoted<ShellScript> = "--name=\(value)"
    let command: Quoted<ShellScript> = "run \(part) \(3) \("c")"
    #expect(command.text == "run --name='a b' 3 c")
    #expect(Quoted<ScriptComment>(value: "x\ny").text == "x\\u{A}y")
  }

  @Test(
    "columns are what a terminal shows",
    arguments: [
      ("", 0), ("abc", 3), ("日本", 4), ("e\u{301}", 1), ("👩‍👩‍👧", 2), ("a\u{200D}", 1), ("🇩🇪", 2), ("ｆ", 2), ("→", 1),
    ])
  func columns(_ text: String, _ count: Int) { #expect(text.columns == count) }

  @Test("a prefix ends between characters and never exceeds the width")
  func fitting() {
    for text in HostileTexts.lines {
      for room in 0...12 {
        let cut = text.fitting(columns: room)
        #expect(cut.columns <= room && text.hasPrefix(cut))
      }
    }
    #expect("日本語".fitting(columns: 5) == "日本" && "abc".fitting(columns: 9) == "abc")
  }

  @Test("file names are short, printable, not hidden and inside their folder")
  func fileNames() {
    for name in ["quick", "paper6", "table 3", "été", "日本", "a.b_c-d+e=f,g@h(i)", String(repeating: "x", count: 100)] {
      #expect(FileName.isAllowed(name), "\(name)")
    }
    let refused =
      HostileTexts.multiline + [
        "", ".", "..", ".hidden", "-x", "a/b", "../x", "/x", "x ", " x", "a\\b", "a|b", "a'b", "a\"b", "$x", "a;b",
        "a:b",
        "a*b", "a?b", "<a>", "a\tb", String(repeating: "x", count: 101), String(repeating: "é", count: 51),
      ]
    for name in refused { #expect(!FileName.isAllowed(name), "\(name.debugDescription)") }
    #expect(FileName.isSame("Table3", "table3") && FileName.isSame("e\u{301}", "é") && !FileName.isSame("a", "b"))
  }
}
