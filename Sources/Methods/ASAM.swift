import Configuration
import Core

/// ASAM measures the neighborhood of w in units of each weight's own size, so that sharpness does not change when the
/// weights of one layer are scaled up and those of the next layer down.
///
///     T    = |w| + eta                              one factor for each weight; 1 for weights that are not scaled
///     wHat = w + rho * T^2 * g / norm(T * g)
///     d    = grad L(wHat; B)
///
/// The authors' code scales the weights of layers and of batch norm and leaves biases and batch norm's shifts with a
/// factor of 1 (`scaled: weights`). davda54/sam scales every parameter, with eta 0 (`scaled: all`); there the authors
/// found 2 to be the best radius for CIFAR-10, and 0.5 in their own code. Without scaling it is SAM (`scaled: none`).
///
/// Defaults: `{name: asam, rho: 0.5, eta: 0.01, scaled: weights}`
///
/// Reference: Kwon et al. 2021, arXiv 2102.11600.
public final class ASAM: TrainingMethod {
  /// The parameters whose factor follows their size.
  enum Scaling: String, CaseIterable, SettingContent { case weights, all, none }

  public static let name = "asam"
  public static let summary = "ASAM: SAM in a neighborhood that scales with each weight."
  public static let source = Citation(
    "Kwon et al.",
    "ASAM: Adaptive Sharpness-Aware Minimization for Scale-Invariant Learning of Deep Neural Networks", 2021)
  public static let revision = 1
  static let rho = Setting(
    "rho", default: 0.5, in: 0...100, "radius of the perturbation in units of the weights; 0 is SGD",
    from: .code("SamsungLabs/ASAM README.md: 0.5 for CIFAR-10, 1 for CIFAR-100"))
  static let eta = Setting(
    "eta", default: 0.01, in: 0...10, "added to the size of each scaled weight, eta",
    from: .code("SamsungLabs/ASAM asam.py default; davda54/sam sam.py has 0"))
  static let scaled = Setting(
    "scaled", default: Scaling.weights, "the parameters whose factor follows their size",
    from: .code("SamsungLabs/ASAM asam.py; all is davda54/sam sam.py with adaptive=True"))
  public static let settings: [any SettingKey] = [rho, eta, scaled]
  public static let traces = Trace.samNorms + [scaledNorm]
  static let scaledNorm = Trace("l2_scaled", unit: "1", "Euclidean norm of T * g, the scaled SGD gradient")

  private let rho: Double
  private let eta: Float
  /// Where the scaled parameters stand.
  private let parts: [Range<Int>]
  private let g, wHat: Vector

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, eta) = (settings[Self.rho], Float(settings[Self.eta]))
    parts = space.layout.entries.filter { Self.isScaled($0.role, settings[Self.scaled]) }.map(\.range)
    (g, wHat) = (space.zeros(), space.zeros())
  }

  public func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: g)
    d.assign(g)
    scale(d, at: step.w)  // T * g
    let length = norm(d)
    scale(d, at: step.w)  // T^2 * g
    step.perturb(along: d, by: rho, over: length, into: wHat)
    step.gradient(at: wHat, statistics: .freeze, into: d)
    step.record(Self.scaledNorm, length)
  }

  /// Multiplies each scaled parameter's element by its factor T.
  private func scale(_ v: Vector, at w: Vector) {
    let (y, x) = (v.elements.baseAddress!, w.elements.baseAddress!)
    for part in parts { v.forEachBlock(in: part) { range in for i in range { y[i] *= abs(x[i]) + eta } } }
  }

  private static func isScaled(_ role: ParameterEntry.Role, _ scaled: Scaling) -> Bool {
    switch (scaled, role) {
    case (.none, _): false
    case (.all, _): true
    case (.weights, .offset), (.weights, .bias), (.weights, .stepSize): false
    case (.weights, _): true
    }
  }
}
