import Core
import Methods
import Training

/// m-sharpness: the rise of the loss to SAM's approximate worst point, which is computed for every m examples:
///
///     mean over groups of m examples of  L(w + rho * g / |g|) - L(w)
///
/// with the gradient g and the loss L of the group: Foret et al. 2021, section 4.1.
///
/// - Parameter size: m; the last group may be smaller.
package func sharpness(
  of oracle: any EvaluationOracle, at w: Vector, on examples: Batch, groups size: Int, radius: Double,
  normalizing: Normalization
) -> Double {
  let (g, wHat) = (oracle.space.zeros(), oracle.space.zeros())
  var sum = 0.0
  for range in examples.ranges(of: size) {
    let group = examples[range]
    let loss = oracle.gradient(at: w, on: group, normalizing: normalizing, into: g).loss
    let length = norm(g)
    // No direction of ascent.
    guard length > 0, length.isFinite else { continue }
    wHat.assign(w + Float(radius / length) * g)
    let perturbed = oracle.evaluate(at: wHat, on: group, normalizing: normalizing).loss
    sum += Double(range.count) * (perturbed - loss)
  }
  return sum / Double(examples.count)
}
