import Configuration
import Testing

@testable import Suites

@Suite("The paper's tables")
struct TablesTests {
  private func grid(_ table: Int, _ profile: String = "paper") throws -> Grid {
    try paperSuite("table\(table)").grid(profile: profile, vocabulary: vocabulary)
  }

  @Test(
    "cells of each table in the paper profile, including baselines that tables do not show",
    arguments: [(1, 18), (2, 15), (3, 180), (4, 24), (5, 24)])
  func counts(_ table: Int, _ count: Int) throws {
    #expect(try grid(table).cells.count == count)
    #expect(try grid(table, "paper6").cells.count == 2 * count)
  }

  @Test("the four tables have 210 runs, with shared ones counted once")
  func sharing() throws {
    let cells = try (1...4).flatMap { try grid($0).cells }
    #expect(cells.count == 237)
    // Table 1 and 2 share the SAM row (with Table 3 too) and the row alpha 0.13, gamma 0.8; Table 2's row 0.9 is Table
    // 3's; Table 4 adds only vSAM-A.
    #expect(Set(cells).count == 180 + 5 * 3 + 2 * 3 + 2 * 3)
  }

  @Test("Table 1's row alpha 0.13 and Table 2's row gamma 0.8 are one run, in every profile")
  func oneRun() throws {
    for profile in ["smoke", "quick", "paper", "paper6"] {
      let a = try grid(1, profile).entry(method: "vSAM alpha 0.13", model: "WideResNet-28-10", dataset: "CIFAR-100")
      let b = try grid(2, profile).entry(method: "vSAM gamma 0.8", model: "WideResNet-28-10", dataset: "CIFAR-100")
      #expect(a!.cells.map { $0.id(fingerprint: "f") } == b!.cells.map { $0.id(fingerprint: "f") })
    }
  }

  @Test("Table 4's SAM-5 and vSAM rows are Table 3's", arguments: ["SAM-5", "vSAM"], ["CIFAR-10", "CIFAR-100"])
  func ablation(_ method: String, _ dataset: String) throws {
    let a = try grid(4).entry(method: method, model: "ResNet-18", dataset: dataset)
    let b = try grid(3).entry(method: method, model: "ResNet-18", dataset: dataset)
    #expect(a!.cells == b!.cells)
  }

  @Test("the whole recipe of methods.md section 5")
  func recipe() throws {
    let table = try grid(3)
    for (model, rho, decay, gamma, beta) in [
      ("ResNet-18", 0.05, 1e-3, 0.7, 0.6), ("WideResNet-28-10", 0.1, 1e-3, 0.9, 0.5),
      ("PyramidNet-110", 0.2, 5e-4, 0.9, 0.5),
    ] {
      for (dataset, alpha) in [("CIFAR-10", 0.1), ("CIFAR-100", 0.13)] {
        let vsam = table.entry(method: "vSAM", model: model, dataset: dataset)!.cells[0]
        #expect(vsam.method.settings.values["rho"] == .number(rho))
        #expect(vsam.method.settings.values["alpha"] == .number(alpha))
        #expect(vsam.method.settings.values["gamma"] == .number(gamma))
        #expect(vsam.recipe.values["weight_decay"] == .number(decay))
        #expect(vsam.recipe.values["epochs"] == 200)
        let esam = table.entry(method: "ESAM", model: model, dataset: dataset)!.cells[0]
        #expect(esam.method.settings.values["beta"] == .number(beta))
        #expect(esam.method.settings.values["rho"] == .number(rho))
      }
    }
    #expect(try grid(1).entries[1].cells[0].method.settings.values["gamma"] == 0.8)
    #expect(try grid(2).entries[0].cells[0].method.settings.values["alpha"] == 0.13)
  }

  @Test(
    "Table 5's full-precision ResNet-18 is Table 3's SGD, and the quantized rows start from it",
    arguments: [
      "smoke", "quick", "paper",
    ])
  func quantized(_ profile: String) throws {
    let table = try grid(5, profile)
    let plain = table.entry(method: "full-precision", model: "ResNet-18", dataset: "CIFAR-10")!.cells
    #expect(plain == (try grid(3, profile)).entry(method: "SGD", model: "ResNet-18", dataset: "CIFAR-10")!.cells)
    for method in ["LSQ+SGD", "LSQ+SAM", "LSQ+vSAM"] {
      let cells = table.entry(method: method, model: "ResNet-18", dataset: "CIFAR-10")!.cells
      #expect(cells.map(\.start) == plain.map(Optional.some))
      #expect(cells.allSatisfy { $0.recipe.values["learning_rate"] == 0.01 })
      #expect(cells.allSatisfy { $0.recipe.values["weight_decay"] == 1e-4 })
      #expect(cells.allSatisfy { $0.quantization!.settings.values["first_last"] == 8 })
    }
  }

  @Test("every printed number matches a row, and every row its printed number")
  func published() throws {
    let table = try grid(3)
    #expect(table.suite.published!.rows.count == 72)
    for entry in table.entries { #expect(entry.published != nil) }
    #expect(
      table.entry(method: "vSAM", model: "WideResNet-28-10", dataset: "CIFAR-100")!.published!.samplingNumber == 29356)
    #expect(
      table.entry(method: "MESA", model: "ResNet-18", dataset: "CIFAR-10")!.published!.mark == 2)
    for table in [1, 2, 4, 5] { #expect(try grid(table).entries.allSatisfy { $0.published != nil }) }
  }

  @Test("the paper profile is evidence on official files; smoke and quick have a banner")
  func profiles() throws {
    #expect(try grid(3).profile.requiresOfficialData)
    #expect(try grid(3).profile.isEvidence)
    #expect(try grid(3).cells.allSatisfy { $0.model.replaced.isEmpty && $0.method.replaced.isEmpty })
    for profile in ["smoke", "quick"] {
      let profile = try grid(3, profile).profile
      #expect(!profile.isEvidence && !profile.requiresOfficialData && profile.banner != nil)
    }
    #expect(try grid(1, "smoke").cells[0].model.standIn == "wide-resnet depth 10 (not 28), widen 1 (not 10)")
  }

  @Test("quick keeps the gain of Eq. 14 below the bound at which its factor could turn negative")
  func gain() throws {
    for table in 1...4 {
      for cell in try grid(table, "quick").cells where cell.method.name == "vsam" {
        let alpha = try #require(cell.method.settings.values["alpha"].flatMap { Double(setting: $0) })
        #expect(alpha <= 0.45 + 1e-12)
      }
    }
  }

  @Test("the printed speeds' deviation is that between Table 3's two data sets") func printedDeviation() throws {
    let suite = try paperSuite("table3")
    let rows = try #require(suite.published).rows.filter { $0.mark == nil }
    var squares: [Double] = []
    for method in ["SGD", "SAM-5", "SAM-10", "LookSAM-5", "ESAM", "SAF"] {
      for model in try grid(3).models.map(\.label) {
        let speeds = rows.filter { $0.method == method && $0.model == model }.compactMap { row -> Double? in
          let sam = rows.first { $0.method == "SAM" && $0.model == model && $0.dataset == row.dataset }
          guard let mine = row.imagesPerSecond, let theirs = sam?.imagesPerSecond else { return nil }
          return 100 * mine / theirs
        }
        try #require(speeds.count == 2)
        squares.append((speeds[0] - speeds[1]) * (speeds[0] - speeds[1]) / 2)
      }
    }
    let deviation = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
    let printed = try #require(suite.equivalence[.imagesPerSecond]?.printed)
    #expect(squares.count == printed.freedom && abs(deviation - printed.deviation) < 0.05)
  }

  @Test("the size of the paper's runs comes from the protocol, and a suite may name its own") func runs() throws {
    let table = try paperSuite("table3")
    #expect(table.paperRuns?.iterations == 200 * 391 && table.paperRuns?.epochs == 200)
    let rows = try #require(table.published).rows
    #expect(rows.first { $0.method == "SAM" }?.sampledPercent == 100 && rows[0].sampledShare == nil)
    let csv = PublishedRow.header + "\nSAM,ResNet-18,CIFAR-10,,,96.62,0.04,50,1780,100,,\n"
    for (more, share) in [("", nil), (", iterations: 200", 0.25)] as [(String, Double?)] {
      let own = try suite(suiteText("paper: {values: t.csv, n: 3, spread: x\(more)}"), files: ["t.csv": csv])
      #expect(own.published?.rows[0].sampledShare == share && own.paperRuns?.images == nil)
    }
  }

  @Test("primary comparisons are named in Tables 3 and 4") func primary() throws {
    #expect(
      try paperSuite("table3").primary.map { "\($0.method) \($0.against)" } == ["vSAM SAM", "vSAM SAM-5", "SAM SGD"])
    #expect(try paperSuite("table4").primary.map(\.against) == ["vSAM-A"])
  }
}
