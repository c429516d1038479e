import SAMBench

/// AE-LookSAM combines two methods: AE-SAM's test decides when to compute gS; in between, LookSAM's stored gV is added.
///
///     x = norm(g)^2,  mean and variance: running, delta kept
///     x >= mean + c * sqrt(variance):   d = gS,  gV = gS - (<gS, g> / norm(g)^2) * g
///     otherwise:                        d = g + alpha * norm(g) / (norm(gV) + 1e-12) * gV
///
/// The threshold c falls from 2 at the start of the run to 0 at its end, so that a symmetric signal is sharp in a fifth
/// of the iterations.
///
/// Defaults: `{name: ae-looksam, rho: 0.05, alpha: 0.7, delta: 0.9}`
///
/// Reference: Jiang et al. 2023, ICLR.
public final class AELookSAM: TrainingMethod {
  public static let name = "ae-looksam"
  public static let summary = "AE-LookSAM: AE-SAM's test, LookSAM's orthogonal component in between."
  public static let source = Citation(
    "Jiang et al.", "An Adaptive Policy to Employ Sharpness-Aware Minimization", 2023)
  public static let revision = 1
  static let alpha = Setting(
    "alpha", default: 0.7, in: 0...10, "length of the reused component in units of norm(g), alpha of LookSAM",
    from: .code("rollovd/LookSAM looksam.py default"))
  static let delta = Setting(
    "delta", default: 0.9, in: 0..<1, "decay of the running mean and variance", from: .assumed("as AE-SAM"))
  public static let settings: [any SettingKey] = [rho, alpha, delta]
  public static let traces = Trace.samNorms

  public static func plannedShare(_ settings: Settings) -> Double { 0.2 }

  private let rho, alpha, delta: Double
  private let g, wHat, gV: Vector
  private var mean = 0.0, variance = 1e-10

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, alpha, delta) = (settings[Self.rho], settings[Self.alpha], settings[Self.delta])
    (g, wHat, gV) = (space.zeros(), space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    if isSharp(g.dot(g), step.progress) {
      step.perturb(along: g, by: rho, into: wHat)
      step.gradient(at: wHat, statistics: .freeze, into: d)  // d = gS
      let square = g.dot(g)
      gV.assign(d - Float(square > 0 && square.isFinite ? d.dot(g) / square : 0) * g)
    } else {
      d.assign(g + Float(alpha * norm(g) / (norm(gV) + 1e-12)) * gV)
    }
  }

  private func isSharp(_ x: Double, _ progress: Double) -> Bool {
    guard x.isFinite else { return false }
    mean = delta * mean + (1 - delta) * x
    variance = delta * variance + (1 - delta) * (x - mean) * (x - mean)
    return x >= mean + 2 * (1 - progress) * variance.squareRoot()
  }

  public func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.vector("orthogonal", gV)
    try visitor.value("mean", &mean)
    try visitor.value("variance", &variance)
  }
}
