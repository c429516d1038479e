import Foundation
import Reports
import Suites
import Testing

@testable import Paper

@Suite("The paper's inconsistencies are computed from its own numbers") struct InconsistenciesTests {
  private static let suites = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("suites")

  /// The printed numbers of the paper's tables, as named by the suites.
  private func found(_ change: (inout [(table: Int, row: PublishedRow)]) -> Void = { _ in }) throws -> [String] {
    var rows: [(table: Int, row: PublishedRow)] = []
    for number in 1...4 {
      let suite = try Suite(
        contentsOf: InconsistenciesTests.suites.appendingPathComponent("table\(number).yaml").path)
      rows += try #require(suite.published).rows.map { (number, $0) }
    }
    change(&rows)
    return Inconsistencies(printed: rows).ranked.map(\.text)
  }

  @Test(
    "each known inconsistency is listed with its numbers",
    arguments: [
      "ESAM ResNet-18 CIFAR-10: 106.46 printed as 107", "SAF ResNet-18 CIFAR-10: 151.46 printed as 152",
      "Table 3 SAM-5 ResNet-18 CIFAR-100: 150.49 printed as 151",
      "Table 4 SAM-5 ResNet-18 CIFAR-100: 150.49 printed as 151",
      "vSAM WideResNet-28-10 CIFAR-10: 138.46 printed as 139",
      "Table 3 SAF (2) PyramidNet-110 CIFAR-10: 202, not 143.8",
      "Table 1 vSAM alpha 0.13 and Table 2 vSAM gamma 0.8 are one run",
      "Table 2 vSAM gamma 0.9 and Table 3 vSAM WideResNet-28-10 CIFAR-100 are equally accurate with other counts",
      "vSAM alpha 0.1 (84.01 %, 15287 samples, 461 images/s) is slower than vSAM alpha 0.13",
      "vSAM alpha 0.15 samples 39276 times, vSAM alpha 0.2 35150",
      "PyramidNet-110 CIFAR-10: vSAM 97.49, SAM-5 97.57", "ResNet-18 CIFAR-10 140",
      "CIFAR-10 2405 against 2492 images/s",
      "Table 3 vSAM PyramidNet-110 CIFAR-10: 151, limit 145.8",
      "AE-SAM (3) WideResNet-28-10 CIFAR-100 and ESAM (1) WideResNet-28-10 CIFAR-100 both have 84.51",
      "39178 is 50.1 %", "LookSAM-5 ResNet-18 CIFAR-10 1.65, its count gives 1.20",
      "ESAM WideResNet-28-10 CIFAR-10 1.40, its algorithm needs at least 1.5", "SAF ResNet-18 CIFAR-10 1.22",
      "508 images/s, 11.4 points of AIS",
      "vSAM alpha 0.13 (84.52 %, 26466 samples, 484 images/s) above vSAM alpha 0.15",
    ])
  func stated(_ words: String) throws {
    let all = try found()
    #expect(all.contains { $0.contains(words) }, "\(all.joined(separator: "\n"))")
  }

  @Test("a corrected number is no longer listed") func corrected() throws {
    let all = try found { rows in
      for index in rows.indices where rows[index].table == 3 && rows[index].row.imagesPerSecond == 1895 {
        rows[index].row.relativeSpeed = 106
      }
      rows.removeAll { $0.row.method == "AE-SAM" }
    }
    #expect(!all.contains { $0.contains("ESAM ResNet-18 CIFAR-10: 106.46") })
    #expect(!all.contains { $0.contains("50.1 %") })
  }

  @Test("inconsistencies that affect conclusions come first") func ranked() throws {
    var rows: [(table: Int, row: PublishedRow)] = []
    for number in 1...4 {
      let suite = try Suite(contentsOf: InconsistenciesTests.suites.appendingPathComponent("table\(number).yaml").path)
      rows += try #require(suite.published).rows.map { (number, $0) }
    }
    let ranked = Inconsistencies(printed: rows).ranked
    let first = ranked.prefix(6).filter { $0.weight == .matters }
    #expect(first.count == 6)
    #expect(ranked.count { $0.weight == .matters } == 6 && ranked.count == 14)
  }

  @Test("no printed numbers, no inconsistencies") func none() { #expect(Inconsistencies(printed: []).ranked == []) }
}
