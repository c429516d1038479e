import ArgumentParser
import Configuration
import Datasets
import Methods
import Models
import Quantization
import Suites
import Training

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Shows what suites can name, with every setting, its default, range and source.",
    discussion: """
      EXAMPLES
        \(programName) list methods
        \(programName) list models --format markdown
        \(programName) list suites
      """)

  enum Subject: String, CaseIterable, ExpressibleByArgument {
    case methods, models, datasets, quantizations, recipe, suites
  }

  @Argument(help: "What to list.")
  var subject: Subject

  @Option(name: .customLong("suites"), help: "The suites folder.")
  var suitesFolder = "suites"

  @OptionGroup var formatOption: FormatOption

  func validate() throws { try check("--suites", path: suitesFolder) }

  func run() throws {
    switch subject {
    case .methods:
      write(
        MethodCatalogue.all.map {
          Part($0.name, "\($0.summary) \($0.source.authors), \($0.source.year).", $0.settings, source: $0.source.line)
        })
    case .models: write(ModelCatalogue.all.map { Part($0.name, $0.summary, $0.settings) })
    case .datasets: write(DatasetCatalogue.all.map { Part($0.name, $0.summary, $0.settings) })
    case .quantizations: write([Part(LSQ.name, LSQ.summary, LSQ.settings)])
    case .recipe: write([Part("recipe", "What all methods of a suite share.", Recipe.settings)])
    case .suites:
      var listing = Listing(head: ["suite", "title", "profiles"])
      for name in try SuiteOptions.names(in: suitesFolder) {
        let suite = try Suite(contentsOf: "\(suitesFolder)/\(name).yaml")
        listing.rows.append([
          .text(name), .text(suite.title), .text(suite.profiles.joined(separator: " ")),
        ])
      }
      answer(listing.text(as: formatOption.format))
    }
  }

  private struct Part {
    let name, summary: String
    /// The publication whose equations are implemented; empty for what has none.
    let source: String
    let settings: [any SettingKey]

    init(_ name: String, _ summary: String, _ settings: [any SettingKey], source: String = "") {
      (self.name, self.summary, self.settings, self.source) = (name, summary, settings, source)
    }
  }

  private func write(_ parts: [Part]) {
    let head = ["setting", "default", "allowed", "meaning", "source"]
    func row(_ setting: any SettingKey) -> [Value] {
      [
        .text(setting.name), setting.standard, .text(setting.kind.allowed), .text(setting.meaning),
        .text(setting.origin.description),
      ]
    }
    switch formatOption.format {
    case .json:
      let list = parts.map { part in
        Value.object([
          "name": .text(part.name), "summary": .text(part.summary), "source": .text(part.source),
          "settings": Listing(head: head, rows: part.settings.map(row)).json,
        ])
      }
      answer(Value.list(list).canonicalJSON + "\n")
    case .csv, .markdown:
      let rows = parts.flatMap { part in part.settings.map { [.text(part.name)] + row($0) } }
      answer(Listing(head: ["name"] + head, rows: rows).text(as: formatOption.format))
    case .text:
      for part in parts {
        answer("\(part.name): \(part.summary)\n")
        if !part.source.isEmpty { answer("  equations: \(part.source)\n") }
        if part.settings.isEmpty { answer("  no settings\n") }
        for setting in part.settings {
          answer("  \(setting.name) = \(setting.standard): \(setting.meaning)\n")
          answer("      \(setting.kind.allowed); \(setting.origin)\n")
        }
        answer("\n")
      }
    }
  }
}

extension Citation {
  /// Authors, title, year and where the equations stand.
  fileprivate var line: String { "\(authors), \"\(title)\", \(year)" + (equations.map { ", \($0)" } ?? "") }
}
