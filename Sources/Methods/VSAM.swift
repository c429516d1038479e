import Configuration
import Core
import Foundation

/// vSAM takes SAM's second gradient only when the PSF is changing, and reuses it, fading, in between.
///
///     i <= I_start or sampled:   d = gS,  psf = gS - g,  i* = i          Eq. 16
///     otherwise:                 d = g + gamma^(i - i*) * psf            Eq. 17
///
/// Which iterations are sampled is decided by `SamplingRate` (Eqs. 8-15). `reuse: false` is vSAM-A of Table 4.
///
/// Defaults: `{name: vsam, rho: 0.05, gamma: 0.9, reuse: true, tail: tail, alpha: 0.1, window: 50, slices: 5,
/// start: 1000, initial: 1, minimum: 1, cap: 0.8, policy: variation, drift: 0.023, period: 5}`
///
/// Reference: Deng et al. 2024, Algorithm 1, Eqs. 8-17.
public final class VSAM: TrainingMethod {
  /// The parameters whose norms drive the rate.
  enum Tail: String, CaseIterable, SettingContent { case tail, all }

  public static let name = "vsam"
  public static let summary = "Variation-based SAM: samples the PSF when it changes and reuses it, fading, in between."
  public static let source = Citation(
    "Deng et al.",
    "Effective Gradient Sample Size via Variation Estimation for Accelerating Sharpness aware Minimization", 2024,
    equations: "Algorithm 1, Eqs. 8-17")
  public static let revision = 1
  static let gamma = Setting(
    "gamma", default: 0.9, in: 0...1, "decay per iteration of a reused PSF, gamma of Eq. 17",
    from: .paper("4.1: 0.7 for ResNet-18, 0.9 for WRN-28-10 and PyramidNet-110"))
  static let reuse = Setting(
    "reuse", default: true, "reuse the PSF between samples; false is vSAM-A", from: .paper("3.2, Table 4"))
  static let tail = Setting(
    "tail", default: Tail.tail, "norms of the last layers only, or of all parameters",
    from: .assumed(
      "the paper does not name them: the last main-path convolution, every batch norm after it, the classifier"))
  public static let settings: [any SettingKey] = [rho, gamma, reuse, tail] + SamplingRate.settings
  public static let traces = Trace.samNorms + [.reuseCosine, .reuseAge] + SamplingRate.traces
  public static let decisions = [draw]
  private static let draw = Decision("draws", "number from [0, 1) compared with the sampling probability p")
  public static var warmUp: Setting<Int>? { SamplingRate.start }

  public static func check(_ settings: Settings) throws(SettingsError) { try SamplingRate.check(settings, owner: name) }
  public static func plannedShare(_ settings: Settings) -> Double { 0.5 }

  private let rho, gamma: Double
  private let observed: Range<Int>
  private let g, psf, wHat: Vector
  private var rate: SamplingRate
  private var lastSample = 0

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    rho = settings[Self.rho]
    gamma = settings[Self.reuse] ? settings[Self.gamma] : 0
    observed = settings[Self.tail] == .tail ? space.layout.tail : 0..<space.layout.count
    (g, psf, wHat) = (space.zeros(), space.zeros(), space.zeros())
    rate = SamplingRate(settings)
  }

  /// The numbers are the lines of Algorithm 1; d is the direction of its lines 7 and 9.
  public func direction(_ step: Step, into d: Vector) {
    let i = step.i
    step.firstGradient(into: g)  // 3
    if i <= rate.start || rate.isSampled(i, of: step.run.iterations, uniform: step.uniform(Self.draw)) {  // 4
      step.perturb(along: g, by: rho, into: wHat)  // 5: w + epsilonHat, Eq. 2
      step.gradient(at: wHat, statistics: .freeze, into: d)  // 5: gS, Eq. 4
      wHat.assign(psf)
      psf.assign(d - g)  // 6
      if lastSample > 0 { step.recordReuse(of: wHat, replacedBy: psf, age: i - lastSample) }
      rate.observe(psf: norm(psf, in: observed), sgd: norm(g, in: observed))  // Eqs. 8, 9, 11, 12
      lastSample = i  // i* of Eq. 17
    } else {
      d.assign(g + Float(pow(gamma, Double(i - lastSample))) * psf)  // 9, Eq. 17
    }
    if i > rate.start && i % rate.window == 0 { rate.update() }  // 11 to 13, Eqs. 14 and 15
    if i % rate.window == 0 { rate.endWindow(step) }
  }

  public func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.vector("psf", psf)
    try visitor.value("lastSample", &lastSample)
    try visitor.value("rate", &rate)
  }
}
