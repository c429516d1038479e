import Configuration
import Tensors

/// The second look of every SAM-like method: gS at the approximate worst point within rho of w, and the PSF.
///
///     epsilonHat = rho * g / (norm(g) + 1e-12)       Eq. 2
///     gS  = grad L(w + epsilonHat; B)                Eq. 4, same batch and pixels, frozen statistics
///     psf = gS - g                                   Sec. 3.1
///
/// The norm is one global Euclidean norm over all of w, weight decay excluded; per-tensor norms would be another method.
/// Two vectors beside w and d: `psf` holds -g while the second pass writes gS over g.
public struct SAMGradient {
  let rho: Double
  /// gS - g of the last call; LookSAM projects it in place.
  public let psf: Vector
  private let wHat: Vector
  private let tail: Range<Int>

  /// Takes two vectors.
  public init(rho: Double, space: ParameterSpace) {
    self.rho = rho
    tail = space.layout.tail
    (psf, wHat) = (space.zeros(), space.zeros())
  }

  /// Replaces g in `d` by gS, sets `psf` and records its norms.
  ///
  /// - Parameters:
  ///   - d: g of the first pass; afterwards gS.
  ///   - gNorm: norm of g, which the caller has at hand for its trace.
  /// - Returns: false where that norm is zero or not finite, so that nothing was perturbed.
  public func replace(
    _ d: Vector, norm gNorm: Double, at w: Vector, on batch: Batch, asking oracle: any GradientOracle,
    recording traces: TraceRecorder
  ) -> Bool {
    let isPerturbed = perturb(w, by: rho, along: d, norm: gNorm, into: wHat)
    psf.assign(-1 * d)
    _ = oracle.gradient(at: wHat, on: batch, statistics: .freeze, into: d)
    psf.assign(psf + d)
    traces.record("l2_psf", norm(psf))
    traces.record("l2_psf_tail", norm(psf, in: tail))
    return isPerturbed
  }
}

/// Sets `wHat = w + rho * g / (norm + 1e-12)`. `w` itself never moves, so nothing has to be restored and no rounding is
/// left behind. The guard 1e-12 is that of davda54/sam `sam.py`.
///
/// - Returns: false where the norm is zero or not finite. Then `wHat = w`: nothing is divided.
public func perturb(_ w: Vector, by rho: Double, along g: Vector, norm: Double, into wHat: Vector) -> Bool {
  guard norm > 0, norm.isFinite else {
    wHat.assign(w)
    return false
  }
  wHat.assign(w + Float(rho / (norm + 1e-12)) * g)
  return true
}

/// Whether iteration i is the first of its period: 1, k + 1, 2k + 1, ... counted over the whole run.
///
/// Paper silent: the phase. Table 3's sampling numbers 15 640 and 7 820 fix only the count.
public func isDue(_ i: Int, period: Int) -> Bool { (i - 1) % period == 0 }

extension Setting {
  /// rho as every SAM-like method declares it.
  public static let rho = Setting(
    "rho", .number(0...10), default: 0.05, "radius of the perturbation, rho of Eq. 2; 0 is SGD",
    from: .code("dydjw9/Efficient_SAM run.sh: 0.05 for ResNet-18, 0.1 for WRN-28-10, 0.2 for PyramidNet-110"))

  /// A period as SAM-k and LookSAM-k declare it.
  public static func samPeriod(default standard: Int, from origin: Origin) -> Setting {
    Setting(
      "period", .integer(1...100_000), default: .integer(standard), "iterations from one SAM gradient to the next",
      from: origin)
  }
}

extension TraceDeclaration {
  /// The norm of g.
  public static let sgdNorm = TraceDeclaration(
    "l2_sgd", unit: "1", "Euclidean norm of the SGD gradient g over all parameters")
  /// The norm of g over the last layers.
  public static let sgdTailNorm = TraceDeclaration(
    "l2_sgd_tail", unit: "1", "Euclidean norm of the SGD gradient g over the last layers")
  /// The norm of the PSF, where there is one.
  public static let psfNorm = TraceDeclaration(
    "l2_psf", unit: "1", "Euclidean norm of the PSF, gS - g, over all parameters; recorded where it was computed")
  /// The norm of the PSF over the last layers, where there is one.
  public static let psfTailNorm = TraceDeclaration(
    "l2_psf_tail", unit: "1", "Euclidean norm of the PSF, gS - g, over the last layers; recorded where it was computed")

  /// What a method that uses `SAMGradient` declares; Figure 2 is drawn from the first and the third.
  public static let samNorms = [sgdNorm, sgdTailNorm, psfNorm, psfTailNorm]
}

extension TraceRecorder {
  /// Records g's norms over everything and over the last layers; returns the first.
  public func recordSGDNorms(of g: Vector, tail: Range<Int>) -> Double {
    let whole = norm(g)
    record("l2_sgd", whole)
    record("l2_sgd_tail", norm(g, in: tail))
    return whole
  }
}
