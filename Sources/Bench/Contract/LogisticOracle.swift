import Core
import Foundation
import Methods

/// Softmax regression on scaled, centered features: the smallest oracle with everything that a method may request.
///
///     f(w; x) = W' (scale * (x - mean)) + bias
///
/// `mean` plays the part of batch norm: the mean over the examples of the pass, or the running mean, which only
/// `.update` moves.
/// Three tensors: scale `[D]`, weight `[D, C]`, bias `[C]`; the last two are the tail.
package final class LogisticOracle: SmallOracle {
  private let features: Int
  /// The mean used in the last pass, `[D]`.
  private var mean: [Double] = []

  package init(_ examples: ExampleSet, workers: Int = 1) {
    let (d, c) = (examples.features, examples.classes)
    features = d
    super.init(
      [("scale", .scale, d), ("weight", .linear(input: d, output: c), d * c), ("bias", .bias, c)], tail: 2,
      statistics: d, classes: c, workers: workers)
  }

  override func answer(at w: Vector, on batch: Batch, rows: [Int32], normalizing: Normalization) -> Int {
    switch normalizing {
    case .running(let statistics): mean = statistics.readOnly.map(Double.init)
    case .batch(let update):
      mean = (0..<features).map { j in
        rows.reduce(0) { $0 + Double(batch.images[Int($1) * features + j]) } / Double(rows.count)
      }
      if update == .update { for j in 0..<features { statistics[j] = 0.9 * statistics[j] + 0.1 * Float(mean[j]) } }
    }
    var correct = 0
    for (k, row) in rows.enumerated() {
      let label = Int(batch.labels[Int(row)])
      var z = (0..<classes).map { Double(w[features + features * classes + $0]) }
      for j in 0..<features {
        for c in 0..<classes { z[c] += Double(w[j]) * input(j, of: row, batch) * Double(w[features + j * classes + c]) }
      }
      for c in 0..<classes { logits[k * classes + c] = Float(z[c]) }
      exampleLosses[k] = Float(-log(softmax(z)[label]))
      if z.indices.allSatisfy({ z[$0] <= z[label] }) { correct += 1 }
    }
    return correct
  }

  override func slope(at w: Vector, on batch: Batch, rows: [Int32], objective: Objective) -> [Double] {
    var gradient = [Double](repeating: 0, count: w.count)
    for (k, row) in rows.enumerated() {
      let slope = logitSlope(k, label: Int(batch.labels[Int(row)]), of: objective, count: rows.count)
      for j in 0..<features {
        let x = input(j, of: row, batch)
        for c in 0..<classes {
          gradient[j] += x * Double(w[features + j * classes + c]) * slope[c]
          gradient[features + j * classes + c] += Double(w[j]) * x * slope[c]
        }
      }
      for c in 0..<classes { gradient[features + features * classes + c] += slope[c] }
    }
    return gradient
  }

  private func input(_ j: Int, of row: Int32, _ batch: Batch) -> Double {
    Double(batch.images[Int(row) * features + j]) - mean[j]
  }

  /// Derivative of the objective with respect to example k's scores: (softmax - onehot) / n, and for the trajectory
  /// term weight * tau / n * (q - p).
  private func logitSlope(_ k: Int, label: Int, of objective: Objective, count n: Int) -> [Double] {
    let z = (0..<classes).map { Double(logits[k * classes + $0]) }
    var slope = softmax(z)
    slope[label] -= 1
    for c in slope.indices { slope[c] /= Double(n) }
    if let trajectory = objective.trajectory {
      let tau = trajectory.temperature
      let p = softmax((0..<classes).map { Double(trajectory.target[k * classes + $0]) / tau })
      let q = softmax(z.map { $0 / tau })
      for c in slope.indices { slope[c] += trajectory.weight * tau / Double(n) * (q[c] - p[c]) }
    }
    return slope
  }
}

/// exp(z_c) / sum of exp(z); the largest z is subtracted first, so that nothing overflows.
private func softmax(_ z: [Double]) -> [Double] {
  let largest = z.max() ?? 0
  let exponentials = z.map { exp($0 - largest) }
  let total = exponentials.reduce(0, +)
  return exponentials.map { $0 / total }
}
