import Core
import Datasets
import Kernels
import Methods
import Networks

/// An oracle that also differentiates in evaluation mode, for probes. Methods do not need it.
package protocol EvaluationOracle: GradientOracle {
  /// Gradient of the mean cross-entropy at `w`, normalized as asked. Running statistics are constants.
  ///
  /// - Parameter g: overwritten with the gradient; must not be `w`.
  func gradient(at w: Vector, on batch: Batch, normalizing: Normalization, into g: Vector) -> Evaluation

  /// Calls `body`. Until it returns, every ReLU lets those values through that are positive at `w`, in all passes, which
  /// must have this batch: the loss is smooth. One forward pass.
  func holdingGates(at w: Vector, on batch: Batch, normalizing: Normalization, _ body: () -> Void)
}

/// Evaluates gradients and losses for a method with a planned network.
public final class NetworkOracle: GradientOracle, EvaluationOracle {
  public let statistics: Vector
  public private(set) var cost = Cost()
  package let network: Network
  /// Results of the softmax, `[batch]` and `[batch, classes]`.
  private let losses: UnsafeMutableBufferPointer<Float>
  private let logits: UnsafeMutableBufferPointer<Float>
  /// The images and labels of a sub-batch, allocated on first use.
  private var selection: BatchBuffer?

  public var space: ParameterSpace { network.space }

  package init(_ network: Network) {
    self.network = network
    statistics = Vector(count: network.statisticsCount, pool: network.space.pool)
    losses = .allocate(capacity: network.batch)
    logits = .allocate(capacity: network.batch * network.classes)
  }

  deinit {
    losses.deallocate()
    logits.deallocate()
  }

  public func gradient(
    at w: Vector, on batch: Batch, objective: Objective, statistics update: StatisticsUpdate, rows: [Int32]?,
    tensors: [Bool]?, into g: Vector
  ) -> Evaluation {
    gradient(
      at: w, on: rows.map { select($0, of: batch) } ?? batch, objective, mode(.batch(update)), tensors, into: g)
  }

  package func gradient(at w: Vector, on batch: Batch, normalizing: Normalization, into g: Vector) -> Evaluation {
    gradient(at: w, on: batch, .crossEntropy, mode(normalizing), nil, into: g)
  }

  private func gradient(
    at w: Vector, on batch: Batch, _ objective: Objective, _ mode: StatisticsMode, _ tensors: [Bool]?, into g: Vector
  ) -> Evaluation {
    precondition(g !== w, "NetworkOracle.gradient: the gradient may not overwrite the weights")
    let evaluation = forward(at: w, batch, mode: mode)
    let dlogits = network.logitsGradient
    let scores = evaluation.logits.baseAddress!
    crossEntropyBackward(
      scores, labels: batch.labels.baseAddress!, count: batch.count, classes: network.classes, into: dlogits)
    if let trajectory = objective.trajectory, trajectory.weight > 0 {
      precondition(
        trajectory.target.count == batch.count * network.classes, "NetworkOracle.gradient: target must be [n, classes]")
      trajectoryBackward(
        scores, target: trajectory.target.baseAddress!, count: batch.count, classes: network.classes,
        temperature: trajectory.temperature, weight: trajectory.weight, addingTo: dlogits)
    }
    network.backward(at: w, count: batch.count, mode: mode, wanted: tensors, into: g)
    cost.gradients += 1
    cost.backwardExamples += batch.count
    if let tensors {
      let skipped = zip(network.multiplyAddsByEntry, tensors).reduce(0) { $0 + ($1.1 ? 0 : $1.0) }
      cost.skippedWeightExamples += Double(batch.count) * Double(skipped) / Double(network.multiplyAdds)
    }
    return evaluation
  }

  package func holdingGates(at w: Vector, on batch: Batch, normalizing: Normalization, _ body: () -> Void) {
    precondition(network.isGated, "NetworkOracle.holdingGates: the network was not planned with gates")
    _ = evaluate(at: w, on: batch, normalizing: normalizing)
    network.holdsGates = true
    body()
    network.holdsGates = false
  }

  public func evaluate(at w: Vector, on batch: Batch, normalizing: Normalization) -> Evaluation {
    forward(at: w, batch, mode: mode(normalizing))
  }

  private func mode(_ normalizing: Normalization) -> StatisticsMode {
    switch normalizing {
    case .batch(.freeze): .batch(updating: nil)
    case .batch(.update): .batch(updating: statistics.elements.baseAddress!)
    case .running(let statistics): .running(statistics.elements.baseAddress!)
    }
  }

  /// Mean loss in nats and percent correct over images, in evaluation mode. Not part of a method's cost.
  ///
  /// - Parameter inspect: receives each batch with its scores.
  func evaluate(
    at w: Vector, on images: EvaluationBatches, statistics: Vector, inspecting inspect: (Batch, Evaluation) -> Void
  ) -> (loss: Double, accuracy: Double) {
    let before = cost
    var (loss, correct, count) = (0.0, 0, 0)
    for b in 0..<images.count {
      let batch = images.batch(b)
      let evaluation = evaluate(at: w, on: batch, normalizing: .running(statistics))
      loss += evaluation.loss * Double(batch.count)
      correct += evaluation.correct
      count += batch.count
      inspect(batch, evaluation)
    }
    cost = before
    return (loss / Double(count), 100 * Double(correct) / Double(count))
  }

  func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.vector("statistics", statistics)
    try visitor.value("cost", &cost)
  }

  private func forward(at w: Vector, _ batch: Batch, mode: StatisticsMode) -> Evaluation {
    let (n, classes) = (batch.count, network.classes)
    let scores = network.forward(at: w, images: batch.images.baseAddress!, count: n, mode: mode)
    logits.baseAddress!.update(from: scores, count: n * classes)
    let correct = crossEntropyForward(
      scores, labels: batch.labels.baseAddress!, count: n, classes: classes, losses: losses.baseAddress!)
    cost.forwardExamples += n
    var sum = 0.0
    for k in 0..<n { sum += Double(losses[k]) }
    return Evaluation(
      loss: sum / Double(n), exampleLosses: UnsafeBufferPointer(rebasing: losses[0..<n]),
      logits: UnsafeBufferPointer(rebasing: logits[0..<n * classes]), correct: correct)
  }

  private func select(_ rows: [Int32], of batch: Batch) -> Batch {
    precondition(!rows.isEmpty && rows.count <= network.batch, "NetworkOracle: \(rows.count) rows of \(batch.count)")
    let selection =
      self.selection ?? BatchBuffer(capacity: network.batch, imageSize: batch.images.count / batch.count)
    self.selection = selection
    return selection.copy(rows, of: batch)
  }
}
