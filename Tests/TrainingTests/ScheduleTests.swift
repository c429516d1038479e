import Testing
import Training

@Suite struct ScheduleTests {
  @Test("The cosine steps per epoch: 0.05, 0.0499969, ..., 0.025 at 100, 3.08e-6 at 199")
  func cosine() {
    let rate = { Schedule.cosine.learningRate(0.05, epoch: $0, of: 200) }
    #expect(rate(0) == 0.05)
    #expect(abs(rate(1) - 0.0499969) < 5e-8)
    #expect(abs(rate(100) - 0.025) < 1e-12)
    #expect(abs(rate(199) - 3.08e-6) < 5e-9)
    #expect(Schedule.constant.learningRate(0.05, epoch: 199, of: 200) == 0.05)
  }
}
