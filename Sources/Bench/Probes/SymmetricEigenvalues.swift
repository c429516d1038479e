/// An eigenvalue of a small matrix and its eigenvector of length 1.
struct Eigenpair {
  let value: Double
  let vector: [Double]
}

/// All eigenpairs of a symmetric matrix `[n][n]`, the largest value first, by cyclic Jacobi rotations: Golub and Van
/// Loan 2013, algorithm 8.5.3. For matrices of a few dozen rows.
func symmetricEigenpairs(_ matrix: [[Double]]) -> [Eigenpair] {
  let n = matrix.count
  var a = matrix
  var v = (0..<n).map { row in (0..<n).map { $0 == row ? 1.0 : 0 } }
  let size = a.joined().reduce(0) { $0 + $1 * $1 }
  func offDiagonal() -> Double {
    (0..<n).reduce(0) { sum, i in sum + (0..<i).reduce(0) { $0 + 2 * a[i][$1] * a[i][$1] } }
  }
  var sweeps = 0
  // Convergence is quadratic. The bound on sweeps is a safeguard.
  while offDiagonal() > 1e-30 * size, sweeps < 50 {
    sweeps += 1
    for p in 0..<n {
      for q in p + 1..<max(n, p + 1) where a[p][q] != 0 {
        let tau = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let t = (tau < 0 ? -1 : 1) / (abs(tau) + (1 + tau * tau).squareRoot())
        let c = 1 / (1 + t * t).squareRoot()
        let s = t * c
        for k in 0..<n { (a[k][p], a[k][q]) = (c * a[k][p] - s * a[k][q], s * a[k][p] + c * a[k][q]) }
        for k in 0..<n { (a[p][k], a[q][k]) = (c * a[p][k] - s * a[q][k], s * a[p][k] + c * a[q][k]) }
        for k in 0..<n { (v[k][p], v[k][q]) = (c * v[k][p] - s * v[k][q], s * v[k][p] + c * v[k][q]) }
      }
    }
  }
  return (0..<n).map { column in Eigenpair(value: a[column][column], vector: v.map { $0[column] }) }
    .sorted { $0.value > $1.value }
}
