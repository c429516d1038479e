import Core

/// Hessian-vector products by central differences of gradients:
///
///     H v = (g(w + h v) - g(w - h v)) / 2h + O(h^2)        for v of length 1
///
/// The step h balances two relative errors: about u / h from rounding in single precision, u = 2^-24, and about h^2
/// from the third derivatives, if these change the Hessian over a length of about 1. The sum is smallest near h =
/// cbrt(u) = 2^-8 (Press et al. 2007, section 5.7), about a tenth of SAM's radius. `stepError` estimates the error for
/// a given network.
package final class HessianProduct {
  /// cbrt(2^-24), a length in parameter space.
  package static let standardStep = 0x1p-8

  private let surface: LossSurface
  private let w, point, difference, other: Vector
  private let step: Double

  package init(of surface: LossSurface, at w: Vector, step: Double = HessianProduct.standardStep) {
    (self.surface, self.w, self.step) = (surface, w, step)
    let space = surface.oracle.space
    (point, difference, other) = (space.zeros(), space.zeros(), space.zeros())
  }

  /// Two gradients.
  ///
  /// - Parameters:
  ///   - v: of any length except 0.
  ///   - product: overwritten with H v; may be `v`.
  package func apply(to v: Vector, into product: Vector) {
    let h = step / norm(v)
    difference(along: v, step: h)
    product.assign(Float(1 / (2 * h)) * difference)
  }

  /// v'Hv / v'v: the second derivative along v. Two gradients.
  package func curvature(along v: Vector) -> Double {
    let h = step / norm(v)
    difference(along: v, step: h)
    return v.dot(difference) / (2 * h) / v.dot(v)
  }

  /// Relative change of the product if the step is halved, an estimate of its error: halving divides the error from
  /// third derivatives by four and doubles the one from rounding. Four gradients.
  package func stepError(along v: Vector) -> Double {
    let (whole, half) = (surface.oracle.space.zeros(), surface.oracle.space.zeros())
    apply(to: v, into: whole)
    HessianProduct(of: surface, at: w, step: step / 2).apply(to: v, into: half)
    return norm(whole - half) / norm(whole)
  }

  /// g(w + h v) - g(w - h v). Subtracted before scaling: the difference of two close numbers is exact.
  private func difference(along v: Vector, step h: Double) {
    point.assign(w + Float(h) * v)
    surface.gradient(at: point, into: difference)
    point.assign(w - Float(h) * v)
    surface.gradient(at: point, into: other)
    difference.assign(difference - other)
  }
}
