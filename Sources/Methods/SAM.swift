import Configuration
import Core

/// Sharpness-aware minimization descends with the gradient taken at the approximate worst point within rho of w.
///
///     wHat = w + rho * g / norm(g)                      Eq. 2, one global norm
///     d    = gS = grad L(wHat; B)                       Eq. 4, if (i - 1) mod period == 0
///     d    = g                                          otherwise
///
/// Period 1 is SAM, 5 and 10 are the paper's SAM-5 and SAM-10. A micro-batch of m examples makes it m-SAM: each
/// micro-batch has its own worst point and its own batch statistics.
///
/// Defaults: `{name: sam, rho: 0.05, period: 1, micro_batch: 0}`
///
/// Reference: Foret et al. 2021, arXiv 2010.01412; Eqs. 1-4 of Deng et al. 2024.
public final class SAM: TrainingMethod {
  public static let name = "sam"
  public static let summary = "Sharpness-aware minimization; with a period k, every k-th iteration (SAM-5, SAM-10)."
  public static let source = Citation(
    "Foret et al.", "Sharpness-Aware Minimization for Efficiently Improving Generalization", 2021,
    equations: "Eqs. 1-4 of Deng et al. 2024")
  public static let revision = 1
  static let period = samPeriod(default: 1, from: .paper("4.1 Baselines"))
  public static let settings: [any SettingKey] = [rho, period, microBatchSize]
  public static let traces = Trace.samNorms
  public static var microBatch: Setting<Int>? { microBatchSize }

  public static func plannedShare(_ settings: Settings) -> Double { 1 / Double(settings[period]) }

  private let rho: Double
  private let period: Int
  private let g, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, period) = (settings[Self.rho], settings[Self.period])
    (g, wHat) = (space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    guard isDue(step.i, period: period) else { return d.assign(g) }
    step.perturb(along: g, by: rho, into: wHat)  // Eq. 2
    step.gradient(at: wHat, statistics: .freeze, into: d)  // Eq. 4: d = gS
  }
}
