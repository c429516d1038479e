import Configuration
import Testing
import Training

@Suite struct ScheduleTests {
  @Test("The cosine changes per epoch: 0.05, 0.0499969, ..., 0.025 at 100, 3.08e-6 at 199")
  func cosine() {
    let rate = {
      Schedule.cosine.learningRate(0.05, iteration: 391 * $0 + 1, iterationsPerEpoch: 391, epochs: 200)
    }
    #expect(rate(0) == 0.05)
    #expect(abs(rate(1) - 0.0499969) < 5e-8)
    #expect(abs(rate(100) - 0.025) < 1e-12)
    #expect(abs(rate(199) - 3.08e-6) < 5e-9)
    let last = 391 * 200
    #expect(rate(1) == Schedule.cosine.learningRate(0.05, iteration: 2 * 391, iterationsPerEpoch: 391, epochs: 200))
    #expect(Schedule.constant.learningRate(0.05, iteration: last, iterationsPerEpoch: 391, epochs: 200) == 0.05)
  }

  @Test("Per iteration, the cosine agrees at the start of every epoch, falls in between, and ends near 0")
  func cosineIteration() {
    func rate(_ schedule: Schedule, _ i: Int) -> Double {
      schedule.learningRate(0.05, iteration: i, iterationsPerEpoch: 47, epochs: 30)
    }
    for epoch in 0..<30 {
      #expect(abs(rate(.cosineIteration, 47 * epoch + 1) - rate(.cosine, 47 * epoch + 1)) < 1e-15)
    }
    let all = (1...1410).map { rate(.cosineIteration, $0) }
    #expect(zip(all, all.dropFirst()).allSatisfy { $0 > $1 })
    // eta_0 sin(pi / 2T)^2 against eta_0 sin(pi / 2E)^2.
    #expect(abs(all[1409] - 6.2e-8) < 1e-9)
    #expect(abs(rate(.cosine, 1410) - 1.3695e-4) < 1e-8)
  }
}
