import Methods
import Tensors

/// L(w) = 1/2 (w - c)'H(w - c), averaged over the examples' centres c: gradient H(w - mean c) and PSF rho * H g / norm(g)
/// are known in closed form. Everything is computed in double precision and rounded once.
///
/// Its scores are 0 and do not depend on w, so that a trajectory term is 0. Its one statistic follows the loss.
package final class QuadraticOracle: GradientOracle {
  package let space: ParameterSpace
  package let statistics: Vector
  package private(set) var cost = Cost()
  private let hessian, centers: [[Double]]
  private let classes: Int
  private var exampleLosses: UnsafeMutableBufferPointer<Float>
  private let logits: UnsafeMutableBufferPointer<Float>

  /// - Parameters:
  ///   - hessian: symmetric, `[P][P]`.
  ///   - centers: one per training example, used in turn; empty for 0.
  ///   - tensors: how many parameters each tensor has; the last one is the tail.
  package init(
    hessian: [[Double]], centers: [[Double]] = [], tensors: [Int]? = nil, classes: Int = 3, workers: Int = 1,
    largestBatch: Int = 256
  ) {
    let tensors = tensors ?? [hessian.count]
    precondition(tensors.reduce(0, +) == hessian.count, "QuadraticOracle: the tensors must cover all parameters")
    let pool = WorkerPool(workers: workers)
    var entries: [ParameterEntry] = []
    for (k, size) in tensors.enumerated() {
      let start = entries.last?.range.upperBound ?? 0
      entries.append(ParameterEntry(name: "tensor\(k)", role: .bias, range: start..<start + size))
    }
    let tail = entries.last.map(\.range) ?? 0..<0
    space = ParameterSpace(layout: ParameterLayout(entries: entries, tail: tail), pool: pool)
    statistics = Vector(count: 1, pool: pool)
    (self.hessian, self.classes) = (hessian, classes)
    self.centers = centers.isEmpty ? [Array(repeating: 0, count: hessian.count)] : centers
    exampleLosses = .allocate(capacity: largestBatch)
    logits = .allocate(capacity: largestBatch * classes)
    logits.initialize(repeating: 0)
  }

  deinit {
    exampleLosses.deallocate()
    logits.deallocate()
  }

  package func gradient(
    at w: Vector, on batch: Batch, objective: Objective, statistics update: StatisticsUpdate, rows: [Int32]?,
    tensors: [Bool]?, into g: Vector
  ) -> Evaluation {
    let rows = rows ?? (0..<Int32(batch.count)).map { $0 }
    cost.gradients += 1
    cost.backwardExamples += rows.count
    let evaluation = look(at: w, on: batch, rows: rows)
    if update == .update { statistics[0] = 0.9 * statistics[0] + 0.1 * Float(evaluation.loss) }
    let mean = (0..<w.count).map { p in
      rows.reduce(0) { $0 + center(of: batch, $1)[p] } / Double(rows.count)
    }
    let slope = product((0..<w.count).map { Double(w[$0]) - mean[$0] })
    for (k, entry) in space.layout.entries.enumerated() {
      for p in entry.range { g[p] = tensors?[k] ?? true ? Float(slope[p]) : 0 }
    }
    return evaluation
  }

  package func evaluate(at w: Vector, on batch: Batch, normalizing: Normalization) -> Evaluation {
    look(at: w, on: batch, rows: (0..<Int32(batch.count)).map { $0 })
  }

  /// Mean loss at w over all centres.
  package func loss(at w: Vector) -> Double {
    centers.reduce(0) { $0 + loss(at: w, around: $1) } / Double(centers.count)
  }

  private func look(at w: Vector, on batch: Batch, rows: [Int32]) -> Evaluation {
    cost.forwardExamples += rows.count
    var total = 0.0
    for (k, row) in rows.enumerated() {
      let loss = loss(at: w, around: center(of: batch, row))
      exampleLosses[k] = Float(loss)
      total += loss
    }
    return Evaluation(
      loss: total / Double(rows.count),
      exampleLosses: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(exampleLosses)[0..<rows.count]),
      logits: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(logits)[0..<rows.count * classes]), correct: 0)
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
