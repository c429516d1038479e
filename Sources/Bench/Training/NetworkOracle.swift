import Core
import Kernels
import Methods
import Networks

/// An oracle that also differentiates in evaluation mode, for probes. Methods do not need it.
package protocol EvaluationOracle: GradientOracle {
  /// Gradient of the mean cross-entropy at `w`, normalized as asked. Running statistics are constants.
  ///
  /// - Parameter g: overwritten with the gradient; must not be `w`.
  func gradient(at w: Vector, on batch: Batch, normalizing: Normalization, into g: Vector) -> Evaluation
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
  private var selection: Selection?

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
    precondition(g !== w, "NetworkOracle.gradient: the gradient may not overwrite the weights")
    let batch = rows.map { select($0, of: batch) } ?? batch
    let running: MutableFloats? = if case .update = update { statistics.elements.baseAddress! } else { nil }
    let evaluation = forward(at: w, batch, mode: .batch(updating: running))
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
    network.backward(at: w, count: batch.count, wanted: tensors, into: g)
    cost.gradients += 1
    cost.backwardExamples += batch.count
    if let tensors {
      let skipped = zip(network.multiplyAddsByEntry, tensors).reduce(0) { $0 + ($1.1 ? 0 : $1.0) }
      cost.skippedWeightExamples += Double(batch.count) * Double(skipped) / Double(network.multiplyAdds)
    }
    return evaluation
  }

  package func gradient(at w: Vector, on batch: Batch, normalizing: Normalization, into g: Vector) -> Evaluation {
    precondition(g !== w, "NetworkOracle.gradient: the gradient may not overwrite the weights")
    let mode = mode(normalizing)
    let evaluation = forward(at: w, batch, mode: mode)
    crossEntropyBackward(
      evaluation.logits.baseAddress!, labels: batch.labels.baseAddress!, count: batch.count, classes: network.classes,
      into: network.logitsGradient)
    network.backward(at: w, count: batch.count, mode: mode, into: g)
    cost.gradients += 1
    cost.backwardExamples += batch.count
    return evaluation
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

  /// Resets the count: passes on the test set are not part of a method's cost.
  func restore(cost: Cost) { self.cost = cost }

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
    let selection = self.selection ?? Selection(capacity: network.batch, imageCount: batch.images.count / batch.count)
    self.selection = selection
    return selection.fill(rows, of: batch)
  }
}

/// Copies of some examples of a batch.
private final class Selection {
  private let images: UnsafeMutableBufferPointer<Float>
  private let labels: UnsafeMutableBufferPointer<Int32>
  private let samples: UnsafeMutableBufferPointer<Int32>
  private let imageCount: Int

  init(capacity: Int, imageCount: Int) {
    self.imageCount = imageCount
    images = .allocate(capacity: capacity * imageCount + loadSlack)
    images.initialize(repeating: 0)
    labels = .allocate(capacity: capacity)
    samples = .allocate(capacity: capacity)
  }

  deinit {
    images.deallocate()
    labels.deallocate()
    samples.deallocate()
  }

  func fill(_ rows: [Int32], of batch: Batch) -> Batch {
    for (k, row) in rows.enumerated() {
      let source = batch.images.baseAddress! + Int(row) * imageCount
      (images.baseAddress! + k * imageCount).update(from: source, count: imageCount)
      labels[k] = batch.labels[Int(row)]
      samples[k] = batch.samples[Int(row)]
    }
    return Batch(
      images: UnsafeBufferPointer(rebasing: images[0..<rows.count * imageCount]),
      labels: UnsafeBufferPointer(rebasing: labels[0..<rows.count]),
      samples: UnsafeBufferPointer(rebasing: samples[0..<rows.count]))
  }
}
