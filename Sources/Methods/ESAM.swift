import Configuration
import Tensors

/// ESAM: SAM on every iteration, made cheaper twice. SWP perturbs only a random part of the weights; SDS takes the
/// second gradient only on the examples whose loss the perturbation raised most.
///
///     SWP:  z = 1 with probability beta, per tensor or per weight
///           wHat = w + rho / beta * (z * g) / norm(z * g)
///     SDS:  s_k = l(wHat; x_k) - l(w; x_k)           both with the batch statistics of the full batch
///           d = grad over the floor(gamma * n) examples with the largest s_k, at wHat
///
/// Masks per tensor are the form of the authors' code, and the one that saves time: an unsampled tensor's weight
/// gradient is never computed. Masks per weight are the paper's form. Beta = gamma = 1 is SAM.
///
/// The pass that chose the examples does not serve as their forward pass. That would spare gamma / 3 of a gradient (a limit
/// of 130 instead of 118 % of SAM at beta 0.6 and gamma 0.5), but it normalised with the whole batch: its gradient runs
/// through the statistics of examples that were not chosen, where the authors' code forwards the subset by itself.
///
/// Unlike the authors' code: the norm's guard is SAM's 1e-12, not 1e-7; statistics stay frozen in the later passes, unless
/// `later_statistics` says otherwise; and the subset has exactly floor(gamma * n) examples, where a strict comparison with
/// the q-th largest gives q - 1.
public final class ESAM: TrainingMethod {
  public static let name = "esam"
  public static let summary = "ESAM: perturbs a random part of the weights, second gradient on the most raised losses."
  public static let source = Citation(
    "Du et al.", "Efficient Sharpness-aware Minimization for Improved Training of Neural Networks", 2022)
  public static let revision = 1
  public static let settings: [Setting] = [
    .rho,
    Setting(
      "beta", .number(0...1, openBelow: true), default: 0.6, "probability that a tensor or weight is perturbed (SWP)",
      from: .code("dydjw9/Efficient_SAM run.sh: 0.6 for ResNet-18, 0.5 for WRN-28-10 and PyramidNet-110")),
    Setting(
      "gamma", .number(0...1, openBelow: true), default: 0.5, "share of the examples in the second gradient (SDS)",
      from: .code("dydjw9/Efficient_SAM run.sh")),
    Setting(
      "masks", .choice(["tensor", "weight"]), default: "tensor", "what one mask draw covers",
      from: .code("dydjw9/Efficient_SAM utils/Esam.py; the ESAM paper masks single weights")),
    Setting(
      "later_statistics", .choice(["freeze", "update"]), default: "freeze",
      "whether the passes at wHat move the running statistics of batch norm",
      from: .code("davda54/sam example/utility/bypass_bn.py; update is dydjw9/Efficient_SAM utils/Esam.py")),
  ]
  public static let traces = [
    TraceDeclaration("l2_masked", unit: "1", "Euclidean norm of the part of g that perturbs")
  ]
  public static let decisions = [
    DecisionDeclaration("masks", "SWP: 1 where a tensor or weight is perturbed, in the order of the flat vector"),
    DecisionDeclaration("selected", "SDS: 1 for the examples of the batch in the second gradient, by position"),
  ]

  public static func cost(_ settings: Settings, sampledShare: Double) -> Double {
    let beta = settings.number("beta"), gamma = settings.number("gamma")
    let skippedWeightGradients = settings.text("masks") == "tensor" ? (1 - beta) / 3 : 0
    let forward = gamma < 1 ? 1.0 / 3 : 0
    return 1 - skippedWeightGradients + forward + gamma
  }

  private let rho, beta, gamma: Double
  private let masksTensors: Bool
  private let laterStatistics: StatisticsUpdate
  private let seed: UInt64
  private let wHat: Vector
  private var isWanted: [Bool]
  private var losses: [Float] = []

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    rho = settings.number("rho")
    beta = settings.number("beta")
    gamma = settings.number("gamma")
    masksTensors = settings.text("masks") == "tensor"
    laterStatistics = settings.text("later_statistics") == "update" ? .update : .freeze
    seed = run.seed
    wHat = space.zeros()
    isWanted = Array(repeating: true, count: space.layout.entries.count)
    losses.reserveCapacity(run.batchSize)
  }

  public func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord {
    if masksTensors {
      drawTensors(step.i)
      traces.decide("masks", isWanted)
    } else {
      traces.decide("masks", weightMask(step.i))
    }
    let pass = oracle.gradient(
      at: w, on: batch, objective: .crossEntropy, statistics: .update, rows: nil,
      tensors: masksTensors && beta < 1 ? isWanted : nil, into: d)  // d = z * g
    var record = StepRecord(pass, isSampled: true)
    losses.replaceSubrange(0..., with: pass.exampleLosses)
    if !masksTensors && beta < 1 { maskWeights(of: d, step.i) }
    let maskedNorm = norm(d)
    traces.record("l2_masked", maskedNorm)
    let isPerturbed = perturb(w, by: rho / beta, along: d, norm: maskedNorm, into: wHat)
    record.isDegenerate = !isPerturbed && isWanted.contains(true)

    let count = max(1, Int(gamma * Double(batch.count)))
    var rows: [Int32]?
    if count < batch.count {
      let raised = oracle.evaluate(at: wHat, on: batch, normalizing: .batch(laterStatistics))
      rows = mostRaised(from: losses, to: raised.exampleLosses, count: count)
    }
    traces.decide("selected", (0..<Int32(batch.count)).map { rows?.contains($0) ?? true })
    _ = oracle.gradient(
      at: wHat, on: batch, objective: .crossEntropy, statistics: laterStatistics, rows: rows, tensors: nil, into: d)
    return record
  }

  /// One draw per tensor, in the order of the layout.
  private func drawTensors(_ i: Int) {
    var stream = RandomStream(seed: seed, purpose: .masks, index: i)
    for tensor in isWanted.indices { isWanted[tensor] = stream.uniform() < beta }
  }

  /// One draw per weight. Each block has its own stream, so the mask does not depend on the number of workers.
  private func maskWeights(of g: Vector, _ i: Int) {
    let (x, seed, beta) = (g.elements.baseAddress!, self.seed, self.beta)
    g.forEachBlock { block in
      var stream = ESAM.maskStream(seed, block, i)
      for k in block where stream.uniform() >= beta { x[k] = 0 }
    }
  }

  private static func maskStream(_ seed: UInt64, _ block: Range<Int>, _ i: Int) -> RandomStream {
    RandomStream(seed: seed, purpose: .masks, epoch: block.lowerBound, index: i)
  }

  /// The draws of `maskWeights` once more, for an audit.
  private func weightMask(_ i: Int) -> [Bool] {
    [Bool](unsafeUninitializedCapacity: wHat.count) { mask, count in
      let (z, seed, beta) = (mask.baseAddress!, self.seed, self.beta)
      wHat.forEachBlock { block in
        var stream = ESAM.maskStream(seed, block, i)
        for k in block { z[k] = stream.uniform() < beta }
      }
      count = wHat.count
    }
  }
}

/// SDS: positions of the `count` examples whose loss rose most, ascending. Ties go to the earlier example.
func mostRaised(from before: [Float], to after: UnsafeBufferPointer<Float>, count: Int) -> [Int32] {
  precondition(before.count == after.count, "mostRaised: \(before.count) losses before, \(after.count) after")
  let rises = before.indices.map { after[$0] - before[$0] }
  let order = rises.indices.sorted { rises[$0] != rises[$1] ? rises[$0] > rises[$1] : $0 < $1 }
  return order.prefix(count).map(Int32.init).sorted()
}
