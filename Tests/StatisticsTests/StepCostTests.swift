import Foundation
import Testing

@testable import Statistics

/// Reference values of SciPy 1.17.1 and NumPy, printed with repr. Slopes by complex steps; power as the integral
/// scipy.integrate.quad gives of 2 * norm.cdf(room / sd) - 1 over stats.chi.pdf, with stats.t.ppf for the quantile;
/// flips by stats.permutation_test(permutation_type="samples") of the weighted pairs.
@Suite("c, pooled deviations, power and stratified flips agree with SciPy to 1e-10") struct StepCostTests {
  private func isClose(_ a: Double?, _ b: Double) -> Bool {
    guard let a else { return false }
    return abs(a - b) <= 1e-10 * max(1, abs(b))
  }

  @Test(
    "c of printed speeds, with the error from 2.5 points",
    arguments: [
      (140.0, 178.0, 1.3479853479853479, 0.03138631470470842), (118, 178, 1.651890482398957, 0.0414500282847092),
      (142, 197, 1.3993030347030637, 0.026378013263840375),
    ])
  func printed(_ percent: Double, _ one: Double, _ cost: Double, _ error: Double) throws {
    let estimate = try #require(StepCost.printed(percent: percent, one: one, deviation: 2.5, freedom: 18))
    #expect(isClose(estimate.value, cost) && isClose(estimate.error, error))
  }

  @Test("its interval is Student's") func interval() throws {
    let interval = try #require(StepCost.printed(percent: 140, one: 178, deviation: 2.5, freedom: 18)).interval()
    #expect(isClose(interval.low, 1.2820451476602845) && isClose(interval.high, 1.4139255483104112))
  }

  @Test("the mean of printed differences: own errors are independent, that of a common SGD is not")
  func printedDifferences() throws {
    let rows: [(percent: Double, one: Double, expected: Double, group: Int)] = [
      (140, 178, 1.3, 0), (135, 174, 1.35, 1),
    ]
    let apart = try #require(
      StepCost.difference(rows, deviation: 2.5, freedom: 18, expected: (error: 0, freedom: 1)))
    let single = rows.map { StepCost.printed(percent: $0.percent, one: $0.one, deviation: 2.5, freedom: 18)! }
    #expect(isClose(apart.value, (single[0].value + single[1].value) / 2 - 1.325))
    #expect(
      isClose(apart.error, (single[0].error * single[0].error + single[1].error * single[1].error).squareRoot() / 2))
    // Twice the same number relative to one SGD: own errors shrink by the root of two, SGD's does not.
    let twice = [rows[0], rows[0]]
    let together = try #require(
      StepCost.difference(twice, deviation: 2.5, freedom: 18, expected: (error: 0, freedom: 1)))
    let cost = try #require(StepCost(speed: 140, one: 178, two: 100))
    let (own, unit) = (cost.slopes.own * 2.5 / 140, cost.slopes.one * 2.5 / 178)
    #expect(isClose(together.error, (own * own / 2 + unit * unit).squareRoot()) && together.freedom == 18)
    let wide = try #require(
      StepCost.difference(rows, deviation: 2.5, freedom: 18, expected: (error: 0.03, freedom: 40)))
    #expect(isClose(wide.error, (apart.error * apart.error + 0.03 * 0.03).squareRoot()))
    #expect(StepCost.difference([], deviation: 2.5, freedom: 18, expected: (error: 0, freedom: 1)) == nil)
  }

  @Test("c of measured speeds, run by run") func measured() throws {
    let found = try #require(
      StepCost.measured([(70, 101, 50), (72, 99, 51), (69, 102, 49)]))
    #expect(isClose(found.value, 1.425669594195715))
    let expected = [0.008518479082680414, -0.025857770323251494, 0.017339291240573713]
    for (one, other) in zip(found.deviations, expected) { #expect(isClose(one, other)) }
    #expect(abs(found.deviations.reduce(0, +)) < 1e-12)
  }

  @Test("a trimmed mean and its error are SciPy's trim_mean and those of ttest_ind with trim") func trimmed() throws {
    let values = [0.31, 0.28, 0.45, 0.30, 1.9, 0.27, 0.33, -0.8, 0.29, 0.35, 0.32]
    let mean = TrimmedMean(values, trimming: 0.2)
    #expect(isClose(mean.value, 0.31142857142857144))
    let pooled = try #require(PooledDeviation([mean.deviations]))
    #expect(isClose(pooled.estimate(0, n: 11).error, 0.014157432692155036))
    let runs: [(speed: Double, one: Double, two: Double)] = [
      (70, 101, 50), (72, 99, 51), (69, 102, 49), (71, 100, 50.5), (40, 98, 50), (70.5, 101.5, 49.5),
    ]
    #expect(isClose(StepCost.measured(runs, trimming: 0.2)?.value, 1.4302773960030866))
  }

  @Test("SGD's step is one gradient and SAM's two, independent of other costs") func ends() {
    for fixed in [0.0, 0.3, 5] {
      func speed(_ gradients: Double) -> Double { 1 / (fixed + gradients) }
      let cost = StepCost(speed: speed(1.4), one: speed(1), two: speed(2))
      #expect(isClose(cost?.value, 1.4))
    }
    #expect(StepCost(speed: 1, one: 1, two: 1) == nil && StepCost(speed: 1, one: 1, two: 2) == nil)
    #expect(StepCost(speed: 0, one: 2, two: 1) == nil && StepCost.measured([]) == nil)
  }

  @Test("the deviation of two groups") func pooled() throws {
    let pooled = try #require(PooledDeviation([[0.1, -0.3, 0.2], [0.05, -0.05], [0]]))
    #expect(isClose(pooled.deviation, 0.219848432637882) && pooled.freedom == 3)
    #expect(PooledDeviation([[0], []]) == nil)
  }

  @Test("the difference of two estimates is Welch's") func difference() {
    let difference = Estimate(value: 1.35, error: 0.03, freedom: 18).minus(
      Estimate(value: 1.42, error: 0.02, freedom: 36))
    #expect(isClose(difference.freedom, 34.17977528089887))
    let interval = difference.interval()
    #expect(isClose(interval.low, -0.14325942472307931) && isClose(interval.high, 0.0032594247230796347))
    let exact = Estimate(value: 1, error: 0.5, freedom: 4).minus(Estimate(value: 3, error: 0, freedom: 1))
    #expect(exact == Estimate(value: -2, error: 0.5, freedom: 4))
  }

  @Test("power of the two one-sided tests") func power() {
    func power(
      _ deviation: Double, _ n: Int, _ freedom: Double, _ margin: Double, _ error: Double = 0, _ other: Double = 1
    ) -> Double {
      equivalencePower(deviation: deviation, n: n, freedom: freedom, margin: margin, other: (error, other))
    }
    #expect(isClose(power(0.1, 6, 5, 0.1), 0.40904354972287915))
    #expect(isClose(power(0.1, 14, 13, 0.1), 0.9415714049497633))
    #expect(isClose(power(0.05, 3, 2, 0.1), 0.5580445428171026))
    #expect(isClose(power(0.08, 3, 36, 0.1, 0.03, 18), 0.12522649426957924))
    #expect(isClose(power(0.2, 12, 11, 0.3, 0.05, 2), 0.9583252630428585))
    #expect(isClose(power(0.03, 3, 36, 0.1, 0.031, 18), 0.7361724125201159))
    #expect(power(0.03, 3, 36, 0.1, 0.1, 18) == 0)
  }

  @Test("runs that give 80 % power") func runs() {
    #expect(runsForEquivalence(deviation: 0.1, margin: 0.1) == 11)
    #expect(runsForEquivalence(deviation: 0.17, margin: 0.3) == 5)
    #expect(runsForEquivalence(deviation: 0.08, groups: 18, margin: 0.1, other: (0.03, 18)) == 29)
    #expect(runsForEquivalence(deviation: 0.08, groups: 18, margin: 0.1, other: (0.06, 18)) == nil)
  }

  @Test("sign flips of pairs in blocks with equal weights") func flips() throws {
    let pairs = try #require(StratifiedPairs([[0.1, 0.3, -0.05], [0.2, 0.25], [], [-0.1, 0.02, 0.3, 0.4]]))
    #expect(pairs.count == 9 && isClose(pairs.mean, 0.16555555555555554))
    #expect(pairs.signFlipProbability == 0.03515625)
    let estimate = try #require(pairs.estimate)
    #expect(isClose(estimate.error, 0.06751562081102375) && estimate.freedom == 6)
    let interval = estimate.interval()
    #expect(isClose(interval.low, 0.00035078285565098843) && isClose(interval.high, 0.3307603282554601))
    #expect(StratifiedPairs([[], []]) == nil)
  }

  @Test("beyond 18 pairs, random patterns agree with all patterns within a percent") func drawn() throws {
    let few = (0..<18).map { Double($0 % 5) - 1.2 }
    let exact = try #require(StratifiedPairs([few])).signFlipProbability
    // A pair of 0 changes no sum, so the exact value is the same.
    let drawn = try #require(StratifiedPairs([few + [0]])).signFlipProbability
    #expect(abs(drawn - exact) < 0.01 && exact > 0.01 && exact < 0.5)
    #expect(try #require(StratifiedPairs([few + [0]])).signFlipProbability == drawn)
  }

  @Test("a geometric mean cancels twice as fast with half as fast") func geometric() throws {
    let mean = try #require(Statistic(geometric: [50, 200]))
    #expect(isClose(mean.mean, 100) && isClose(mean.deviation, 100 * 0.9802581434685472))
    #expect(Statistic(geometric: []) == nil && Statistic(geometric: [1, 0]) == nil)
  }
}
