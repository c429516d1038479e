import Configuration
import Contract
import Methods
import Testing

@Suite struct MESATests {
  @Test("the teacher is the running mean of weights and statistics as each step left them")
  func teacherFollows() throws {
    let examples = ExampleSet()
    let oracle = WatchedOracle(LogisticOracle(examples))
    let run = try MethodRun(MESA.self, ["decay": 0.8, "start": 0], on: oracle, examples: examples)
    var mean: [Double] = []
    var statistics: [Double] = []
    while run.i < run.context.iterations {
      let w = run.w.readOnly.map(Double.init)
      let moving = oracle.statistics.readOnly.map(Double.init)
      mean = mean.isEmpty ? w : zip(mean, w).map { 0.8 * $0 + 0.2 * $1 }
      statistics = statistics.isEmpty ? moving : zip(statistics, moving).map { 0.8 * $0 + 0.2 * $1 }
      oracle.forget()
      run.step { _ in
        let isActive = run.i > 3
        #expect(oracle.calls.count == (isActive ? 2 : 1))
        guard isActive, let teacher = oracle.calls.first else { return }
        #expect(zip(teacher.weights, mean).allSatisfy { abs(Double($0) - $1) < 1e-5 })
        #expect(zip(teacher.running ?? [], statistics).allSatisfy { abs(Double($0) - $1) < 1e-6 })
        #expect(teacher.running?.count == 4)
        #expect(oracle.calls[1].target == teacher.logits, "the teacher's logits survive the student's pass")
      }
    }
  }

  @Test("a mean that keeps everything stays at the first weights; one that keeps nothing is the student")
  func extremes() throws {
    for (decay, isFrozen) in [(1.0, true), (0.0, false)] {
      let examples = ExampleSet()
      let oracle = WatchedOracle(LogisticOracle(examples))
      let run = try MethodRun(MESA.self, ["decay": .number(decay), "start": 0], on: oracle, examples: examples)
      let first = Array(run.w.readOnly)
      run.run(to: 9)
      let last = Array(run.w.readOnly)
      oracle.forget()
      run.step()
      #expect(oracle.calls[0].weights == (isFrozen ? first : last))
    }
  }
}
