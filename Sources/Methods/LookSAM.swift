import Configuration
import Core

/// LookSAM reuses the part of gS orthogonal to g, which points to flat regions and changes slowly, at g's own length.
///
///     (i - 1) mod k == 0:   d = gS,  gV = gS - (<gS, g> / norm(g)^2) * g
///     otherwise:            d = g + kappa * gV,  kappa = alpha * norm(g) / (norm(gV) + 1e-12)
///
/// The added part always has length alpha * norm(g), while vSAM's keeps its own length and fades. A `cap` above 0
/// bounds kappa, as one public implementation does at 1. Norms and projection are global over w, as in Liu et al., or
/// `tensor` by tensor, as in four of seven public implementations.
///
/// Defaults: `{name: looksam, rho: 0.05, period: 5, alpha: 0.7, cap: 0, projection: global}`
///
/// Reference: Liu et al. 2022, arXiv 2203.02714.
public final class LookSAM: TrainingMethod {
  enum Projection: String, CaseIterable, SettingContent { case global, tensor }

  public static let name = "looksam"
  public static let summary = "LookSAM: SAM every k-th iteration; reuses the part of gS orthogonal to g in between."
  public static let source = Citation("Liu et al.", "Towards Efficient and Scalable Sharpness-Aware Minimization", 2022)
  public static let revision = 1
  static let period = samPeriod(default: 5, from: .paper("Table 3: LookSAM-5, sampling number 15 640"))
  static let alpha = Setting(
    "alpha", default: 0.7, in: 0...10, "length of the reused part in units of norm(g), alpha of LookSAM",
    from: .code("rollovd/LookSAM looksam.py default; the paper gives no value, and 0.3 is worth trying too"))
  static let cap = Setting(
    "cap", default: 0, in: 0...1000.0, "largest factor of the reused part; 0 sets no bound",
    from: .assumed("the paper sets none; the port EnderDragonzy/LookSAM bounds it by 1")
  ).addedLater
  static let projection = Setting(
    "projection", default: Projection.global, "scope of the projection and its norms", from: .paper("Liu et al.")
  ).addedLater
  public static let settings: [any SettingKey] = [rho, period, alpha, cap, projection]
  public static let traces = Trace.samNorms + [orthogonalNorm, amplification, .reuseCosine, .reuseAge]
  static let amplification = Trace(
    "amplification", unit: "1", "length of the reused part of gS over its length when it was computed",
    isAddedLater: true)
  static let orthogonalNorm = Trace(
    "l2_orthogonal", unit: "1", "Euclidean norm of the part of gS orthogonal to g; recorded where it was computed")

  public static func plannedShare(_ settings: Settings) -> Double { 1 / Double(settings[period]) }

  private let rho, alpha, cap: Double
  private let period: Int
  /// The ranges that are projected separately: all of w, or each tensor.
  private let parts: [Range<Int>]
  private let g, wHat, gV: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, period, alpha) = (settings[Self.rho], settings[Self.period], settings[Self.alpha])
    cap = settings[Self.cap] > 0 ? settings[Self.cap] : .infinity
    parts = settings[Self.projection] == .global ? [0..<space.layout.count] : space.layout.entries.map(\.range)
    (g, wHat, gV) = (space.zeros(), space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    if isDue(step.i, period: period) {
      step.perturb(along: g, by: rho, into: wHat)
      step.gradient(at: wHat, statistics: .freeze, into: d)  // d = gS
      wHat.assign(gV)
      gV.assign(d - g)
      for part in parts { project(gS: d, in: part) }
      step.record(Self.orthogonalNorm, norm(gV))
      if step.i > 1 { step.recordReuse(of: wHat, replacedBy: gV, age: period) }
    } else {
      for part in parts {
        let kappa = min(alpha * norm(g, in: part) / (norm(gV, in: part) + 1e-12), cap)
        d.assign(g + Float(kappa) * gV, in: part)
      }
      step.record(Self.amplification, norm(d - g) / norm(gV))
    }
  }

  /// Turns h = gS - g, held in gV, into the part of gS orthogonal to g.
  ///
  /// gS and h differ by g, so their orthogonal parts are the same; the short vector loses fewer digits. With
  /// k = <h, g> / norm(g)^2 and g = gS - h:
  ///
  ///     gV = h - k * g = (1 + k) * h - k * gS
  ///
  /// A zero or non-finite g has no direction to remove.
  private func project(gS: Vector, in part: Range<Int>) {
    let gNorm = norm(g, in: part)
    guard gNorm > 0, gNorm.isFinite else { return }
    let k = (gV.dot(gS, in: part) - gV.dot(gV, in: part)) / (gNorm * gNorm)
    gV.assign(Float(1 + k) * gV + Float(-k) * gS, in: part)
  }

  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("orthogonal", gV) }
}
