import Contract
import Core
import Testing

@testable import Methods

@Suite struct SharpnessTestTests {
  @Test(
    "mean, variance and answers of a hand-worked list", .tags(.golden),
    arguments: [(0.0, [true, true, true, true]), (1.0, [true, false, true, false])])
  func handWorked(threshold: Double, answers: [Bool]) {
    var test = SharpnessTest(delta: 0.9, lambda1: threshold, lambda2: threshold, variance: 0)
    let means = [0.4, 0.46, 1.314, 1.3826]
    let variances = [1.296, 1.19556, 6.9834636, 6.323235516]
    for (k, x) in [4.0, 1, 9, 2].enumerated() {
      #expect(test.isSharp(x, progress: Double(k + 1) / 4) == answers[k])
      #expect(abs(test.mean - means[k]) < 1e-9 && abs(test.variance - variances[k]) < 1e-9)
    }
  }

  @Test("the threshold falls from lambda2 to lambda1 over the run")
  func thresholdFalls() {
    // x is one and a half standard deviations above the mean: sharp for a threshold of 1, not for 2.
    func answer(progress: Double) -> Bool {
      var test = SharpnessTest(delta: 0.999999, lambda1: 1, lambda2: 2, variance: 4)
      return test.isSharp(3, progress: progress)
    }
    #expect(!answer(progress: 0) && !answer(progress: 0.4) && answer(progress: 0.6) && answer(progress: 1))
  }

  @Test("the first iterations are sharp, because the mean starts at 0")
  func startsSharp() throws {
    let examples = ExampleSet()
    let run = try MethodRun(AESAM.self, on: LogisticOracle(examples), examples: examples).run(to: 1)
    #expect(run.sampled == [true])
  }

  @Test("thresholds from 1 to -1 select about half of a symmetric signal, from 2 to 0 about a fifth")
  func shares() {
    func share(_ lambda1: Double, _ lambda2: Double) -> Double {
      var test = SharpnessTest(delta: 0.9, lambda1: lambda1, lambda2: lambda2)
      var stream = RandomStream(seed: 3, purpose: .statistics)
      let count = 20_000
      let sharp = (1...count).count { i in
        test.isSharp(10 + stream.normal(), progress: Double(i) / Double(count))
      }
      return Double(sharp) / Double(count)
    }
    #expect(abs(share(-1, 1) - 0.5) < 0.02)
    #expect(abs(share(0, 2) - 0.195) < 0.02)
  }
}
