import Configuration
import Core

/// WSAM gives sharpness a weight of its own, as a regularizer beside the loss.
///
///     L + k * (L(wHat) - L),  k = gamma / (1 - gamma)       what is minimized
///     wHat = w + rho * g / norm(g)
///     h    = grad L(wHat; B) - g
///     w    = w - eta * (m + k * h)                  m: momentum over g alone, so that h acts in one step only
///
/// The shared optimizer keeps the share mu of everything it was given, so d takes back what is left of the last h:
///
///     d = g + k * h - mu * k * (h of the last iteration)
///
/// Coupled, h goes through the momentum as g does: d = g + k * h. That is SAM with gamma 0.5, and GNP in general. The
/// authors recommend the decoupled form. Their code can clip both gradients; here none is clipped.
///
/// Defaults: `{name: wsam, rho: 0.05, gamma: 0.9, sharpness: decoupled}`
///
/// Reference: Yue et al. 2023, KDD, arXiv 2305.15817.
public final class WSAM: TrainingMethod {
  /// Whether momentum accumulates the sharpness term.
  enum Sharpness: String, CaseIterable, SettingContent { case decoupled, coupled }

  public static let name = "wsam"
  public static let summary = "WSAM: sharpness as a regularizer with a weight of its own, outside of momentum."
  public static let source = Citation(
    "Yue et al.", "Sharpness-Aware Minimization Revisited: Weighted Sharpness as a Regularization Term", 2023)
  public static let revision = 1
  static let gamma = Setting(
    "gamma", default: 0.9, in: 0..<1, "weight of sharpness, gamma / (1 - gamma); 0 is SGD",
    from: .code("intelligent-machine-learning/dlrover atorch/docs/README-WSAM.md; an earlier wsam.py has 0.88"))
  static let sharpness = Setting(
    "sharpness", default: Sharpness.decoupled, "whether momentum accumulates the sharpness term",
    from: .code("intelligent-machine-learning/dlrover atorch/atorch/optimizers/wsam.py; coupled is decouple=False"))
  public static let settings: [any SettingKey] = [rho, gamma, sharpness]
  public static let traces = Trace.samNorms

  private let rho, k: Double
  private let sharpness: Sharpness
  private let g, wHat, h: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    let gamma = settings[Self.gamma]
    (rho, k, sharpness) = (settings[Self.rho], gamma / (1 - gamma), settings[Self.sharpness])
    (g, wHat, h) = (space.zeros(), space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    step.perturb(along: g, by: rho, into: wHat)
    step.gradient(at: wHat, statistics: .freeze, into: d)  // d = gS
    wHat.assign(d - g)  // h
    d.assign(Float(1 - k) * g + Float(k) * d)  // g + k * h
    guard sharpness == .decoupled else { return }
    d.assign(d - Float(step.momentum * k) * h)
    h.assign(wHat)
  }

  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.vector("sharpness", h) }
}
