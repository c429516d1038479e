import Core

/// Hessian-vector products by central differences of gradients, with every ReLU held on its side at w:
///
///     H v = (g(w + h v) - g(w - h v)) / 2h + O(h^2)        for v of length 1
///
/// H is the Hessian that automatic differentiation computes. Free ReLUs would add a jump of the gradient for every kink
/// within h of w. The number of kinks is proportional to h, so the jumps change the quotient by about 1 / sqrt(h): a
/// smaller step makes it worse. For a ResNet-18, the quotient of free gradients differed from H v by 40 to 200 percent
/// at all steps from 2^-16 to 2^-4, and that of held ones by 0.01 percent at 2^-10.
///
/// What remains is an error of about u / h from rounding in single precision, u = 2^-24, and one of h^2 from the third
/// derivatives. `step(of:at:along:)` finds the step that balances them, and `stepError` estimates the error.
package final class HessianProduct {
  /// cbrt(2^-24), a length in parameter space, where u / h + h^2 is smallest if third derivatives change the Hessian
  /// over a length of 1 (Press et al. 2007, section 5.7).
  package static let standardStep = 0x1p-8

  private let surface: LossSurface
  private let w, above, below, difference: Vector
  /// h, a length in parameter space.
  package let step: Double

  package init(of surface: LossSurface, at w: Vector, step: Double = HessianProduct.standardStep) {
    (self.surface, self.w, self.step) = (surface, w, step)
    let space = surface.oracle.space
    (above, below, difference) = (space.zeros(), space.zeros(), space.zeros())
  }

  /// A step for directions like v: the geometric mean of the two neighbors among 2^-5, 2^-7, ..., 2^-13 whose products
  /// differ least. The larger step of a pair shows its third derivatives in their difference, the smaller one its
  /// rounding. Ten gradients.
  package static func step(of surface: LossSurface, at w: Vector, along v: Vector) -> Double {
    let (space, steps) = (surface.oracle.space, (0..<5).map { 0x1p-5 / Double(1 << (2 * $0)) })
    var (larger, smaller) = (space.zeros(), space.zeros())
    HessianProduct(of: surface, at: w, step: steps[0]).apply(to: v, into: larger)
    var best = (difference: Double.infinity, step: standardStep)
    for (above, step) in zip(steps, steps.dropFirst()) {
      HessianProduct(of: surface, at: w, step: step).apply(to: v, into: smaller)
      let difference = norm(larger - smaller)
      if difference < best.difference { best = (difference, (above * step).squareRoot()) }
      swap(&larger, &smaller)
    }
    return best.step
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
  /// third derivatives by four and doubles the one from rounding. Two gradients, and two more for an unknown product.
  ///
  /// - Parameter product: H v, if it is known.
  package func stepError(along v: Vector, product: Vector? = nil) -> Double {
    let half = surface.oracle.space.zeros()
    let whole = product ?? surface.oracle.space.zeros()
    if product == nil { apply(to: v, into: whole) }
    HessianProduct(of: surface, at: w, step: step / 2).apply(to: v, into: half)
    return norm(whole - half) / norm(whole)
  }

  /// g(w + h v) - g(w - h v)
  private func difference(along v: Vector, step h: Double) {
    above.assign(w + Float(h) * v)
    below.assign(w - Float(h) * v)
    surface.difference(from: below, to: above, holdingGatesOf: w, into: difference)
  }
}
