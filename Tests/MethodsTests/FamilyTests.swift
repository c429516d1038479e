import Configuration
import Contract
import Core
import Methods
import Testing
import Training

/// What each method beyond the paper asks of its step, in the words of its paper.
@Suite struct FamilyTests {
  /// Ten iterations on the oracle that has everything, watched.
  private func watch(
    _ name: String, _ given: [String: Value] = [:],
    _ look: (MethodRun, [WatchedOracle.Call], _ w: [Double]) throws -> Void
  ) throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let type = try #require(MethodCatalogue.named(name))
    let run = try MethodRun(type, given, on: oracle, examples: examples)
    for _ in 0..<10 {
      let w = run.w.readOnly.map(Double.init)
      oracle.forget()
      run.step()
      try look(run, oracle.calls, w)
    }
  }

  private func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).map { $0 * $1 }.reduce(0, +) }
  private func length(_ x: [Double]) -> Double { dot(x, x).squareRoot() }
  private func doubles(_ x: [Float]) -> [Double] { x.map(Double.init) }

  // Scale [0, 4) and weight [4, 16) are scaled, the bias [16, 19) is not.
  @Test("ASAM's perturbation has length rho in units of the scaled weights", arguments: [("weights", 16), ("all", 19)])
  func asam(_ scaled: String, _ count: Int) throws {
    try watch("asam", ["scaled": .text(scaled), "eta": 0.02, "rho": 0.3]) { _, calls, w in
      let g = doubles(calls[0].gradient)
      let factors = w.enumerated().map { $0 < count ? abs($1) + 0.02 : 1 }
      let scaled = zip(factors, g).map { $0 * $1 }
      let perturbation = zip(calls[1].weights, w).map { Double($0) - $1 }
      for p in w.indices {
        #expect(abs(perturbation[p] - 0.3 * factors[p] * scaled[p] / length(scaled)) < 1e-6)
      }
      #expect(abs(length(zip(perturbation, factors).map { $0 / $1 }) - 0.3) < 1e-4)
    }
  }

  @Test("what GSAM takes away is orthogonal to gS, and what its plain form adds is orthogonal to g")
  func gsam() throws {
    for (descent, sign) in [("perturbed", -1.0), ("plain", 1.0)] {
      try watch("gsam", ["alpha": 0.4, "descent": .text(descent)]) { run, calls, _ in
        let g = doubles(calls[0].gradient)
        let gS = doubles(calls[1].gradient)
        let d = run.d.readOnly.map(Double.init)
        let (kept, other) = descent == "perturbed" ? (gS, g) : (g, gS)
        let gap = zip(d, kept).map { sign * ($0 - $1) / 0.4 }
        #expect(abs(dot(gap, kept)) < 2e-6 * dot(kept, kept))
        // The rest of it lies along what is kept.
        let along = dot(other, kept) / dot(kept, kept)
        for p in d.indices { #expect(abs(gap[p] - (other[p] - along * kept[p])) < 1e-5) }
      }
    }
  }

  @Test("GSAM's radius falls with the learning rate down to its floor", arguments: [1.0, 0.5, 0.0])
  func gsamRadius(share: Double) throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let settings = try Settings(GSAM.settings, given: ["rho": 0.4, "floor": 0.25], owner: "method gsam")
    let w = oracle.space.zeros()
    for p in 0..<w.count { w[p] = Float(p % 5) / 4 - 0.4 }
    let before = w.readOnly.map(Double.init)
    let training = TrainingStep(
      GSAM.self, settings, at: w, asking: oracle,
      run: RunContext(seed: 1, trainingCount: 14, classes: 3, batchSize: 6, epochs: 1), startingRate: 0.1, momentum: 0,
      weightDecay: 0)
    training.take(examples.batch(at: 1, size: 6, seed: 1), epoch: 0, learningRate: 0.1 * share)
    let perturbation = zip(oracle.calls[1].weights, before).map { Double($0) - $1 }
    #expect(abs(length(perturbation) - 0.4 * (0.25 + 0.75 * share)) < 1e-6)
  }

  @Test("MSAM takes one gradient, ahead of w along the optimizer's momentum, and moves the running statistics there")
  func msam() throws {
    var momentum: [Double] = []
    try watch("msam", ["rho": 0.4]) { run, calls, w in
      #expect(calls.count == 1 && calls[0].movesStatistics && !run.records[run.i - 1].isSampled)
      for p in w.indices {
        let ahead = momentum.isEmpty ? 0 : -0.4 * momentum[p] / length(momentum)
        #expect(abs(Double(calls[0].weights[p]) - w[p] - ahead) < 1e-6)
      }
      #expect(Array(run.d.readOnly) == calls[0].gradient)
      momentum = run.momentum.velocity.readOnly.map(Double.init)
    }
  }

  @Test("Friendly SAM's code form begins with SAM's step and then subtracts the mean of the gradients before")
  func friendlySAM() throws {
    var mean: [Double] = []
    try watch("friendly-sam", ["form": "code", "lambda": 0.7, "sigma": 0.9]) { _, calls, w in
      let g = doubles(calls[0].gradient)
      let along = mean.isEmpty ? g : zip(g, mean).map { $0 - 0.9 * $1 }
      for p in w.indices {
        #expect(abs(Double(calls[1].weights[p]) - w[p] - 0.05 * along[p] / length(along)) < 1e-6)
      }
      mean = mean.isEmpty ? g : zip(mean, g).map { 0.7 * $0 + 0.3 * $1 }
    }
  }

  @Test("VaSSO perturbs along its running mean")
  func vasso() throws {
    var mean: [Double] = []
    try watch("vasso", ["theta": 0.3]) { _, calls, w in
      let g = doubles(calls[0].gradient)
      mean = mean.isEmpty ? g : zip(mean, g).map { 0.7 * $0 + 0.3 * $1 }
      for p in w.indices {
        #expect(abs(Double(calls[1].weights[p]) - w[p] - 0.05 * mean[p] / length(mean)) < 1e-6)
      }
    }
  }

  @Test("WSAM's sharpness acts in its own step only: momentum accumulates g and decay alone")
  func wsam() throws {
    var momentum: [Double] = []
    try watch("wsam", ["gamma": 0.75]) { run, calls, w in
      let g = doubles(calls[0].gradient)
      let gS = doubles(calls[1].gradient)
      momentum = w.indices.map { 0.9 * (momentum.isEmpty ? 0 : momentum[$0]) + g[$0] + 0.001 * w[$0] }
      for p in w.indices {
        let after = w[p] - 0.1 * (momentum[p] + 3 * (gS[p] - g[p]))
        #expect(abs(Double(run.w[p]) - after) < 1e-5)
      }
    }
  }

  @Test("RST samples with its probability, which growth moves from the start of the run to its end")
  func rst() throws {
    func shares(_ given: [String: Value]) throws -> (first: Double, second: Double) {
      let examples = ExampleSet()
      let run = try MethodRun(RST.self, given, on: LogisticOracle(examples), examples: examples, epochs: 400).run()
      let (first, second) = (run.sampled.prefix(600), run.sampled.suffix(600))
      return (Double(first.count { $0 }) / 600, Double(second.count { $0 }) / 600)
    }
    // Five standard deviations of a mean of 600 draws.
    let room = 5 * (0.25 / 600).squareRoot()
    for (given, first, second) in [
      ([:], 0.5, 0.5), (["probability": 0.2], 0.2, 0.2), (["growth": 1], 0.25, 0.75), (["growth": -1], 0.75, 0.25),
      (["probability": 0.8, "growth": 0.4], 0.7, 0.9),
    ] as [([String: Value], Double, Double)] {
      let sampled = try shares(given)
      #expect(abs(sampled.first - first) < room && abs(sampled.second - second) < room, "\(given): \(sampled)")
    }
  }

  @Test("RST refuses a growth that its probability has no room for")
  func rstRoom() throws {
    let settings = try Settings(RST.settings, given: ["probability": 0.25, "growth": 0.75], owner: "method rst")
    let error = #expect(throws: SettingsError.self) { try RST.check(settings) }
    #expect(
      error?.description
        == "method rst: 'growth' must leave the probability 0.25 between 0 and 1 all through the run; 0.75 does not.")
  }

  @Test("all that take a second gradient record its loss: less the first pass's it is the sharpness they saw")
  func perturbedLoss() throws {
    for type in MethodCatalogue.all {
      let settings = try Settings(type.settings, owner: type.name)
      #expect((type.plannedShare(settings) > 0) == type.traces.contains(.perturbedLoss), "\(type.name)")
    }
  }
}
