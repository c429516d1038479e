import Core

/// The outcome of one iteration, derived from the calls of its method.
public struct StepRecord: Sendable {
  /// Training loss of the first pass, at w unless the method asked for its first gradient elsewhere.
  public internal(set) var loss = 0.0
  /// Correct answers of the first pass.
  public internal(set) var correct = 0
  /// Whether a second gradient was computed, on all or part of the batch: the paper's "Sampling number" counts these.
  public internal(set) var isSampled = false
  /// Whether a gradient was zero or not finite, so that nothing was perturbed: a run with such steps is flagged.
  public internal(set) var isDegenerate = false
  /// Whether a pass after the first updated the running statistics of batch norm.
  public internal(set) var movesStatisticsLater = false
}

/// One iteration as a method sees it: the progress of the run, gradients at any weights, random numbers and traces.
///
/// The step observes the calls of the method: the training loss, the sampling number, degenerate iterations and the
/// cost follow from them, so a method cannot misreport them.
public final class Step {
  /// i, 1-based over the whole run, as in Algorithm 1.
  public private(set) var i = 0
  /// e, 0-based.
  public private(set) var epoch = 0
  /// The learning rate as a share of the one that the run starts with.
  public private(set) var rateShare = 1.0
  /// The examples of the iteration, or of one of its micro-batches.
  public private(set) var batch: Batch
  /// The weights w. Only the optimizer moves them; a method requests gradients at other weights instead.
  public let w: Vector
  /// The run that the iteration belongs to.
  public let run: RunContext
  /// The optimizer's momentum m, as the last step left it: zeros before the first. Read it only.
  public let velocity: Vector
  /// The share of m that the optimizer keeps from one step to the next.
  public let momentum: Double

  package private(set) var outcome = StepRecord()
  package var onFirstPass: ((Batch, Evaluation) -> Void)?
  private let oracle: any GradientOracle
  private let recorder: any StepRecorder
  /// Where the first gradient of this batch was written, nil before it.
  private var g: Vector?
  /// The number of examples of the iteration, the position of the batch among them, and its share of them.
  private var total = 0, offset = 0, share = 1.0

  package init(
    at w: Vector, of run: RunContext, velocity: Vector, momentum: Double, asking oracle: any GradientOracle,
    recording recorder: any StepRecorder
  ) {
    (self.w, self.run, self.oracle, self.recorder) = (w, run, oracle, recorder)
    (self.velocity, self.momentum) = (velocity, momentum)
    batch = .none
  }

  /// i / T.
  public var progress: Double { Double(i) / Double(run.iterations) }
  /// The running means and variances of all batch norms after the last step.
  public var statistics: Vector { oracle.statistics }

  package func begin(_ i: Int, epoch: Int, rateShare: Double) {
    (self.i, self.epoch, self.rateShare, outcome) = (i, epoch, rateShare, StepRecord())
  }

  /// Restricts the step to the examples of `range` in the batch of the iteration.
  package func turn(to range: Range<Int>, of whole: Batch) {
    (batch, g, total, offset) = (whole[range], nil, whole.count, range.lowerBound)
    share = Double(range.count) / Double(whole.count)
  }

  /// The gradient on the whole batch, with which every iteration begins; the only pass that always updates the running
  /// statistics of batch norm. Records the norms of g if the method declares them.
  ///
  /// - Parameters:
  ///   - weights: where to compute the gradient, nil for w. The run's training loss and accuracy are those of this pass.
  ///   - tensors: for each entry of the layout, whether to compute its gradient, nil for all; the others are zero and
  ///     free.
  ///   - g: overwritten; keep it unchanged until the second gradient if the method declares the norms of the PSF.
  /// - Returns: losses and scores, valid until the next pass.
  @discardableResult
  public func firstGradient(
    at weights: Vector? = nil, objective: Objective = .crossEntropy, tensors: [Bool]? = nil, into g: Vector
  ) -> Evaluation {
    precondition(self.g == nil, "Step.firstGradient: called twice in iteration \(i)")
    self.g = g
    let pass = oracle.gradient(
      at: weights ?? w, on: batch, objective: objective, statistics: .update, rows: nil, tensors: tensors, into: g)
    onFirstPass?(batch, pass)
    outcome.loss += share * pass.loss
    outcome.correct += pass.correct
    if recorder.isDeclared(.sgdNorm) { record(.sgdNorm, norm(g)) }
    if recorder.isDeclared(.sgdTailNorm) { record(.sgdTailNorm, norm(g, in: oracle.space.layout.tail)) }
    return pass
  }

  /// A later gradient of the iteration, at any weights; it makes the iteration a sampled one. Records its loss, if it is
  /// that of the whole batch, and the norms of the PSF, the difference from the first gradient, if the method declares
  /// them.
  ///
  /// - Parameter rows: positions in the batch to use, nil for all; batch statistics are those of the rows.
  @discardableResult
  public func gradient(
    at weights: Vector, statistics: StatisticsUpdate, rows: [Int32]? = nil, into d: Vector
  ) -> Evaluation {
    guard let g else { preconditionFailure("Step.gradient: called before firstGradient in iteration \(i)") }
    outcome.isSampled = true
    if statistics == .update { outcome.movesStatisticsLater = true }
    let pass = oracle.gradient(
      at: weights, on: batch, objective: .crossEntropy, statistics: statistics, rows: rows, tensors: nil, into: d)
    precondition(d !== g || !recorder.isDeclared(.psfNorm), "Step.gradient: the PSF needs g and gS in two vectors")
    if recorder.isDeclared(.psfNorm) { record(.psfNorm, norm(d - g)) }
    if rows == nil, recorder.isDeclared(.perturbedLoss) { record(.perturbedLoss, pass.loss) }
    if recorder.isDeclared(.psfTailNorm) { record(.psfTailNorm, norm(d - g, in: oracle.space.layout.tail)) }
    return pass
  }

  /// A forward pass on the batch at any weights.
  public func evaluate(at weights: Vector, normalizing: Normalization) -> Evaluation {
    if case .batch(.update) = normalizing { outcome.movesStatisticsLater = true }
    return oracle.evaluate(at: weights, on: batch, normalizing: normalizing)
  }

  /// Sets `wHat = w + radius * g / (norm(g) + 1e-12)`, Eq. 2, with one global norm; the guard is that of davda54/sam
  /// `sam.py`. If the norm is zero or not finite, `wHat = w` and the iteration counts as degenerate.
  ///
  /// - Parameter length: used instead of norm(g); nil for norm(g).
  public func perturb(along g: Vector, by radius: Double, over length: Double? = nil, into wHat: Vector) {
    let length = length ?? norm(g)
    guard length > 0, length.isFinite else {
      outcome.isDegenerate = true
      return wHat.assign(w)
    }
    wHat.assign(w + Float(radius / (length + 1e-12)) * g)
  }

  /// A number from [0, 1) that depends on the run's seed and the iteration alone. An audited run stores it.
  public func uniform(_ decision: Decision) -> Double {
    var stream = RandomStream(seed: run.seed, purpose: .sampling, index: i)
    let number = stream.uniform()
    recorder.keep(decision, number)
    return number
  }

  /// Draws a mask whose elements are true with probability `share`. An audited run stores it.
  public func mask(_ decision: Decision, keeping share: Double, into mask: inout [Bool]) {
    drawMask(&mask, keeping: share, seed: run.seed, index: i, pool: w.pool)
    recorder.keep(decision, mask, at: 0, of: mask.count)
  }

  /// `count` randomly drawn positions of the batch, ascending.
  public func randomRows(_ count: Int) -> [Int32] {
    var stream = RandomStream(seed: run.seed, purpose: .selection, epoch: offset, index: i)
    return stream.permutation(of: batch.count).prefix(count).sorted()
  }

  /// Stores which examples of the batch were selected, if the run is audited; nil means all.
  public func keep(_ decision: Decision, rows: [Int32]?) {
    recorder.keep(decision, (0..<Int32(batch.count)).map { rows?.contains($0) ?? true }, at: offset, of: total)
  }

  /// Records the cosine between a vector for reuse and the one that it replaces, and the age of the latter in
  /// iterations. Nothing is recorded if one of them is zero.
  func recordReuse(of old: Vector, replacedBy new: Vector, age: Int) {
    let lengths = norm(old) * norm(new)
    guard lengths > 0 else { return }
    record(.reuseCosine, old.dot(new) / lengths)
    record(.reuseAge, Double(age))
  }

  /// Records one value of a trace that the method declares; over micro-batches, the mean of their values.
  public func record(_ trace: Trace, _ value: Double) {
    recorder.record(trace, share * value, adding: offset > 0)
  }
}
