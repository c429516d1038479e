import Foundation
import Methods
import Tensors

/// Softmax regression on scaled, centred features: the smallest oracle that has everything a method may ask for.
///
///     f(w; x) = W' (scale * (x - mean)) + bias
///
/// `mean` is batch norm's part: the mean of the examples of the pass, or the running mean, which moves on `.update` only.
/// Three tensors: scale `[D]`, weight `[D, C]`, bias `[C]`; the last two are the tail. Computed in double precision.
package final class LogisticOracle: GradientOracle {
  package let space: ParameterSpace
  /// Running mean of the features, `[D]`.
  package let statistics: Vector
  package private(set) var cost = Cost()
  private let features, classes: Int
  private let exampleLosses, logits: UnsafeMutableBufferPointer<Float>

  package init(_ examples: ExampleSet, workers: Int = 1, largestBatch: Int = 64) {
    let (d, c) = (examples.features, examples.classes)
    (features, classes) = (d, c)
    let pool = WorkerPool(workers: workers)
    space = ParameterSpace(
      layout: ParameterLayout(
        entries: [
          ParameterEntry(name: "scale", role: .scale, range: 0..<d),
          ParameterEntry(name: "weight", role: .linear(input: d, output: c), range: d..<d + d * c),
          ParameterEntry(name: "bias", role: .bias, range: d + d * c..<d + d * c + c),
        ], tail: d..<d + d * c + c), pool: pool)
    statistics = Vector(count: d, pool: pool)
    exampleLosses = .allocate(capacity: largestBatch)
    logits = .allocate(capacity: largestBatch * c)
  }

  deinit {
    exampleLosses.deallocate()
    logits.deallocate()
  }

  package func gradient(
    at w: Vector, on batch: Batch, objective: Objective, statistics update: StatisticsUpdate, rows: [Int32]?,
    tensors: [Bool]?, into g: Vector
  ) -> Evaluation {
    precondition(g !== w, "LogisticOracle.gradient: g must not be w")
    let rows = rows ?? (0..<Int32(batch.count)).map { $0 }
    cost.gradients += 1
    cost.backwardExamples += rows.count
    let mean = batchMean(batch, rows)
    if update == .update { follow(mean) }
    let evaluation = look(at: w, on: batch, rows: rows, mean: mean)
    var gradient = [Double](repeating: 0, count: w.count)
    for (k, row) in rows.enumerated() {
      let slope = logitSlope(k, label: Int(batch.labels[Int(row)]), of: objective, count: rows.count)
      for j in 0..<features {
        let x = Double(batch.images[Int(row) * features + j]) - mean[j]
        for c in 0..<classes {
          gradient[j] += x * Double(w[features + j * classes + c]) * slope[c]
          gradient[features + j * classes + c] += Double(w[j]) * x * slope[c]
        }
      }
      for c in 0..<classes { gradient[features + features * classes + c] += slope[c] }
    }
    for (k, entry) in space.layout.entries.enumerated() {
      for p in entry.range { g[p] = tensors?[k] ?? true ? Float(gradient[p]) : 0 }
    }
    return evaluation
  }

  package func evaluate(at w: Vector, on batch: Batch, normalizing: Normalization) -> Evaluation {
    let rows = (0..<Int32(batch.count)).map { $0 }
    switch normalizing {
    case .batch(let update):
      let mean = batchMean(batch, rows)
      if update == .update { follow(mean) }
      return look(at: w, on: batch, rows: rows, mean: mean)
    case .running(let statistics): return look(at: w, on: batch, rows: rows, mean: statistics.readOnly.map(Double.init))
    }
  }

  /// Moves the running mean.
  private func follow(_ mean: [Double]) {
    for j in 0..<features { statistics[j] = 0.9 * statistics[j] + 0.1 * Float(mean[j]) }
  }

  private func batchMean(_ batch: Batch, _ rows: [Int32]) -> [Double] {
    (0..<features).map { j in
      rows.reduce(0) { $0 + Double(batch.images[Int($1) * features + j]) } / Double(rows.count)
    }
  }

  private func look(at w: Vector, on batch: Batch, rows: [Int32], mean: [Double]) -> Evaluation {
    cost.forwardExamples += rows.count
    var total = 0.0, correct = 0
    for (k, row) in rows.enumerated() {
      let label = Int(batch.labels[Int(row)])
      var z = (0..<classes).map { Double(w[features + features * classes + $0]) }
      for j in 0..<features {
        let x = Double(w[j]) * (Double(batch.images[Int(row) * features + j]) - mean[j])
        for c in 0..<classes { z[c] += x * Double(w[features + j * classes + c]) }
      }
      for c in 0..<classes { logits[k * classes + c] = Float(z[c]) }
      let loss = -log(softmax(z)[label])
      exampleLosses[k] = Float(loss)
      total += loss
      if z.indices.allSatisfy({ z[$0] <= z[label] }) { correct += 1 }
    }
    return Evaluation(
      loss: total / Double(rows.count),
      exampleLosses: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(exampleLosses)[0..<rows.count]),
      logits: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(logits)[0..<rows.count * classes]), correct: correct)
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

/// exp(z_c) / sum of exp(z), shifted by the largest so that nothing overflows.
private func softmax(_ z: [Double]) -> [Double] {
  let largest = z.max() ?? 0
  let exponentials = z.map { exp($0 - largest) }
  let total = exponentials.reduce(0, +)
  return exponentials.map { $0 / total }
}
