import Configuration
import Contract
import Core
import Testing

@testable import Methods

@Suite struct ESAMTests {
  @Test("the examples whose loss rose most, ties to the earlier", .tags(.golden))
  func selection() {
    let before: [Float] = [0.5, 0.2, 1, 0.3, 0.8, 0.1, 0.6, 0.4]
    let after: [Float] = [0.9, 0.25, 1.1, 1, 0.85, 0.6, 0.65, 1.3]
    after.withUnsafeBufferPointer { after in
      #expect(mostRaised(from: before, to: after, count: 4) == [0, 3, 5, 7])
      #expect(mostRaised(from: before, to: after, count: 1) == [7])
      #expect(mostRaised(from: before, to: after, count: 8) == [0, 1, 2, 3, 4, 5, 6, 7])
    }
    [1, 1, 1].withUnsafeBufferPointer { #expect(mostRaised(from: [0, 0, 0], to: $0, count: 2) == [0, 1]) }
  }

  /// Every call of a run of `epochs` epochs, by iteration.
  private func calls(_ given: [String: Value], epochs: Int = 60) throws -> [[WatchedOracle.Call]] {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try MethodRun(ESAM.self, given, on: oracle, examples: examples, epochs: epochs)
    var calls: [[WatchedOracle.Call]] = []
    while run.i < run.context.iterations {
      oracle.forget()
      run.step { _ in #expect(Array(run.d.readOnly) == oracle.calls.last?.gradient) }
      calls.append(oracle.calls)
    }
    return calls
  }

  @Test("one first gradient, one forward at wHat, one gradient there on the chosen half")
  func passes() throws {
    for (k, calls) in try calls([:]).enumerated() {
      try #require(calls.count == 3 && !calls[2].movesStatistics)
      #expect(!calls[1].hasGradient && calls[1].running == nil && calls[1].weights == calls[2].weights)
      let n = k % 3 == 2 ? 2 : 6
      #expect(calls[2].rows?.count == n / 2 && calls[2].tensors == nil)
    }
  }

  @Test("tensors are requested with probability beta and only those move, by rho / beta in total")
  func tensorMasks() throws {
    let layout = LogisticOracle(ExampleSet()).space.layout
    var wanted = 0
    var drawn = 0
    for calls in try calls(["beta": 0.6, "rho": 0.05]) {
      let mask = try #require(calls[0].tensors)
      wanted += mask.count { $0 }
      drawn += mask.count
      let moved = zip(calls[1].weights, calls[0].weights).map { Double($0 - $1) }
      for (k, entry) in layout.entries.enumerated() where !mask[k] {
        #expect(entry.range.allSatisfy { moved[$0] == 0 })
      }
      let length = moved.map { $0 * $0 }.reduce(0, +).squareRoot()
      #expect(abs(length - (mask.contains(true) ? 0.05 / 0.6 : 0)) < 1e-5)
    }
    #expect(abs(Double(wanted) / Double(drawn) - 0.6) < 0.06)  // 540 draws: three deviations
  }

  @Test("single weights are masked with probability beta, from the full gradient")
  func weightMasks() throws {
    var moved = 0
    var count = 0
    for calls in try calls(["masks": "weight", "beta": 0.5]) {
      #expect(calls[0].tensors == nil)
      moved += zip(calls[1].weights, calls[0].weights).count { $0 != $1 }
      count += calls[0].weights.count
    }
    #expect(abs(Double(moved) / Double(count) - 0.5) < 0.04)  // 3 420 draws: over four deviations
  }

  @Test("a random selection takes as many examples, different ones in each iteration, and needs no forward pass")
  func randomSelection() throws {
    let calls = try calls(["selection": "random"])
    #expect(calls.allSatisfy { $0.count == 2 && $0[1].hasGradient })
    let rows = calls.compactMap { $0[1].rows }
    #expect(rows.count == calls.count && rows.allSatisfy { $0 == $0.sorted() && Set($0).count == $0.count })
    #expect(Set(rows.filter { $0.count == 3 }).count > 10)
  }

  @Test("masks per weight do not depend on the number of workers, over several blocks")
  func blocksHaveOwnStreams() throws {
    let count = 1 << 18
    let bits = try [1, 2, 3].map { workers in
      let oracle = ConstantGradient(count: count, workers: workers)
      let run = try MethodRun(
        ESAM.self, ["masks": "weight", "gamma": 1], on: oracle, examples: ExampleSet(), start: nil, epochs: 1)
      run.step()
      return oracle.asked
    }
    #expect(bits[0] == bits[1] && bits[0] == bits[2])
    let blocks = stride(from: 0, to: count, by: 1 << 16).map { Array(bits[0][$0..<$0 + (1 << 16)]) }
    #expect(Set(blocks).count == blocks.count, "no two blocks share a mask")
  }
}

/// Gradient 1 everywhere; records which weights the second gradient call had moved.
private final class ConstantGradient: GradientOracle {
  let space: ParameterSpace
  let statistics: Vector
  let cost = Cost()
  var asked: [Bool] = []
  private let zeros = UnsafeMutableBufferPointer<Float>.allocate(capacity: 64)
  private var first: [Float] = []

  init(count: Int, workers: Int) {
    let pool = WorkerPool(workers: workers)
    let entry = ParameterEntry(name: "all", role: .bias, range: 0..<count)
    space = ParameterSpace(layout: ParameterLayout(entries: [entry], tail: 0..<count), pool: pool)
    statistics = Vector(count: 1, pool: pool)
    zeros.initialize(repeating: 0)
  }

  deinit { zeros.deallocate() }

  func gradient(
    at w: Vector, on batch: Batch, objective: Objective, statistics: StatisticsUpdate, rows: [Int32]?,
    tensors: [Bool]?, into g: Vector
  ) -> Evaluation {
    if statistics == .update { first = Array(w.readOnly) } else { asked = zip(w.readOnly, first).map { $0 != $1 } }
    g.assign(1)
    return evaluate(at: w, on: batch, normalizing: .batch(.freeze))
  }

  func evaluate(at w: Vector, on batch: Batch, normalizing: Normalization) -> Evaluation {
    let zeros = UnsafeBufferPointer(zeros)
    return Evaluation(
      loss: 0, exampleLosses: UnsafeBufferPointer(rebasing: zeros[0..<batch.count]),
      logits: UnsafeBufferPointer(rebasing: zeros[0..<batch.count * 3]), correct: 0)
  }
}
