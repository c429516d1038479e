import Core

/// The trace of the Hessian, the sum of its eigenvalues, from random vectors: Hutchinson 1990.
///
///     tr H = E[z' H z],   z of independent +1 and -1
package struct TraceEstimate: Hashable, Sendable {
  package let mean: Double
  /// Standard error of the mean over the random vectors.
  package let standardError: Double
  /// Number of random vectors, two gradients each.
  package let vectors: Int

  /// - Parameter vectors: at least 2, for the standard error.
  package init(of hessian: HessianProduct, vectors: Int, seed: UInt64, in space: ParameterSpace) {
    precondition(vectors > 1, "TraceEstimate: one vector has no spread")
    let samples = (0..<vectors).map { index in
      // z'z is the number of parameters.
      let z = Directions.rademacher(seed: seed, index: index, in: space)
      return hessian.curvature(along: z) * Double(z.count)
    }
    let mean = samples.reduce(0, +) / Double(vectors)
    let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    (self.vectors, self.mean) = (vectors, mean)
    standardError = (squares / Double(vectors - 1) / Double(vectors)).squareRoot()
  }
}
