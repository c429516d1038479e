import Configuration
import Contract
import Core
import Methods
import Testing

@Suite struct SAFTests {
  @Test(
    "compares each example with its own logits of E~ epochs ago, from the epoch after E_start", arguments: [1, 2, 3])
  func targets(lag: Int) throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try MethodRun(SAF.self, ["lag": .integer(lag), "start": 3], on: oracle, examples: examples)
    var recorded: [Int: [Int: ArraySlice<Float>]] = [:]
    while run.i < run.context.iterations {
      oracle.forget()
      run.step { _ in
        let epoch = (run.i - 1) / 3
        #expect(oracle.calls.count == 1)
        #expect((oracle.calls[0].target != nil) == (epoch > 3))
        for (k, sample) in run.batch.samples.enumerated() {
          if let target = oracle.calls[0].target {
            #expect(target[3 * k..<3 * k + 3] == recorded[epoch - lag]?[Int(sample)])
          }
          recorded[epoch, default: [:]][Int(sample)] = oracle.calls[0].logits[3 * k..<3 * k + 3]
        }
      }
    }
  }

  @Test("reads nothing before E~ epochs are stored")
  func lagBeyondStart() throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try MethodRun(SAF.self, ["lag": 5, "start": 0], on: oracle, examples: examples)
    run.run(to: 15)
    #expect(oracle.calls.allSatisfy { $0.target == nil })
    run.run(to: 16)
    #expect(oracle.calls.last?.target != nil)
  }

  @Test("the pull's slope is tau * (q - p) in the scores of one example", .tags(.golden))
  func slope() {
    // A scale of 0 leaves only the bias as scores: (1, 1, 0) now, (2, 0.5, -1) in the past; tau 5, lambda 1.
    let examples = ExampleSet()
    let oracle = LogisticOracle(examples)
    let (w, with, without) = (oracle.space.zeros(), oracle.space.zeros(), oracle.space.zeros())
    (w[16], w[17], w[18]) = (1, 1, 0)
    let batch = examples.batch([0])
    let logits: [Float] = [2, 0.5, -1]
    logits.withUnsafeBufferPointer { past in
      let trajectory = Objective.Trajectory(target: past, temperature: 5, weight: 1)
      _ = oracle.gradient(
        at: w, on: batch, objective: Objective(trajectory: trajectory), statistics: .freeze, rows: nil, tensors: nil,
        into: with)
    }
    _ = oracle.gradient(
      at: w, on: batch, objective: .crossEntropy, statistics: .freeze, rows: nil, tensors: nil, into: without)
    for (c, expected) in [-0.409911052, 0.156079513, 0.253831539].enumerated() {
      #expect(abs(Double(with[16 + c] - without[16 + c]) - expected) < 1e-6)  // two roundings of values below 1
    }
  }
}
