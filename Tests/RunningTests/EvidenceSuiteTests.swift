import Configuration
import Foundation
import Suites
import Testing

@testable import Methods
@testable import Running

@Suite("The studies at small scale")
struct EvidenceSuiteTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("suites").path
  /// Every study except the pilot, by its file.
  static let studies = [
    "evidence", "evidence/others", "evidence/alpha", "evidence/gamma", "evidence/clean", "evidence/augmented",
    "evidence/quantized",
  ]

  private func grid(_ name: String, _ profile: String = "evidence") throws -> Grid {
    try Suite(contentsOf: "\(EvidenceSuiteTests.folder)/\(name).yaml").grid(profile: profile, vocabulary: .catalogues)
  }

  @Test("the list of studies matches the folder")
  func complete() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: EvidenceSuiteTests.folder + "/evidence")
    #expect(
      Set(files)
        == Set(
          EvidenceSuiteTests.studies.dropFirst().map { $0.dropFirst(9) + ".yaml" } + ["pilot.yaml", "protocol.yaml"]))
  }

  @Test("every suite of the folder and its subfolders can be read")
  func readable() throws {
    let files = try FileManager.default.subpathsOfDirectory(atPath: EvidenceSuiteTests.folder)
    let suites = files.filter { $0.hasSuffix(".yaml") && !$0.hasSuffix("protocol.yaml") }
    #expect(suites.count >= 15)
    for name in suites { _ = try Suite(contentsOf: "\(EvidenceSuiteTests.folder)/\(name)") }
  }

  @Test("each study resolves with both profiles, and its accuracies are at small scale", arguments: studies)
  func resolves(_ name: String) throws {
    let grid = try grid(name)
    #expect(grid.profile.scale == .small && !grid.profile.isEvidence && grid.profile.comparable.isEmpty)
    #expect(grid.seeds == (name == "evidence" ? [1, 2, 3, 4, 5, 6] : [1, 2, 3]))
    #expect(try !self.grid(name, "smoke").cells.isEmpty)
    for cell in grid.cells {
      #expect(cell.dataset.settings.values["training"] == 6000 && cell.dataset.settings.values["source"] == "files")
      #expect(cell.recipe.values["schedule"] == "cosine-iteration" && cell.recipe.values["epochs"] == 30)
    }
  }

  @Test("no study uses the pilot's seed")
  func pilot() throws {
    #expect(try grid("evidence/pilot").seeds == [99])
    for name in EvidenceSuiteTests.studies { #expect(try grid(name).seeds.allSatisfy { $0 <= 6 }) }
  }

  @Test("the primary rows run seed by seed, with the most compared rows first")
  func order() throws {
    let cells = try grid("evidence").cells
    #expect(cells.count == 54)
    #expect(cells.prefix(9).allSatisfy { $0.seed == 1 } && cells[9].seed == 2)
    #expect(cells.prefix(3).map(\.method.label) == ["SGD", "SAM", "vSAM"])
  }

  @Test("vSAM has the paper's alphas, s_1 and s_min; only its window and warm-up are shorter")
  func shortRuns() throws {
    let rows = try ["evidence", "evidence/others", "evidence/alpha", "evidence/gamma"].flatMap { try grid($0).cells }
    let vsam = rows.filter {
      $0.method.name == "vsam" && $0.method.settings.values["policy"] == "variation" && $0.method.label != "vSAM scaled"
    }
    #expect(vsam.count == 12 + 3 + 15 + 12)
    for cell in vsam {
      let settings = cell.method.settings
      #expect(settings.values["window"] == 10 && settings.values["slices"] == 1 && settings.values["start"] == 30)
      #expect(settings[SamplingRate.initial] == 1 && settings[SamplingRate.minimum] == 1)
    }
    #expect(Set(vsam.map { $0.method.settings[SamplingRate.alpha] }) == [0.05, 0.1, 0.13, 0.15, 0.2])
  }

  @Test("studies share common cells, so that each is trained once")
  func sharing() throws {
    let primary = Set(try grid("evidence").cells)
    let sam = try grid("evidence/alpha").cells.filter { $0.method.name == "sam" }
    #expect(sam.count == 3 && primary.isSuperset(of: sam))
    let start = try grid("evidence/quantized").cells.compactMap(\.start)
    #expect(start.count == 12 && primary.isSuperset(of: start))
    #expect(try primary.isSuperset(of: grid("evidence/others").hiddenBaseline.flatMap(\.cells)))
    #expect(try primary.isSuperset(of: grid("evidence/gamma").hiddenBaseline.flatMap(\.cells)))
  }

  @Test("the suite of methods beyond the paper shares rows with the other studies, which are trained once")
  func family() throws {
    let (family, smoke) = (try grid("family"), try grid("family", "smoke"))
    #expect(family.profile.scale == .small && family.cells.count == 54 && smoke.cells.count == 18)
    let others = Set(try grid("evidence").cells + grid("evidence/others").cells)
    #expect(family.cells.filter(others.contains).count == 27)
    func radius(_ method: String) -> Value? {
      family.cells.first { $0.method.label == method }?.method.settings.values["rho"]
    }
    #expect(radius("GSAM") == 0.2 && radius("ASAM") == 2.0 && radius("MSAM") == 3.0)
  }

  @Test("existing cells keep their names, so that none is trained again")
  func identity() throws {
    let names = try grid("evidence").cells.prefix(9).map { $0.id(fingerprint: "noise") }
    #expect(
      names == [
        "cifar10-resnet-sgd-s1-32491d5357f6", "cifar10-resnet-sam-s1-bda1ab1dc096",
        "cifar10-resnet-vsam-s1-3448a84d8888", "cifar10-resnet-sam-s1-82a4dbffe0c1",
        "cifar10-resnet-vsam-s1-5f70ecfee9f4", "cifar10-resnet-vsam-s1-c6325604a900",
        "cifar10-resnet-vsam-s1-8ecbdeeb99a0", "cifar10-resnet-vsam-s1-da1b840c1b93",
        "cifar10-resnet-sam-s1-420614794483",
      ])
  }
}
