import ArgumentParser
import Configuration
import Datasets
import Methods
import Models
import Reports
import Store
import Suites
import Training

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists methods, models and data sets with their settings, or the suites, or the stored cells.",
    discussion: """
      EXAMPLES
        \(programName) list methods
        \(programName) list models --format markdown
        \(programName) list suites
        \(programName) list cells -p smoke                 every stored cell of a profile
        \(programName) list cells 'resnet vsam'            those that match
        \(programName) list cells method=vsam,seed=1 --format csv
      """)

  enum Subject: String, CaseIterable, ExpressibleByArgument {
    case methods, models, datasets, quantizations, recipe, suites, cells
  }

  @Argument(help: "Subject to list.")
  var subject: Subject

  @Argument(
    help: "For cells: an id, words of the alias, or terms such as model=resnet,method=sam,seed=1..3. (default: all)")
  var pattern: String?

  @OptionGroup var suitesFolder: SuitesFolder
  @OptionGroup var results: ResultsOptions
  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    if pattern != nil && subject != .cells {
      throw ValidationError("Only `list cells` takes a pattern; omit it from `list \(subject)`.")
    }
  }

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
    case .recipe: write([Part("recipe", "Settings that all methods of a suite share.", Recipe.settings)])
    case .cells: try writeCells()
    case .suites:
      var listing = Table(["suite", "title", "profiles"])
      for suite in try suitesFolder.suites() {
        listing.add(suite.name, suite.title, suite.profiles.joined(separator: " "))
      }
      answer(listing.text(as: formatOption.format))
    }
  }

  private func writeCells() throws {
    let store = RunStore(folder: results.folder)
    var listing = Table(["id", "cell", "status", "test_accuracy", "images_per_second", "data", "training_images"])
    listing.optional = ["training_images", "data", "images_per_second", "id"]
    for cell in try CellLookup.some(pattern, in: store) {
      let result = cell.result
      listing.add(
        cell.cellID, cell.alias, result.status.word, result.testAccuracyLast,
        result.timing.imagesPerSecond.map { $0.rounded(toPlaces: 1) },
        "\(cell.data.name), \(cell.data.kind.rawValue)" + (cell.data.validationCount.map { ", \($0) held out" } ?? ""),
        cell.data.trainingCount)
    }
    answer(listing.text(as: formatOption.format))
  }

  private struct Part {
    let name, summary: String
    /// The publication whose equations are implemented; empty if there is none.
    let source: String
    let settings: [any SettingKey]

    init(_ name: String, _ summary: String, _ settings: [any SettingKey], source: String = "") {
      (self.name, self.summary, self.settings, self.source) = (name, summary, settings, source)
    }
  }

  private func write(_ parts: [Part]) {
    let head = ["setting", "default", "allowed", "meaning", "source"]
    func row(_ setting: any SettingKey) -> [Table.Entry] {
      Table.row(
        setting.name, setting.standard, setting.kind.allowed, setting.meaning, setting.origin.description)
    }
    switch formatOption.format {
    case .json:
      let list = parts.map { part in
        Value.object([
          "name": .text(part.name), "summary": .text(part.summary), "source": .text(part.source),
          "settings": Table(head, rows: part.settings.map(row)).objects,
        ])
      }
      answer(Value.list(list).canonicalJSON + "\n")
    case .csv, .markdown:
      let rows = parts.flatMap { part in part.settings.map { [.text(part.name)] + row($0) } }
      answer(Table(["name"] + head, rows: rows).text(as: formatOption.format))
    case .text:
      for part in parts {
        var lines = ["\(part.name): \(part.summary)"]
        if !part.source.isEmpty { lines.append("  equations: \(part.source)") }
        if part.settings.isEmpty { lines.append("  no settings") }
        for setting in part.settings {
          lines.append("  \(setting.name) = \(setting.standard): \(setting.meaning)")
          lines.append("      \(setting.kind.allowed); \(setting.origin)")
        }
        answer(TextLayout.folded(lines.joined(separator: "\n")) + "\n\n")
      }
    }
  }
}

extension Citation {
  /// Authors, title, year and the place of the equations.
  fileprivate var line: String { "\(authors), \"\(title)\", \(year)" + (equations.map { ", \($0)" } ?? "") }
}
