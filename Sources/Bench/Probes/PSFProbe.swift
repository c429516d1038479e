import Core
import Foundation  // log2

/// The paper's PSF at given weights, compared with its equations.
///
///     PSF(rho) = grad L(w + rho * g / |g|) - g                        line 6 of Algorithm 1
///     PSF(rho) = rho * H g / |g| + O(rho^2)                           Eq. 6
///     |rho * H g / |g|| <= rho * sum of |delta_i| |cos theta_i|       Lemma 1, Eq. 7
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
    /// Cosine between both.
    package let cosine: Double
  }

  package let gradientNorm: Double
  /// |PSF| at the requested radius, and the cosine between PSF and g.
  package let psfNorm, cosine: Double
  /// At the requested radius, then at halved radii.
  package let comparisons: [Comparison]
  /// Both sides of Lemma 1. The right side is a sum over the approximate eigenpairs that Lanczos computes from g, a
  /// lower estimate: where one of them stands for several exact ones, the exact sum is larger.
  package let lemmaNorm, lemmaBound: Double
  /// g and PSF, scaled to length 1.
  package let gradientDirection, psfDirection: Vector

  /// The power of the radius to which the error is proportional, from the smaller radii; 1 by Eq. 6.
  package var order: Double? {
    guard comparisons.count > 2, let smallest = comparisons.last else { return nil }
    let larger = comparisons[comparisons.count - 3]
    let order = log2(larger.error / smallest.error) / log2(larger.radius / smallest.radius)
    return order.isFinite ? order : nil
  }

  /// - Parameters:
  ///   - radius: rho.
  ///   - halvings: number of smaller radii for Eq. 6.
  ///   - steps: Lanczos steps for Lemma 1.
  /// - Returns: nil if the gradient or PSF is zero or not finite.
  package init?(
    of surface: LossSurface, at w: Vector, _ hessian: HessianProduct, radius: Double, halvings: Int = 4, steps: Int = 8
  ) {
    let space = surface.oracle.space
    let (g, unit, psf, hg, point) = (space.zeros(), space.zeros(), space.zeros(), space.zeros(), space.zeros())
    surface.gradient(at: w, into: g)
    gradientNorm = norm(g)
    guard gradientNorm > 0, gradientNorm.isFinite else { return nil }
    unit.assign(Float(1 / gradientNorm) * g)
    hessian.apply(to: unit, into: hg)
    let length = norm(hg)
    var comparisons: [Comparison] = []
    for k in stride(from: halvings, through: 0, by: -1) {
      // The requested radius comes last: its PSF is kept.
      let rho = radius / Double(1 << k)
      point.assign(w + Float(rho) * unit)
      surface.gradient(at: point, into: psf)
      psf.assign(psf - g)
      let error = norm(psf - Float(rho) * hg) / (rho * length)
      comparisons.insert(Comparison(radius: rho, error: error, cosine: psf.dot(hg) / (norm(psf) * length)), at: 0)
    }
    self.comparisons = comparisons
    psfNorm = norm(psf)
    guard psfNorm > 0, psfNorm.isFinite else { return nil }
    cosine = psf.dot(g) / (psfNorm * gradientNorm)
    let spectrum = Lanczos(from: unit, steps: steps, wanted: steps, tolerance: 0) { hessian.apply(to: $0, into: $1) }
    lemmaNorm = radius * length
    lemmaBound = radius * spectrum.ritz.reduce(0) { $0 + abs($1.value * $1.cosine) }
    psf.assign(Float(1 / psfNorm) * psf)
    (gradientDirection, psfDirection) = (unit, psf)
  }
}
