import Core
import Methods

/// L(w) = 1/2 (w - c)'H(w - c), averaged over the examples' centers c. The gradient H(w - mean c) and the PSF
/// rho * H g / norm(g) are known in closed form.
///
/// Its scores are always 0, so that a trajectory term is 0. Its one statistic follows the loss.
package final class QuadraticOracle: SmallOracle {
  private let hessian, centers: [[Double]]

  /// - Parameters:
  ///   - hessian: symmetric, `[P][P]`.
  ///   - centers: one per training example, used in turn; empty for 0.
  ///   - tensors: how many parameters each tensor has; the last one is the tail.
  package init(hessian: [[Double]], centers: [[Double]] = [], tensors: [Int]? = nil, workers: Int = 1) {
    let tensors = tensors ?? [hessian.count]
    self.hessian = hessian
    self.centers = centers.isEmpty ? [Array(repeating: 0, count: hessian.count)] : centers
    super.init(
      tensors.enumerated().map { ("tensor\($0)", .bias, $1) }, tail: 1, statistics: 1, classes: 3, workers: workers)
  }

  /// Mean loss at w over all centers.
  package func loss(at w: Vector) -> Double {
    centers.reduce(0) { $0 + loss(at: w, around: $1) } / Double(centers.count)
  }

  override func answer(at w: Vector, on batch: Batch, rows: [Int32], normalizing: Normalization) -> Int {
    for (k, row) in rows.enumerated() { exampleLosses[k] = Float(loss(at: w, around: center(of: batch, row))) }
    if case .batch(.update) = normalizing {
      let mean = exampleLosses[0..<rows.count].reduce(0) { $0 + Double($1) } / Double(rows.count)
      statistics[0] = 0.9 * statistics[0] + 0.1 * Float(mean)
    }
    return 0
  }

  override func slope(at w: Vector, on batch: Batch, rows: [Int32], objective: Objective) -> [Double] {
    product(
      (0..<w.count).map { p in
        Double(w[p]) - rows.reduce(0) { $0 + center(of: batch, $1)[p] } / Double(rows.count)
      })
  }

  private func center(of batch: Batch, _ row: Int32) -> [Double] {
    centers[Int(batch.samples[Int(row)]) % centers.count]
  }

  private func loss(at w: Vector, around center: [Double]) -> Double {
    let x = (0..<w.count).map { Double(w[$0]) - center[$0] }
    return zip(x, product(x)).reduce(0) { $0 + $1.0 * $1.1 } / 2
  }

  private func product(_ x: [Double]) -> [Double] { hessian.map { row in zip(row, x).reduce(0) { $0 + $1.0 * $1.1 } } }
}
