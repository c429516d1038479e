import Core
import Methods
import Testing

@testable import Training

@Suite("The running mean of the weights")
struct WeightAverageTests {
  private func vector(_ values: [Float]) -> Vector {
    let vector = Vector(count: values.count, pool: WorkerPool(workers: 1))
    for (i, value) in values.enumerated() { vector[i] = value }
    return vector
  }

  @Test("starts at the first weights, and then keeps a share b of itself per step")
  func follow() {
    let w = vector([8, 4])
    let statistics = vector([1])
    let average = WeightAverage(decay: 0.75, of: w, statistics)
    average.follow(w, statistics)
    #expect(Array(average.weights.readOnly) == [8, 4])
    (w[0], w[1], statistics[0]) = (0, 8, 5)
    average.follow(w, statistics)
    #expect(Array(average.weights.readOnly) == [6, 5] && Array(average.statistics.readOnly) == [2])
  }

  @Test("changes no other result, and is evaluated with the weights; a mean without memory equals the weights")
  func run() throws {
    let plain = try SmallRun().train()
    let averaged = try SmallRun(recipe: ["weight_average": 0.9]).train()
    let isSame = plain.bits == averaged.bits && plain.cost == averaged.cost
    #expect(isSame)
    #expect(plain.epochs.allSatisfy { $0.averageTestAccuracy == nil })
    for epoch in averaged.epochs {
      let right = try #require(epoch.averageTestAccuracy) / 100 * 40
      #expect(abs(right - right.rounded()) < 1e-9)
    }
    let forgetful = try SmallRun(recipe: ["weight_average": 1e-30]).train()
    #expect(forgetful.epochs.map(\.averageTestAccuracy) == forgetful.epochs.map { Optional($0.testAccuracy) })
  }

  @Test("a stopped run resumes with its mean")
  func resumed() throws {
    let run = SmallRun(recipe: ["weight_average": 0.9])
    var kept: TrainingState?
    _ = try run.trainer().run(keeping: { kept = $0 }, observing: { $0.iteration == 7 ? .stop : .proceed })
    let second = try run.trainer()
    try second.restore(try #require(kept))
    #expect(
      try Trained(second).epochs.map(\.averageTestAccuracy)
        == run.train().epochs.map(\.averageTestAccuracy))
  }
}
