import Configuration
import Contract
import Core
import Methods
import Testing

@Suite struct LookSAMTests {
  @Test("what LookSAM adds is orthogonal to the sampled g, of length alpha * norm(g), and global")
  func addedPart() throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try MethodRun(LookSAM.self, ["alpha": 0.4], on: oracle, examples: examples)
    run.step()
    let sampled = oracle.calls[0].gradient.map(Double.init)
    let gS = oracle.calls[1].gradient.map(Double.init)
    oracle.forget()
    run.step { record in
      #expect(!record.isSampled)
      let g = oracle.calls[0].gradient.map(Double.init)
      let added = zip(run.d.readOnly, g).map { Double($0) - $1 }
      let length = dot(added, added).squareRoot()
      let gNorm = dot(g, g).squareRoot()
      #expect(abs(length - 0.4 * gNorm) < 1e-5 * gNorm)
      #expect(abs(dot(added, sampled)) < 1e-4 * length * dot(sampled, sampled).squareRoot())
      // gV = gS - <g, gS> / norm(g)^2 * g, as Liu et al. write it.
      let k = dot(sampled, gS) / dot(sampled, sampled)
      let gV = zip(gS, sampled).map { $0 - k * $1 }
      let scale = 0.4 * gNorm / dot(gV, gV).squareRoot()
      #expect(zip(added, gV).allSatisfy { abs($0 - scale * $1) < 1e-4 * length })
    }
  }

  @Test("the cosine between gV and its replacement is recorded where gV is replaced")
  func turn() throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try MethodRun(LookSAM.self, ["period": 3], on: oracle, examples: examples)
    var parts: [[Double]] = []
    while run.i < 7 {
      oracle.forget()
      run.step()
      guard run.i % 3 == 1 else { continue }
      let (g, gS) = (oracle.calls[0].gradient.map(Double.init), oracle.calls[1].gradient.map(Double.init))
      parts.append(zip(gS, g).map { $0 - dot(g, gS) / dot(g, g) * $1 })
    }
    func values(_ name: String) throws -> [Float] {
      run.traces.values(try #require(LookSAM.traces.first { $0.name == name }))
    }
    #expect(try values("reuse_age").map { $0.isNaN ? 0 : $0 } == [0, 0, 0, 3, 0, 0, 3])
    for k in [1, 2] {
      let (a, b) = (parts[k - 1], parts[k])
      let cosine = dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
      #expect(try abs(Double(values("reuse_cosine")[3 * k]) - cosine) < 1e-4, "\(cosine)")
    }
  }

  @Test("a cap bounds the factor of the reused part")
  func cap() throws {
    func added(_ given: [String: Value]) throws -> (part: [Double], gV: [Double]) {
      let examples = ExampleSet()
      let oracle = WatchedOracle(LogisticOracle(examples))
      let run = try MethodRun(LookSAM.self, given, on: oracle, examples: examples)
      run.step()
      let g = oracle.calls[0].gradient.map(Double.init)
      let gS = oracle.calls[1].gradient.map(Double.init)
      let k = dot(g, gS) / dot(g, g)
      oracle.forget()
      var part: [Double] = []
      run.step { _ in part = zip(run.d.readOnly, oracle.calls[0].gradient).map { Double($0 - $1) } }
      return (part, zip(gS, g).map { $0 - k * $1 })
    }
    let (free, gV) = try added([:])
    let kappa = (dot(free, free) / dot(gV, gV)).squareRoot()
    #expect(kappa > 2, "otherwise the cap below would have no effect")
    let capped = try added(["cap": 0.5]).part
    #expect(zip(capped, gV).allSatisfy { abs($0 - 0.5 * $1) < 1e-5 })
  }

  @Test("tensor by tensor the added part is orthogonal in each tensor, and as long as alpha times its gradient")
  func tensors() throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try MethodRun(
      LookSAM.self, ["alpha": 0.4, "projection": "tensor"], on: oracle, examples: examples)
    run.step()
    let sampled = oracle.calls[0].gradient.map(Double.init)
    oracle.forget()
    run.step { _ in
      let g = oracle.calls[0].gradient.map(Double.init)
      let added = zip(run.d.readOnly, g).map { Double($0) - $1 }
      for entry in oracle.space.layout.entries {
        let (own, old, part) = (Array(g[entry.range]), Array(sampled[entry.range]), Array(added[entry.range]))
        let length = dot(part, part).squareRoot()
        #expect(abs(length - 0.4 * dot(own, own).squareRoot()) < 1e-5, "\(entry.name)")
        #expect(abs(dot(part, old)) < 1e-4 * length * dot(old, old).squareRoot(), "\(entry.name)")
      }
    }
  }

  private func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).map { $0 * $1 }.reduce(0, +) }
}
