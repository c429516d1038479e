import Core
import Testing
import Training

@Suite struct MomentumUpdateTests {
  @Test("the first step stores u itself; decay applies to the weights, momentum to the combined direction")
  func twoSteps() {
    let pool = WorkerPool(workers: 1)
    let entry = ParameterEntry(name: "w", role: .bias, range: 0..<1)
    let space = ParameterSpace(layout: ParameterLayout(entries: [entry], tail: 0..<1), pool: pool)
    let (w, d) = (space.zeros(), space.zeros())
    let update = MomentumUpdate(momentum: 0.5, weightDecay: 0.25, space: space)
    (w[0], d[0]) = (2, 1)
    update.step(w, along: d, learningRate: 0.5)  // u = 1 + 0.5, m = 1.5, w = 2 - 0.75: all exact
    #expect(update.velocity[0] == 1.5 && w[0] == 1.25)
    update.step(w, along: d, learningRate: 0.5)  // u = 1.3125, m = 0.75 + 1.3125, w = 1.25 - 1.03125
    #expect(update.velocity[0] == 2.0625 && w[0] == 0.21875)
  }
}

@Suite("A quantizer's step in the update")
struct StepSizeUpdateTests {
  @Test("has momentum but no decay, and stays positive")
  func steps() {
    let entries = [
      ParameterEntry(name: "w", role: .bias, range: 0..<1), ParameterEntry(name: "s", role: .stepSize, range: 1..<2),
      ParameterEntry(name: "t", role: .stepSize, range: 2..<3),
    ]
    let space = ParameterSpace(
      layout: ParameterLayout(entries: entries, tail: 0..<3), pool: WorkerPool(workers: 1))
    let (w, d) = (space.zeros(), space.zeros())
    let update = MomentumUpdate(momentum: 0.5, weightDecay: 0.25, space: space)
    (w[0], w[1], w[2]) = (2, 2, 0.25)
    (d[0], d[1], d[2]) = (1, 1, 1)
    update.step(w, along: d, learningRate: 0.5)
    #expect(w[0] == 1.25, "decayed")
    #expect(w[1] == 1.5, "not decayed")
    #expect(w[2] == 0.25, "0.25 - 0.5, made positive")
    update.step(w, along: d, learningRate: 0.5)  // m = 1.5
    #expect(update.velocity[1] == 1.5 && w[1] == 0.75)
    #expect(w[2] == 0.5)
    d[2] = 0.25
    update.step(w, along: d, learningRate: 0.5)  // m = 0.75 + 0.25
    #expect(w[2] == 1e-8, "never zero")
  }
}
