import Core
import Foundation  // log

/// The paper's PSF at given weights, compared with its equations.
///
///     PSF(rho) = grad L(w + rho * g / |g|) - g                        line 6 of Algorithm 1
///     PSF(rho) = rho * H g / |g| + O(rho^2)                           Eq. 6
///     |rho * H g / |g|| <= rho * sum of |delta_i| |cos theta_i|       Lemma 1, Eq. 7
///
/// The loss of a ReLU network has no second derivative at its kinks. H is its Hessian with every ReLU held on its side at
/// w, and Eq. 6 is measured twice: for the PSF of the network, whose ReLUs switch within rho, and for the PSF of the held
/// network, which is smooth, as the paper assumes. The second shows whether the measurement works.
///
/// delta_i are the eigenvalues of the Hessian, and theta_i the angles between their eigenvectors and g. The paper
/// assumes a positive definite Hessian and writes delta_i; with absolute values, the inequality holds for every
/// symmetric matrix.
package struct PSFProbe {
  /// Eq. 6 at one radius.
  package struct Comparison: Hashable, Sendable {
    package let radius: Double
    /// |PSF - rho H g / |g|| / |rho H g / |g||: of first order in rho, by Eq. 6.
    package let error: Double
    /// The same if all ReLUs stay on their sides.
    package let heldError: Double
    /// Cosine between PSF and H g.
    package let cosine: Double
    /// Estimated error of both from rounding and from H g.
    package let noise: Double

    /// Whether the error of a smooth loss can be seen, and is small enough to be in proportion to the radius.
    package var isReadable: Bool { heldError >= PSFProbe.clearance * noise && heldError <= PSFProbe.largestError }
  }

  /// The range of errors from which the order is read: at least five times the noise, which then changes the slope over
  /// a factor of four in the radius by at most log(1.2) / log(4) = 0.13 at each end, and at most a half, above which
  /// terms of higher order matter. The range is empty if the Hessian product is uncertain by more than a tenth.
  package static let clearance = 5.0
  package static let largestError = 0.5

  package let gradientNorm: Double
  /// |PSF| at the requested radius, and the cosine between PSF and g.
  package let psfNorm, cosine: Double
  /// At the requested radius, then each time at a quarter of the radius.
  package let comparisons: [Comparison]
  /// Both sides of Lemma 1. The right side is a sum over the approximate eigenpairs that Lanczos computes from g, a
  /// lower estimate: where one of them stands for several exact ones, the exact sum is larger.
  package let lemmaNorm, lemmaBound: Double
  /// g and PSF, scaled to length 1.
  package let gradientDirection, psfDirection: Vector

  /// The power of the radius to which the error is proportional, over the readable radii; 1 by Eq. 6. Nil if fewer than
  /// two are readable.
  package var order: Double? { order(\.error) }
  /// The same for the held network.
  package var heldOrder: Double? { order(\.heldError) }

  /// The slope of a least-squares line through the logarithms.
  private func order(_ error: (Comparison) -> Double) -> Double? {
    let points = comparisons.filter(\.isReadable).map { (x: log($0.radius), y: log(error($0))) }
    guard points.count > 1 else { return nil }
    let count = Double(points.count)
    let (x, y) = (points.reduce(0) { $0 + $1.x } / count, points.reduce(0) { $0 + $1.y } / count)
    let slope =
      points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) } / points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
    return slope.isFinite ? slope : nil
  }

  /// - Parameters:
  ///   - g: the gradient at `w`; not changed.
  ///   - radius: rho.
  ///   - radii: number of radii for Eq. 6.
  ///   - steps: Lanczos steps for Lemma 1.
  /// - Returns: nil if the gradient or PSF is zero or not finite.
  package init?(
    of surface: LossSurface, at w: Vector, gradient g: Vector, _ hessian: HessianProduct, radius: Double,
    radii: Int = 6, steps: Int = 8
  ) {
    let space = surface.oracle.space
    let (unit, psf, hg, point) = (space.zeros(), space.zeros(), space.zeros(), space.zeros())
    gradientNorm = norm(g)
    guard gradientNorm > 0, gradientNorm.isFinite else { return nil }
    unit.assign(Float(1 / gradientNorm) * g)
    hessian.apply(to: unit, into: hg)
    let (length, productError) = (norm(hg), hessian.stepError(along: unit, product: hg))
    let distances = (0..<radii).map { radius / Double(1 << (2 * $0)) }
    var comparisons: [Comparison] = []
    // The requested radius comes last: its PSF is kept.
    for (rho, held) in zip(distances, surface.differences(at: w, along: unit, distances)).reversed() {
      point.assign(w + Float(rho) * unit)
      surface.gradient(at: point, into: psf)
      psf.assign(psf - g)
      func error(_ psf: Vector) -> Double { norm(psf - Float(rho) * hg) / (rho * length) }
      comparisons.insert(
        Comparison(
          radius: rho, error: error(psf), heldError: error(held),
          cosine: psf.dot(hg) / (norm(psf) * length),
          // Rounding is in inverse proportion to the difference step.
          noise: productError * max(1, hessian.step / rho)), at: 0)
    }
    self.comparisons = comparisons
    psfNorm = norm(psf)
    guard psfNorm > 0, psfNorm.isFinite else { return nil }
    cosine = psf.dot(g) / (psfNorm * gradientNorm)
    var isFirst = true
    let spectrum = Lanczos(from: unit, steps: steps, wanted: steps, tolerance: 0) { v, product in
      if isFirst { product.assign(hg) } else { hessian.apply(to: v, into: product) }
      isFirst = false
    }
    lemmaNorm = radius * length
    lemmaBound = radius * spectrum.ritz.reduce(0) { $0 + abs($1.value * $1.cosine) }
    psf.assign(Float(1 / psfNorm) * psf)
    (gradientDirection, psfDirection) = (unit, psf)
  }
}
