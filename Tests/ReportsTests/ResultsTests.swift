import Configuration
import Foundation
import Records
import Store
import Suites
import Testing

@testable import Reports

@Suite struct ResultsTests {
  @Test("A table never mixes two data sets of one name: requested data first, then kind, then size")
  func choice() throws {
    let grid = try grid()
    let cells = try [UInt64(1), 2].map { try grid.cell("SGD", seed: $0) }
    let generated = cells.map { RunRecord.run(of: $0, kind: .generated, fingerprint: "aa") }
    let subset = [RunRecord.run(of: cells[0], kind: .subset, fingerprint: "bb")]
    let fuller = cells.map { RunRecord.run(of: $0, kind: .subset, fingerprint: "cc") }
    #expect(Results(generated).fingerprint(for: cells) == "aa")
    #expect(Results(generated + subset).fingerprint(for: cells) == "bb")
    #expect(Results(generated + subset + fuller).fingerprint(for: cells) == "cc")
    #expect(Results(generated + subset, preferring: ["aa"]).fingerprint(for: cells) == "aa")
    #expect(Results([]).fingerprint(for: cells) == nil)
  }

  private enum Source: String, CaseIterable, SettingContent { case auto, generated }

  @Test("Runs on images that a suite generates do not hide the other tables' runs on files")
  func generated() throws {
    let source = Setting("source", default: Source.auto, "of the images", from: .assumed("as the test needs it"))
    let catalogues = Vocabulary(
      datasets: [.init(name: "cifar10", revision: 1, settings: [source])], models: vocabulary.models,
      methods: vocabulary.methods, recipe: vocabulary.recipe)
    func grid(_ source: String) throws -> Grid {
      let text = """
        title: A suite
        axes:
          datasets: [{name: cifar10, label: CIFAR-10}]
          models: [{name: resnet, label: ResNet-18}]
          methods: [{name: sgd, label: SGD}]
          seeds: [1]
        rules: [{set: {dataset: {source: \(source)}, model: {width: \(source == "auto" ? 8 : 16)}}}]
        profiles: {quick: {evidence: false}}
        """
      return try Suite(yaml: text, file: "suites/\(source).yaml").grid(profile: "quick", vocabulary: catalogues)
    }
    let grids = try [grid("auto"), grid("generated")]
    let cells = try grids.map { try $0.cell("SGD", seed: 1) }
    let runs = [
      RunRecord.run(of: cells[0], kind: .subset, fingerprint: "bb"),
      .run(of: cells[1], kind: .generated, fingerprint: "aa"),
    ]
    // Without a folder of files, a run would use generated images for both: "gg" for the first suite.
    let settled = Results(runs, preferring: ["aa", "gg"]).settled(for: grids)
    #expect(cells.map { settled.fingerprint(for: [$0]) } == ["bb", "aa"])
    #expect(settled.dataNotes.count == 1 && settled.dataNotes[0].contains("Other data"), "\(settled.dataNotes)")
  }

  @Test("Data with runs of other cells only do not count") func strangers() throws {
    let (quick, paper) = (try grid(), try grid(profile: "paper"))
    let stranger = RunRecord.run(of: try paper.cell("SGD", seed: 1))
    #expect(Results([stranger]).fingerprint(for: [try quick.cell("SGD", seed: 1)]) == nil)
  }

  @Test("Another folder fills gaps and replaces nothing") func merged() throws {
    let grid = try grid()
    let mine = RunRecord.run(of: try grid.cell("SGD", seed: 1), accuracy: 51)
    let theirs = [
      RunRecord.run(of: try grid.cell("SGD", seed: 1), accuracy: 52),
      .run(of: try grid.cell("SAM", seed: 1), accuracy: 53),
    ]
    let damaged = try grid.cell("SAM", seed: 2).id(fingerprint: theirs[1].data.fingerprint)
    let merged = Results([mine]).merged(with: Results(theirs, damaged: [mine.cellID: "is cut short", damaged: "too"]))
    #expect(merged.summaries.count == 2 && merged.summaries[mine.cellID]?.result.testAccuracyLast == 51)
    #expect(merged.summaries[theirs[1].cellID]?.result.testAccuracyLast == 53)
    #expect(Array(merged.damaged.keys) == [damaged])
  }

  @Test("A damaged file is named in the table and not averaged") func damaged() throws {
    let grid = try grid()
    let first = RunRecord.run(of: try grid.cell("SGD", seed: 1))
    let second = RunRecord.run(of: try grid.cell("SGD", seed: 2))
    let results = Results([first], damaged: [second.cellID: "does not match its checksum"])
    let sgd = try #require(TableReport(grid, from: results).measurements.first)
    #expect(sgd.stopped.map(\.reason) == ["its file cannot be used: it does not match its checksum"])
    #expect(sgd.accuracyLast?.n == 1)
  }

  @Test("A store is read cell by cell, and one damaged file does not hide the others") func store() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/reports-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = RunStore(folder: folder)
    let grid = try grid()
    for seed in UInt64(1)...2 {
      try store.write(RunRecord.run(of: try grid.cell("SGD", seed: seed)))
    }
    let id = RunRecord.run(of: try grid.cell("SGD", seed: 2)).cellID
    try Data("gone".utf8).write(to: URL(fileURLWithPath: store.path(of: id)))
    let results = try Results(reading: store)
    #expect(results.summaries.count == 1)
    #expect(Array(results.damaged.keys) == [id])
    #expect(Report([grid], from: results).files.contains { $0.name == "report.md" })
  }
}
