import Configuration
import Contract
import Core
import Testing

@testable import Methods

/// Steps on L(w) = (w1^2 + 4 w2^2) / 2 from w = (1, 1) with rho 0.05 and learning rate 0.1, as `tools/vectors.py`
/// prints them.
///
/// The tolerance is a few units in the last place of single precision at these sizes (values up to 6, so 5e-7 a
/// rounding), in which vectors are kept.
@Suite(.tags(.golden)) struct PublishedVectorTests {
  private let tolerance = 2e-6

  private func run(
    _ name: String, _ given: [String: Value], momentum: Double = 0, weightDecay: Double = 0
  ) throws -> MethodRun {
    let type = try #require(MethodCatalogue.named(name))
    return try MethodRun(
      type, given.merging(["rho": 0.05]) { $1 }, on: QuadraticOracle(hessian: [[1, 0], [0, 4]]),
      examples: ExampleSet(), start: [1, 1], momentum: momentum, weightDecay: weightDecay)
  }

  private func expect(
    _ vector: Vector, _ expected: [Double], _ what: Comment, at location: SourceLocation = #_sourceLocation
  ) {
    for (value, number) in zip(vector.readOnly, expected) {
      #expect(abs(Double(value) - number) < tolerance, what, sourceLocation: location)
    }
  }

  @Test("SAM with momentum 0.9 and weight decay 0.01 makes the steps that the equations give")
  func sam() throws {
    let run = try run("sam", [:], momentum: 0.9, weightDecay: 0.01)
    run.step { _ in self.expect(run.d, [1.012126781, 4.194028500], "gS") }
    expect(run.momentum.velocity, [1.022126781, 4.204028500], "m")
    expect(run.w, [0.897787322, 0.579597150], "w")
    run.step { _ in self.expect(run.d, [0.915843089, 2.504892832], "gS") }
    expect(run.momentum.velocity, [1.844735065, 6.294314454], "m")
    expect(run.w, [0.713313815, -0.049834295], "w")
    let (g, psf) = (run.traces.values(.sgdNorm), run.traces.values(.psfNorm))
    #expect(abs(Double(g[0]) - 4.123105626) < tolerance && abs(Double(g[1]) - 2.486151197) < tolerance)
    #expect(abs(Double(psf[0] / g[0]) - 0.047150646) < tolerance)
    #expect(abs(Double(psf[1] / g[1]) - 0.075367981) < tolerance)
  }

  @Test("vSAM with gamma 0.9, iteration 1 sampled, 2 and 3 not, makes the steps that the equations give")
  func vsam() throws {
    let run = try run("vsam", ["gamma": 0.9, "start": 1, "policy": "constant", "initial": 0])
    run.step()
    expect(run.w, [0.898787322, 0.580597150], "w2")
    run.step { _ in self.expect(run.d, [0.909701425, 2.497014250], "d2") }
    expect(run.w, [0.807817179, 0.330895725], "w3")
    run.step { _ in self.expect(run.d, [0.817639872, 1.480745985], "d3") }
    expect(run.w, [0.726053192, 0.182821126], "w4")
    #expect(run.sampled == [true, false, false])
  }

  @Test("LookSAM with alpha 0.7 makes the steps that the equations give")
  func lookSAM() throws {
    let run = try run("looksam", ["alpha": 0.7])
    run.step()
    #expect(abs(Double(run.traces.values(LookSAM.orthogonalNorm)[0]) - 0.035294118) < tolerance)
    run.step { _ in self.expect(run.d, [-0.792335704, 2.745169356], "d2") }
    expect(run.w, [0.978020892, 0.306080214], "w3")
  }

  @Test("The PSF on a quadratic is rho * H g / norm(g), Eq. 6", arguments: [0.01, 0.05, 0.5])
  func psfIsExact(rho: Double) throws {
    let hessian = [[2, 0.5, 0], [0.5, 1, 0.2], [0, 0.2, 3]]
    let run = try MethodRun(
      SAM.self, ["rho": .number(rho)], on: QuadraticOracle(hessian: hessian, tensors: [1, 2]), examples: ExampleSet(),
      start: [1, -2, 1.5])
    let w = run.w.readOnly.map(Double.init)
    func product(_ x: [Double]) -> [Double] { hessian.map { zip($0, x).map { $0 * $1 }.reduce(0, +) } }
    func length(_ x: ArraySlice<Double>) -> Double { x.map { $0 * $0 }.reduce(0, +).squareRoot() }
    let g = product(w)
    let psf = product(g).map { rho * $0 / length(g[...]) }
    run.step { _ in self.expect(run.d, zip(g, psf).map { $0 + $1 }, "gS") }
    #expect(abs(Double(run.traces.values(.psfNorm)[0]) - length(psf[...])) < tolerance)
    #expect(abs(Double(run.traces.values(.psfTailNorm)[0]) - length(psf[1...])) < tolerance)
    #expect(abs(Double(run.traces.values(.sgdTailNorm)[0]) - length(g[1...])) < tolerance)
  }
}
