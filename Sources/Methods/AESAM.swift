import Configuration
import Core

/// AE-SAM takes SAM's gradient where the landscape is sharp and SGD's elsewhere.
///
///     d = gS where `SharpnessTest` finds norm(g)^2 high, else g
///
/// Defaults: `{name: ae-sam, rho: 0.05, delta: 0.9, lambda1: -1, lambda2: 1}`
///
/// Reference: Jiang et al. 2023, ICLR.
public final class AESAM: TrainingMethod {
  public static let name = "ae-sam"
  public static let summary = "AE-SAM: SAM where the squared gradient norm is high relative to its running mean."
  public static let source = Citation(
    "Jiang et al.", "An Adaptive Policy to Employ Sharpness-Aware Minimization", 2023)
  public static let revision = 1
  static let delta = Setting(
    "delta", default: 0.9, in: 0..<1, "share of the running mean and variance kept",
    from: .assumed("AE-SAM's value from memory and from one independent summary; no official code is public"))
  static let lambda1 = Setting(
    "lambda1", default: -1, in: -1e6...1e6, "threshold at the end of the run, in standard deviations", from: half)
  static let lambda2 = Setting(
    "lambda2", default: 1, in: -1e6...1e6, "threshold at the start of the run, in standard deviations", from: half)
  private static let half = Origin.derived(
    "a symmetric signal is then sharp half of the time, which matches Table 3's sampling numbers")
  public static let settings: [any SettingKey] = [rho, delta, lambda1, lambda2]
  public static let traces = Trace.samNorms + [SharpnessTest.meanTrace, SharpnessTest.varianceTrace]

  public static func plannedShare(_ settings: Settings) -> Double { 0.5 }

  private let rho: Double
  private var test: SharpnessTest
  private let g, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    rho = settings[Self.rho]
    test = SharpnessTest(
      delta: settings[Self.delta], lambda1: settings[Self.lambda1], lambda2: settings[Self.lambda2])
    (g, wHat) = (space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    let isSharp = test.isSharp(norm(g) * norm(g), progress: step.progress)
    step.record(SharpnessTest.meanTrace, test.mean)
    step.record(SharpnessTest.varianceTrace, test.variance)
    guard isSharp else { return d.assign(g) }
    step.perturb(along: g, by: rho, into: wHat)
    step.gradient(at: wHat, statistics: .freeze, into: d)  // d = gS
  }

  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.value("test", &test) }
}

/// AE-SAM's sharpness test: is the squared gradient norm high relative to its running mean and standard deviation?
///
///     x = norm(g)^2
///     mean <- delta * mean + (1 - delta) * x
///     variance <- delta * variance + (1 - delta) * (x - mean)^2        with the NEW mean
///     c = i/T * lambda1 + (1 - i/T) * lambda2
///     sharp  iff  x >= mean + c * sqrt(variance)
struct SharpnessTest: Codable, Sendable {
  let delta, lambda1, lambda2: Double
  /// The mean starts at 0, so that the first iterations are sharp; the variance starts at 1e-10.
  private(set) var mean = 0.0
  private(set) var variance = 1e-10

  /// - Parameters:
  ///   - x: squared norm of the whole SGD gradient, weight decay excluded.
  ///   - progress: i / T.
  mutating func isSharp(_ x: Double, progress: Double) -> Bool {
    guard x.isFinite else { return false }  // a diverging run; the trainer ends it
    mean = delta * mean + (1 - delta) * x
    variance = delta * variance + (1 - delta) * (x - mean) * (x - mean)
    let c = progress * lambda1 + (1 - progress) * lambda2
    return x >= mean + c * variance.squareRoot()
  }

  fileprivate static let meanTrace = Trace("sharpness_mean", unit: "1", "running mean of the squared norm of g")
  fileprivate static let varianceTrace = Trace(
    "sharpness_variance", unit: "1", "running variance of the squared norm of g")
}
