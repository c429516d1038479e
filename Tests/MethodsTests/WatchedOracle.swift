import Core
import Methods

/// Forwards every call and records it.
package final class WatchedOracle: GradientOracle {
  /// One call, with copies of its arguments and of the resulting scores.
  package struct Call {
    package var hasGradient, movesStatistics: Bool
    package var weights: [Float]
    package var rows: [Int32]?
    package var tensors: [Bool]?
    /// The trajectory target; nil if there was none.
    package var target: [Float]?
    /// The running statistics passed in; nil if the batch's own were used.
    package var running: [Float]?
    package var logits: [Float]
    package var gradient: [Float]
  }

  package private(set) var calls: [Call] = []
  private let inner: any GradientOracle

  package init(_ inner: any GradientOracle) { self.inner = inner }

  package func forget() { calls = [] }

  package var space: ParameterSpace { inner.space }
  package var statistics: Vector { inner.statistics }
  package var cost: Cost { inner.cost }

  package func gradient(
    at w: Vector, on batch: Batch, objective: Objective, statistics: StatisticsUpdate, rows: [Int32]?,
    tensors: [Bool]?, into g: Vector
  ) -> Evaluation {
    let evaluation = inner.gradient(
      at: w, on: batch, objective: objective, statistics: statistics, rows: rows, tensors: tensors, into: g)
    calls.append(
      Call(
        hasGradient: true, movesStatistics: statistics == .update, weights: Array(w.readOnly), rows: rows,
        tensors: tensors,
        target: objective.trajectory.map { Array($0.target) }, running: nil, logits: Array(evaluation.logits),
        gradient: Array(g.readOnly)))
    return evaluation
  }

  package func evaluate(at w: Vector, on batch: Batch, normalizing: Normalization) -> Evaluation {
    let evaluation = inner.evaluate(at: w, on: batch, normalizing: normalizing)
    var running: [Float]?
    var moves = false
    switch normalizing {
    case .running(let statistics): running = Array(statistics.readOnly)
    case .batch(let update): moves = update == .update
    }
    calls.append(
      Call(
        hasGradient: false, movesStatistics: moves, weights: Array(w.readOnly), rows: nil, tensors: nil, target: nil,
        running: running,
        logits: Array(evaluation.logits), gradient: []))
    return evaluation
  }
}
