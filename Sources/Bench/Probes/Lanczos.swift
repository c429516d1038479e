import Core

/// Extreme eigenvalues of a symmetric operator from matrix-vector products: Lanczos 1950, with full reorthogonalization
/// (Golub and Van Loan 2013, section 10.3). Without it, rounding makes copies of converged eigenvalues.
///
///     r = A q_j,   alpha_j = q_j' r,   r = r - sum over i <= j of (q_i' r) q_i, twice,
///     beta_j = |r|,   q_(j+1) = r / beta_j
///
/// The eigenvalues of the tridiagonal matrix of alpha and beta converge to those of A, extreme ones first. The first
/// components of its eigenvectors are the cosines between the start and the approximate eigenvectors of A.
package final class Lanczos {
  /// An approximate eigenvalue.
  package struct Ritz: Hashable, Sendable {
    package let value: Double
    /// |beta_k s_k|: an eigenvalue of A lies within this distance. Golub and Van Loan 2013, theorem 10.1.2.
    package let residual: Double
    /// Cosine between its eigenvector and the start.
    package let cosine: Double
  }

  /// The largest value first.
  package private(set) var ritz: [Ritz] = []
  private var basis: [Vector]
  private var alpha: [Double] = []
  private var beta: [Double] = []
  private var pairs: [Eigenpair] = []

  /// Steps taken, one product each.
  package var steps: Int { alpha.count }

  /// - Parameters:
  ///   - start: of any length except 0; not changed. One vector per step is kept in memory.
  ///   - steps: the maximum; fewer if the wanted values converge, or if no directions are left.
  ///   - wanted: number of largest eigenvalues that must converge.
  ///   - tolerance: largest residual of a converged value, relative to the largest absolute value.
  ///   - product: writes A times its first argument to its second.
  package init(
    from start: Vector, steps: Int, wanted: Int, tolerance: Double, _ product: (Vector, Vector) -> Void
  ) {
    precondition(steps > 0, "Lanczos: at least one step")
    basis = [Vector(count: start.count, pool: start.pool)]
    basis[0].assign(Float(1 / norm(start)) * start)
    for j in 0..<min(steps, start.count) {
      let r = Vector(count: start.count, pool: start.pool)
      product(basis[j], r)
      alpha.append(basis[j].dot(r))
      for _ in 0..<2 { for q in basis { r.assign(r - Float(q.dot(r)) * q) } }
      beta.append(norm(r))
      solve()
      let scale = ritz.map { abs($0.value) }.max() ?? 0
      let isKnown = j + 1 >= wanted && ritz.prefix(wanted).allSatisfy { $0.residual <= tolerance * scale }
      // A smaller remainder is rounding: the space is exhausted.
      if isKnown || !(beta[j] > 1e-6 * scale) || j + 1 == min(steps, start.count) { break }
      r.assign(Float(1 / beta[j]) * r)
      basis.append(r)
    }
  }

  private func solve() {
    let n = alpha.count
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for j in 0..<n {
      matrix[j][j] = alpha[j]
      if j + 1 < n { (matrix[j][j + 1], matrix[j + 1][j]) = (beta[j], beta[j]) }
    }
    pairs = symmetricEigenpairs(matrix)
    ritz = pairs.map { pair in
      Ritz(value: pair.value, residual: abs(beta[n - 1] * pair.vector[n - 1]), cosine: pair.vector[0])
    }
  }

  /// The approximate eigenvector of the k-th largest value, 0-based, of length 1.
  package func vector(_ k: Int) -> Vector {
    let sum = Vector(count: basis[0].count, pool: basis[0].pool)
    for (q, share) in zip(basis, pairs[k].vector) { sum.assign(sum + Float(share) * q) }
    return sum
  }
}
