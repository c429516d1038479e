import Testing

@testable import Statistics

/// Reference values of SciPy 1.17.1 and NumPy, printed with repr: scipy.stats.t.cdf and t.ppf, special.betainc,
/// ttest_1samp and ttest_rel (confidence_interval), ttest_ind(equal_var=False), permutation_test(permutation_type=
/// "samples").
@Suite("Statistics agree with SciPy to 1e-10") struct ReferenceTests {
  private let ours = [96.52, 96.71, 96.69]
  private let theirs = [96.58, 96.66, 96.62]
  private let six = [0.12, 0.31, -0.05, 0.22, 0.18, 0.09]

  private func isClose(_ a: Double?, _ b: Double) -> Bool {
    guard let a else { return false }
    return abs(a - b) <= 1e-10 * max(1, abs(b))
  }

  private func isClose(_ interval: Interval?, _ low: Double, _ high: Double) -> Bool {
    isClose(interval?.low, low) && isClose(interval?.high, high)
  }

  @Test(
    "Student's distribution",
    arguments: [
      (t: 0, freedom: 2, 0.5), (t: 1, freedom: 1, 0.75), (t: 2.5, freedom: 2, 0.9351941398892446),
      (t: -1.3, freedom: 2.7, 0.14672632185192266), (t: 4.302652729911275, freedom: 2, 0.9750000000017417),
      (t: 0.1, freedom: 30, 0.5394951941048645), (t: 12, freedom: 4, 0.9998617857257485),
      (t: -40, freedom: 3, 1.7190340394579253e-05), (t: 0.001, freedom: 1.5, 0.5003407348866401),
      (t: 1.96, freedom: 1000, 0.9748634075221256),
    ])
  func cumulative(_ t: Double, _ freedom: Double, _ p: Double) {
    #expect(isClose(studentCumulative(t, freedom: freedom), p))
  }

  @Test(
    "Student's quantiles",
    arguments: [
      (p: 0.975, freedom: 2, 4.302652729749462), (p: 0.95, freedom: 2, 2.9199855803537242),
      (p: 0.975, freedom: 1, 12.706204736174694), (p: 0.95, freedom: 3.417, 2.2407728746075577),
      (p: 0.005, freedom: 5, -4.032142983555229), (p: 0.6, freedom: 2, 0.2886751345948128),
      (p: 0.9995, freedom: 2, 31.599054576445365), (p: 0.975, freedom: 29, 2.045229642132703),
      (p: 0.975, freedom: 1000, 1.9623390808264083),
    ])
  func quantile(_ p: Double, _ freedom: Double, _ t: Double) {
    #expect(isClose(studentQuantile(p, freedom: freedom), t))
  }

  @Test(
    "the incomplete beta function",
    arguments: [
      (0.3, 2.0, 3.0, 0.34829999999999994), (0.9, 0.5, 0.5, 0.7951672353008665),
      (0.01, 10, 0.5, 1.770034965528571e-21), (0.5, 1.5, 7.25, 0.98431456818967), (0.999, 40, 0.5, 0.777919867635688),
    ])
  func beta(_ x: Double, _ a: Double, _ b: Double, _ value: Double) {
    #expect(abs(incompleteBeta(x, a, b) / value - 1) < 1e-10)
  }

  @Test("Student's interval of a mean") func meanInterval() throws {
    let statistic = try #require(Statistic(ours))
    #expect(isClose(statistic.interval(), 96.38064840878981, 96.89935159121016))
    #expect(isClose(statistic.interval(confidence: 0.9), 96.46399162699342, 96.81600837300655))
  }

  @Test("Welch's interval, from values and from a printed mean and deviation") func welch() throws {
    let (a, b) = (try #require(Statistic(ours)), try #require(Statistic(theirs)))
    let difference = try #require(Estimate(of: a, minus: b))
    #expect(isClose(difference.value, 0.01999999999998181))
    #expect(isClose(difference.freedom, 2.5747713603031857))
    #expect(isClose(difference.interval(), -0.20601875415489437, 0.246018754154858))
    let printed = try #require(
      Estimate(
        of: Statistic(mean: 96.70, deviation: 0.21, n: 3), minus: Statistic(mean: 96.62, deviation: 0.04, n: 3)))
    #expect(isClose(printed.freedom, 2.1449339365400517))
    #expect(isClose(printed.interval(), -0.4181011366091381, 0.5781011366091381))
  }

  @Test("two one-sided tests against a margin of 0.3") func equivalence() throws {
    let (a, b) = (try #require(Statistic(ours)), try #require(Statistic(theirs)))
    let fixed = try #require(Estimate(of: a, minus: Statistic(mean: 96.6, deviation: nil, n: 1)))
    #expect(isClose(fixed.equivalence(margin: 0.3), 0.024884604165618305))
    #expect(isClose(try #require(Estimate(of: a, minus: b)).equivalence(margin: 0.3), 0.01534590229580969))
  }

  @Test("the interval of paired differences") func paired() throws {
    let differences = zip(ours, theirs).map { $0 - $1 }
    let interval = try #require(Statistic(differences)).interval()
    #expect(isClose(interval, -0.15388963982252274, 0.19388963982251478))
  }

  @Test("the exact sign-flip test, ties counted") func signFlip() {
    #expect(isClose(StratifiedPairs([zip(ours, theirs).map { $0 - $1 }])?.signFlipProbability, 0.75))
    #expect(isClose(StratifiedPairs([six])?.signFlipProbability, 0.0625))
    #expect(isClose(StratifiedPairs([[0.4, 0.1, 0.3]])?.signFlipProbability, 0.25))
  }
}
