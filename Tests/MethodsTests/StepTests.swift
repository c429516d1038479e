import Configuration
import Contract
import Core
import Testing
import Training

@testable import Methods

/// A method from the template, without its comments: descends with the longer of the gradients at w and at wHat.
final class LongestGradient: TrainingMethod {
  static let name = "longest-gradient"
  static let summary = "Descends with the longer of g and gS."
  static let source = Citation("No authors", "No title", 2026)
  static let revision = 1
  static let settings: [any SettingKey] = [rho]
  static let traces: [Trace] = [.psfNorm]
  private let rho: Double
  private let g, wHat: Vector

  init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, g, wHat) = (settings[Self.rho], space.zeros(), space.zeros())
  }

  func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    step.perturb(along: g, by: rho, into: wHat)
    step.gradient(at: wHat, statistics: .freeze, into: d)
    if norm(g) > norm(d) { d.assign(g) }
  }
}

@Suite struct StepTests {
  @Test("m-SAM is the mean of SAM's directions on the micro-batches, each with its own worst point")
  func microBatches() throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try MethodRun(SAM.self, ["micro_batch": 4], on: oracle, examples: examples)
    run.step { record in
      let w = run.w.readOnly.map { $0 }
      #expect(oracle.calls.map(\.movesStatistics) == [true, false, true, false])
      var mean = [Double](repeating: 0, count: w.count)
      var loss = 0.0
      for (part, rows) in [(0, 0..<4), (1, 4..<6)] {
        let (first, second) = (oracle.calls[2 * part], oracle.calls[2 * part + 1])
        let samples = run.batch.samples[rows].map(Int.init)
        let alone = LogisticOracle(examples)
        let (at, g) = (alone.space.zeros(), alone.space.zeros())
        for p in w.indices { at[p] = w[p] }
        let pass = alone.gradient(
          at: at, on: examples.batch(samples), objective: .crossEntropy, statistics: .update, rows: nil, tensors: nil,
          into: g)
        #expect(first.gradient == Array(g.readOnly) && first.weights == w)
        let length = norm(g)
        for p in w.indices { #expect(abs(second.weights[p] - w[p] - Float(0.05 / length) * g[p]) < 1e-6) }
        for p in w.indices { mean[p] += Double(rows.count) / 6 * Double(second.gradient[p]) }
        loss += Double(rows.count) / 6 * pass.loss
      }
      #expect(zip(run.d.readOnly, mean).allSatisfy { abs(Double($0) - $1) < 1e-6 })
      #expect(abs(record.loss - loss) < 1e-12 && record.isSampled)
    }
    let values = run.traces.values(.psfNorm)
    let parts = [0, 2].map { call in
      zip(oracle.calls[call + 1].gradient, oracle.calls[call].gradient)
        .reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }.squareRoot()
    }
    #expect(abs(Double(values[0]) - (parts[0] * 4 + parts[1] * 2) / 6) < 1e-6, "the mean over micro-batches")
  }

  @Test("the norm of a difference equals that of a vector holding it, bit for bit", arguments: [5, 64, 200_003])
  func normOfDifference(count: Int) {
    let pool = WorkerPool(workers: 2)
    let (a, b, difference) = (
      Vector(count: count, pool: pool), Vector(count: count, pool: pool), Vector(count: count, pool: pool)
    )
    var stream = RandomStream(seed: 1, purpose: .generation)
    for i in 0..<count { (a[i], b[i]) = (Float(stream.normal()), Float(stream.normal())) }
    difference.assign(a - b)
    #expect(norm(a - b) == norm(difference) && norm(a - b, in: 2..<count) == norm(difference, in: 2..<count))
  }

  @Test("a repeated first gradient, a later gradient before it, and a PSF that overwrites g are programming errors")
  func mistakes() async {
    await #expect(processExitsWith: .failure) { try Careless.run(.asksTwice) }
    await #expect(processExitsWith: .failure) { try Careless.run(.perturbsFirst) }
    await #expect(processExitsWith: .failure) { try Careless.run(.overwrites) }
    await #expect(processExitsWith: .success) { try Careless.run(.none) }
  }
}

/// Makes calls in an order that is not allowed.
private final class Careless: TrainingMethod {
  enum Mistake: String, CaseIterable, SettingContent { case none, asksTwice, perturbsFirst, overwrites }

  static let name = "careless"
  static let summary = "Makes a selectable mistake."
  static let source = Citation("No authors", "No title", 2026)
  static let revision = 1
  static let mistake = Setting("mistake", default: Mistake.none, "which", from: .assumed("for tests"))
  static let settings: [any SettingKey] = [mistake]
  static let traces: [Trace] = [.psfNorm]
  private let mistake: Mistake
  private let g: Vector

  init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (mistake, g) = (settings[Self.mistake], space.zeros())
  }

  func direction(_ step: Step, into d: Vector) {
    if mistake == .perturbsFirst { step.gradient(at: step.w, statistics: .freeze, into: d) }
    step.firstGradient(into: g)
    if mistake == .asksTwice { step.firstGradient(into: g) }
    step.gradient(at: step.w, statistics: .freeze, into: mistake == .overwrites ? g : d)
  }

  static func run(_ mistake: Mistake) throws {
    let examples = ExampleSet()
    try MethodRun(Careless.self, ["mistake": mistake.setting], on: LogisticOracle(examples), examples: examples).step()
  }
}
