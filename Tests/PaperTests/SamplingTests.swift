import Methods
import Testing

@testable import Paper

@Suite("The sampling rule over stored norms") struct SamplingTests {
  @Test("noise without a signal gives nearly Table 1's counts") func noise() throws {
    let study = SamplingStudy([], draws: 2)
    let shares = SamplingStudy.paperAlphas.map { 100 * (study.noise[$0]?.mean ?? 0) }
    for (share, known) in zip(shares, [6.7, 18.9, 32.4, 38.5, 48.6]) { #expect(abs(share - known) < 4, "\(shares)") }
    #expect(study.runs.isEmpty && study.followsSignal == nil && study.growsWithAlpha == nil)
  }

  @Test("a replay equals the rule, iteration by iteration") func rule() throws {
    let replay = SamplingReplay.noise(iterations: 400, psf: 0.2, sgd: 0.1, seed: 3)
    var constants = SamplingRate.Constants()
    (constants.window, constants.slices, constants.start, constants.alpha) = (10, 1, 400, 0.1)
    #expect(replay.share(constants, draw: 1) == 1)
    constants.start = 0
    (constants.policy, constants.initial) = (.constant, 0)
    #expect(replay.share(constants, draw: 1) == 0)
    constants.policy = .periodic
    #expect(replay.share(constants, draw: 1) == 0.2)
  }

  @Test("shuffling keeps the norms and their pairs") func shuffled() {
    let replay = SamplingReplay.noise(iterations: 50, psf: 0.2, sgd: 0.1, seed: 3)
    let shuffled = replay.shuffled(seed: 1)
    #expect(shuffled.psf != replay.psf && shuffled.psf.sorted() == replay.psf.sorted())
    #expect(
      zip(shuffled.psf, shuffled.sgd).allSatisfy { a, b in replay.psf.firstIndex(of: a) == replay.sgd.firstIndex(of: b)
      })
  }

  @Test("missing norms and norms that are not finite give no replay") func invalid() {
    #expect(SamplingReplay(psf: [Float](), sgd: []) == nil && SamplingReplay(psf: [1, 2] as [Float], sgd: [1]) == nil)
    #expect(SamplingReplay(psf: [.nan] as [Float], sgd: [1]) == nil)
  }

  @Test("shorter runs use scaled constants, runs of the paper's length the paper's") func constants() throws {
    let short = try #require(ReplayConstants(.noise(iterations: 2000, psf: 0.2, sgd: 0.05, seed: 1)))
    let constants = short.constants(alpha: 0.1)
    #expect(constants.window == 10 && constants.slices == 1 && constants.start == 30 && constants.initial == 0.2)
    #expect(constants.minimum == 0.2 && constants.alpha > 0.1 && constants.cap == 0.8)
    #expect((short.expected(alpha: 0.05) ?? 1) < (short.expected(alpha: 0.2) ?? 0))
    let full = try #require(ReplayConstants(.noise(iterations: 50_000, psf: 0.2, sgd: 0.05, seed: 1)))
    #expect(full.constants(alpha: 0.1) == SamplingRate.Constants() && full.expected(alpha: 0.1) == nil)
    #expect(ReplayConstants(.noise(iterations: 20, psf: 0.2, sgd: 0.05, seed: 1)) == nil)
  }

  @Test("a band is the central 95 % of the draws") func band() throws {
    let band = try #require(Band((0...40).map { Double($0) }))
    #expect(band.mean == 20 && band.low == 1 && band.high == 39)
    #expect(Band([]) == nil && Band([3])?.low == 3)
    #expect(Band(mean: [band, Band([60])!]) == Band(mean: [band, Band([60, 60])!]))
  }

  @Test("a run with a signal is distinguished from its shuffled norms") func signal() throws {
    // The norm is constant for three quarters of the run and then grows; shuffled, it would vary from the start.
    let rising = (0..<4000).map { (index: Int) -> Float in index < 3000 ? 1 : 1 + Float(index - 3000) / 10 }
    let replay = try #require(SamplingReplay(psf: rising, sgd: [Float](repeating: 1, count: 4000)))
    let study = SamplingStudy([("rising", replay)], alphas: [0.1], draws: 10)
    let run = try #require(study.runs.first)
    let (stored, shuffled) = (try #require(run.replayed[0.1]), try #require(run.shuffled[0.1]))
    #expect(stored.mean < shuffled.low || stored.mean > shuffled.high, "\(stored), shuffled \(shuffled)")
    #expect(study.followsSignal?.word == .signal)
  }
}
