import Configuration
import Contract
import Core
import Testing

@testable import Methods

@Suite struct VSAMTests {
  private static let fast: [String: Value] = ["start": 5, "window": 4, "slices": 2, "initial": 2, "alpha": 0.3]

  private func run(_ given: [String: Value], epochs: Int = 20, seed: UInt64 = 7) throws -> MethodRun {
    let examples = ExampleSet()
    return try MethodRun(
      VSAM.self, given, on: LogisticOracle(examples), examples: examples, epochs: epochs, seed: seed)
  }

  private func window(_ name: String) throws -> Trace {
    try #require(SamplingRate.traces.first { $0.name == name })
  }

  @Test("between samples the direction is g + gamma^(i - i*) * psf, Eq. 17")
  func reuse() throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try MethodRun(
      VSAM.self, ["policy": "periodic", "period": 4, "start": 0, "gamma": 0.7], on: oracle, examples: examples)
    var psf: [Float] = []
    var decay: Float = 1
    var cosines: [Double] = []
    while run.i < 12 {
      oracle.forget()
      run.step { record in
        let g = oracle.calls[0].gradient
        if record.isSampled {
          let new = zip(oracle.calls[1].gradient, g).map { $0 - $1 }
          if !psf.isEmpty {
            func dot(_ a: [Float], _ b: [Float]) -> Double { zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
            cosines.append(dot(psf, new) / (dot(psf, psf) * dot(new, new)).squareRoot())
          }
          psf = new
          decay = 1
          #expect(Array(run.d.readOnly) == oracle.calls[1].gradient)
        } else {
          decay *= 0.7
          for (p, d) in run.d.readOnly.enumerated() { #expect(abs(d - (g[p] + decay * psf[p])) < 1e-6) }
        }
      }
    }
    #expect(run.sampled == (0..<12).map { $0 % 4 == 0 })
    let (turns, ages) = (run.traces.values(.reuseCosine), run.traces.values(.reuseAge))
    #expect(turns.filter { !$0.isNaN }.count == 2 && ages.filter { !$0.isNaN } == [4, 4])
    for (k, cosine) in cosines.enumerated() { #expect(abs(Double(turns[4 * (k + 1)]) - cosine) < 1e-6) }
    #expect(cosines.allSatisfy { abs($0) < 0.9999 }, "\(cosines)")
  }

  @Test("the traces of a window match its iterations")
  func windowsAreRecorded() throws {
    let run = try run(Self.fast).run()
    let windows = try run.traces.values(window("window_end"))
    #expect(windows == (1...15).map { Float(4 * $0) })
    let taken = try run.traces.values(window("taken"))
    for (k, end) in windows.enumerated() {
      #expect(Int(taken[k]) == run.sampled[Int(end) - 4..<Int(end)].count { $0 })
    }
    let (s, p) = (try run.traces.values(window("s")), try run.traces.values(window("p")))
    #expect(zip(s, p).allSatisfy { $0 / 4 == $1 })
    #expect(s.contains { $0 != 2 }, "s moves")
    let psf = run.traces.values(.psfNorm)
    #expect((0..<60).allSatisfy { psf[$0].isNaN != run.sampled[$0] }, "a PSF norm only where computed")
  }

  @Test("draws depend on the seed and the iteration alone")
  func drawsAreKeyed() throws {
    let given = Self.fast.merging(["policy": "constant"]) { $1 }
    let (one, again, other) = (try run(given).run(), try run(given).run(), try run(given, seed: 8).run())
    #expect(one.sampled == again.sampled && one.sampled != other.sampled)
    #expect(try run(given.merging(["rho": 0.2]) { $1 }).run().sampled == one.sampled)
    #expect(one.sampled.prefix(5).allSatisfy { $0 })
    #expect(Set(one.sampled.dropFirst(5)) == [true, false], "each iteration has its own draw")
  }

  @Test("the rate uses the norms of the last layers, or of all layers")
  func tail() throws {
    let (tail, all) = (try run(Self.fast).run(), try run(Self.fast.merging(["tail": "all"]) { $1 }).run())
    #expect(try tail.traces.values(window("v")).last != all.traces.values(window("v")).last)
    #expect(try run(["start": 0, "tail": "all"]).settings.values["tail"] == "all")
  }

  @Test(
    "inconsistent settings are rejected with the reason",
    arguments: [
      (["slices": 7], "method vsam: 'slices' must divide the window of 50 iterations, which 7 does not."),
      (["minimum": 41], "method vsam: 'minimum' must be at most cap * window = 40.0, not 41.0."),
      (["initial": 50], "method vsam: 'initial' must be at most cap * window = 40.0, not 50.0."),
    ] as [([String: Value], String)])
  func inconsistent(given: [String: Value], message: String) throws {
    let settings = try Settings(VSAM.settings, given: given, owner: "method vsam")
    #expect {
      try VSAM.check(settings)
    } throws: {
      "\($0)" == message
    }
  }
}
