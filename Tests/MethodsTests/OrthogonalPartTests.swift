import Methods
import Tensors
import Contract
import Testing

@Suite struct OrthogonalPartTests {
  @Test("what LookSAM adds is orthogonal to the sampled g, of length alpha * norm(g), and global")
  func addedPart() throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try MethodRun(LookSAM.self, ["alpha": 0.4], on: oracle, examples: examples)
    run.step()
    let sampled = oracle.calls[0].gradient.map(Double.init), gS = oracle.calls[1].gradient.map(Double.init)
    oracle.forget()
    run.step { record in
      #expect(!record.isSampled)
      let g = oracle.calls[0].gradient.map(Double.init)
      let added = zip(run.d.readOnly, g).map { Double($0) - $1 }
      let length = dot(added, added).squareRoot(), gNorm = dot(g, g).squareRoot()
      #expect(abs(length - 0.4 * gNorm) < 1e-5 * gNorm)
      #expect(abs(dot(added, sampled)) < 1e-4 * length * dot(sampled, sampled).squareRoot())
      // gV = gS - <g, gS> / norm(g)^2 * g, as Liu et al. write it.
      let k = dot(sampled, gS) / dot(sampled, sampled)
      let gV = zip(gS, sampled).map { $0 - k * $1 }
      let scale = 0.4 * gNorm / dot(gV, gV).squareRoot()
      #expect(zip(added, gV).allSatisfy { abs($0 - scale * $1) < 1e-4 * length })
    }
  }

  private func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).map { $0 * $1 }.reduce(0, +) }
}
