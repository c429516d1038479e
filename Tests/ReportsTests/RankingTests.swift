import Records
import Testing

@testable import Reports

@Suite("Best and second best") struct RanksTests {
  @Test("only rows separated by seed are emphasized, and only finished ones") func separated() throws {
    let grid = try grid()
    func page(_ sgd: [Double], _ sam: [Double], _ vsam: [Double]) throws -> String {
      var runs: [RunRecord] = []
      for seed in UInt64(1)...3 {
        runs.append(.run(of: try grid.cell("SGD", seed: seed), accuracy: sgd[Int(seed) - 1]))
        runs.append(.run(of: try grid.cell("SAM", seed: seed), accuracy: sam[Int(seed) - 1], sampled: 200))
        runs.append(.run(of: try grid.cell("vSAM", seed: seed), accuracy: vsam[Int(seed) - 1], sampled: 60))
      }
      return Report([grid], from: Results(runs)).markdown
    }
    let clear = try page([50, 50.1, 50.2], [51, 51.1, 51.25], [52, 52.1, 52.3])
    #expect(clear.contains("**52.13 ± 0.15**") && clear.contains("<u>51.12 ± 0.13</u>"))
    let close = try page([50, 50.1, 50.2], [51, 53, 52], [52, 52.1, 52.3])
    #expect(!close.contains("**52.13 ± 0.15**"))
  }
}
