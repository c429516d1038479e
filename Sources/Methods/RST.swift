import Configuration
import Core

/// RST decides by chance, in each iteration, whether to take SAM's gradient or SGD's. It was first published as SS-SAM.
///
///     p = probability + growth * (i / T - 1/2)
///     d = grad L(w + rho * g / norm(g); B)  with probability p,  else g
///
/// These are the constant and the linear schedules of the paper. With growth 0 the probability is constant. With
/// probability 0.5, growth 1 lets it rise from 0 at the start of the run to 1 at its end, and growth -1 lets it fall
/// from 1 to 0: half of the iterations are sampled whatever the growth. vSAM-A with the policy `constant` is the same,
/// with a cap on the samples of each window.
///
/// Defaults: `{name: rst, rho: 0.05, probability: 0.5, growth: 0}`
///
/// Reference: Zhao et al. 2022, arXiv 2203.09962.
public final class RST: TrainingMethod {
  public static let name = "rst"
  public static let summary = "RST, also SS-SAM: each iteration is SAM's with a given probability, else SGD's."
  public static let source = Citation(
    "Zhao et al.", "Randomized Sharpness-Aware Training for Boosting Computational Efficiency in Deep Learning", 2022)
  public static let revision = 1
  static let probability = Setting(
    "probability", default: 0.5, in: 0...1.0, "probability of SAM's gradient, mean over the run; 0 is SGD, 1 is SAM",
    from: .paper("Zhao et al., abstract: it saves half of the extra cost"))
  static let growth = Setting(
    "growth", default: 0, in: -1...1.0, "by how much the probability rises over the run",
    from: .assumed("the simplest of the paper's schedules"))
  public static let settings: [any SettingKey] = [rho, probability, growth]
  public static let traces = Trace.samNorms
  public static let decisions = [draw]
  private static let draw = Decision("draws", "number from [0, 1) compared with the sampling probability p")

  public static func check(_ settings: Settings) throws(SettingsError) {
    let p = settings[probability]
    let half = abs(settings[growth]) / 2
    guard p - half >= 0, p + half <= 1 else {
      throw .inconsistent(
        key: "growth", owner: "method \(name)",
        reason: "must leave the probability \(p) between 0 and 1 all through the run; \(settings[growth]) does not")
    }
  }
  public static func plannedShare(_ settings: Settings) -> Double { settings[probability] }

  private let rho, probability, growth: Double
  private let g, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, probability, growth) = (settings[Self.rho], settings[Self.probability], settings[Self.growth])
    (g, wHat) = (space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    let p = probability + growth * (step.progress - 0.5)
    guard step.uniform(Self.draw) < p else { return d.assign(g) }
    step.perturb(along: g, by: rho, into: wHat)
    step.gradient(at: wHat, statistics: .freeze, into: d)  // d = gS
  }
}
