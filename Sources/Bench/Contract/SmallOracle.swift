import Core
import Methods
import Training

/// The common part of the oracles for checks: sub-batches, counts of the cost, gradients that are not wanted, and
/// result buffers. A subclass is a function of w, computed in double precision and rounded once.
package class SmallOracle: EvaluationOracle {
  package let space: ParameterSpace
  package let statistics: Vector
  package private(set) var cost = Cost()
  let classes: Int
  let exampleLosses, logits: UnsafeMutableBufferPointer<Float>

  /// - Parameter tensors: name, role and size of each, in the order of w.
  init(
    _ tensors: [(name: String, role: ParameterEntry.Role, count: Int)], tail: Int, statistics count: Int, classes: Int,
    workers: Int
  ) {
    var entries: [ParameterEntry] = []
    for tensor in tensors {
      let start = entries.last?.range.upperBound ?? 0
      entries.append(ParameterEntry(name: tensor.name, role: tensor.role, range: start..<start + tensor.count))
    }
    let (start, end) = (entries.suffix(tail).first?.range.lowerBound ?? 0, entries.last?.range.upperBound ?? 0)
    let pool = WorkerPool(workers: workers)
    space = ParameterSpace(
      layout: ParameterLayout(entries: entries, tail: start..<end), statisticsCount: count, pool: pool)
    statistics = Vector(count: count, pool: pool)
    self.classes = classes
    exampleLosses = .allocate(capacity: 256)
    logits = .allocate(capacity: 256 * classes)
    logits.initialize(repeating: 0)
  }

  deinit {
    exampleLosses.deallocate()
    logits.deallocate()
  }

  /// Computes losses and scores of the rows, in their order; updates the running statistics if `normalizing` requires
  /// it.
  ///
  /// - Returns: number of correct answers.
  func answer(at w: Vector, on batch: Batch, rows: [Int32], normalizing: Normalization) -> Int {
    preconditionFailure("SmallOracle: a subclass must override answer")
  }

  /// The gradient of the objective at w for the rows of the last `answer`.
  func slope(at w: Vector, on batch: Batch, rows: [Int32], objective: Objective) -> [Double] {
    preconditionFailure("SmallOracle: a subclass must override slope")
  }

  package func gradient(
    at w: Vector, on batch: Batch, objective: Objective, statistics: StatisticsUpdate, rows: [Int32]?,
    tensors: [Bool]?, into g: Vector
  ) -> Evaluation {
    gradient(at: w, on: batch, rows, objective, .batch(statistics), tensors, into: g)
  }

  package func gradient(at w: Vector, on batch: Batch, normalizing: Normalization, into g: Vector) -> Evaluation {
    gradient(at: w, on: batch, nil, .crossEntropy, normalizing, nil, into: g)
  }

  private func gradient(
    at w: Vector, on batch: Batch, _ rows: [Int32]?, _ objective: Objective, _ normalizing: Normalization,
    _ tensors: [Bool]?, into g: Vector
  ) -> Evaluation {
    precondition(g !== w, "SmallOracle.gradient: g must not be w")
    let rows = rows ?? (0..<Int32(batch.count)).map { $0 }
    let evaluation = look(at: w, on: batch, rows: rows, normalizing: normalizing)
    let gradient = slope(at: w, on: batch, rows: rows, objective: objective)
    for (k, entry) in space.layout.entries.enumerated() {
      for p in entry.range { g[p] = tensors?[k] ?? true ? Float(gradient[p]) : 0 }
    }
    cost.gradients += 1
    cost.backwardExamples += rows.count
    return evaluation
  }

  /// The losses of checks have no kinks.
  package func holdingGates(at w: Vector, on batch: Batch, normalizing: Normalization, _ body: () -> Void) { body() }

  package func evaluate(at w: Vector, on batch: Batch, normalizing: Normalization) -> Evaluation {
    look(at: w, on: batch, rows: (0..<Int32(batch.count)).map { $0 }, normalizing: normalizing)
  }

  private func look(at w: Vector, on batch: Batch, rows: [Int32], normalizing: Normalization) -> Evaluation {
    let correct = answer(at: w, on: batch, rows: rows, normalizing: normalizing)
    cost.forwardExamples += rows.count
    return Evaluation(
      loss: exampleLosses[0..<rows.count].reduce(0) { $0 + Double($1) } / Double(rows.count),
      exampleLosses: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(exampleLosses)[0..<rows.count]),
      logits: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(logits)[0..<rows.count * classes]), correct: correct)
  }
}
