import Configuration
import Core

/// ESAM makes every SAM iteration cheaper in two ways: SWP perturbs only a random part of the weights; SDS takes the
/// second gradient only on the examples whose loss the perturbation raised most.
///
///     SWP:  z = 1 with probability beta, per tensor or per weight
///           wHat = w + rho / beta * (z * g) / norm(z * g)
///     SDS:  s_k = l(wHat; x_k) - l(w; x_k)           both with the batch statistics of the full batch
///           d = grad over the floor(gamma * n) examples with the largest s_k, at wHat
///
/// Masks per tensor are the form of the authors' code, and the one that saves time: an unsampled tensor's weight
/// gradient is never computed. Masks per weight are the paper's form. Beta = gamma = 1 is SAM. The authors' settings
/// run on replicas that perturb and select among their own 64 examples: `micro_batch: 64`. A `random` selection is a
/// control.
///
/// The pass that selects the examples is not reused as their forward pass. Reuse would save gamma / 3 of a gradient (a
/// limit of 130 instead of 118 % of SAM at beta 0.6 and gamma 0.5), but that pass is normalized with the whole batch,
/// so its gradient depends on the statistics of examples that were not selected. The authors' code forwards the subset
/// alone.
///
/// Differences from the authors' code: the guard of the norm is SAM's 1e-12, not 1e-7; statistics stay frozen in the
/// later passes unless `later_statistics` is `update`; and the subset has exactly floor(gamma * n) examples, where a
/// strict comparison with the q-th largest gives q - 1.
///
/// Defaults: `{name: esam, rho: 0.05, beta: 0.6, gamma: 0.5, masks: tensor, later_statistics: freeze, selection: rise,
/// micro_batch: 0}`
///
/// Reference: Du et al. 2022, arXiv 2110.03141.
public final class ESAM: TrainingMethod {
  enum Masks: String, CaseIterable, SettingContent { case tensor, weight }
  /// How SDS selects the examples.
  enum Selection: String, CaseIterable, SettingContent { case rise, random }

  public static let name = "esam"
  public static let summary = "ESAM: perturbs a random part of the weights; second gradient where the loss rose most."
  public static let source = Citation(
    "Du et al.", "Efficient Sharpness-aware Minimization for Improved Training of Neural Networks", 2022)
  public static let revision = 1
  static let beta = Setting(
    "beta", default: 0.6, positiveUpTo: 1, "probability that a tensor or weight is perturbed (SWP)",
    from: .code("dydjw9/Efficient_SAM run.sh: 0.6 for ResNet-18, 0.5 for WRN-28-10 and PyramidNet-110"))
  static let gamma = Setting(
    "gamma", default: 0.5, positiveUpTo: 1, "share of the examples in the second gradient (SDS)",
    from: .code("dydjw9/Efficient_SAM run.sh"))
  static let masks = Setting(
    "masks", default: Masks.tensor, "scope of one random draw of a mask",
    from: .code("dydjw9/Efficient_SAM utils/Esam.py; the ESAM paper masks single weights"))
  static let laterStatistics = Setting(
    "later_statistics", default: StatisticsUpdate.freeze,
    "whether the passes at wHat update the running statistics of batch norm",
    from: .code("davda54/sam example/utility/bypass_bn.py; update is dydjw9/Efficient_SAM utils/Esam.py"))
  static let selection = Setting(
    "selection", default: Selection.rise, "how SDS selects: by the rise of the loss, or at random as a control",
    from: .paper("Du et al.")
  ).addedLater
  public static let settings: [any SettingKey] = [
    rho, beta, gamma, masks, laterStatistics, selection, microBatchSize,
  ]
  public static var microBatch: Setting<Int>? { microBatchSize }

  private static let maskedNorm = Trace("l2_masked", unit: "1", "Euclidean norm of the masked part of g")
  public static let traces = [maskedNorm, Trace.perturbedLoss]
  private static let mask = Decision(
    "masks", "SWP: 1 where a tensor or weight is perturbed, in the order of the flat vector")
  private static let selected = Decision(
    "selected", "SDS: 1 for the examples of the batch in the second gradient, by position")
  public static let decisions = [mask, selected]

  public static func plannedCost(_ settings: Settings, sampledShare: Double) -> Double {
    let skippedWeightGradients = settings[masks] == .tensor ? (1 - settings[beta]) / 3 : 0
    let forward = settings[gamma] < 1 && settings[selection] == .rise ? 1.0 / 3 : 0
    return 1 - skippedWeightGradients + forward + settings[gamma]
  }

  private let rho, beta, gamma: Double
  private let selection: Selection
  private let later: StatisticsUpdate
  private let wHat: Vector
  /// Whether z has one element per tensor (gradients of the other tensors are not computed), or one per weight.
  private let masksTensors: Bool
  private var z: [Bool]
  private var losses: [Float] = []

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    (rho, beta, gamma) = (settings[Self.rho], settings[Self.beta], settings[Self.gamma])
    (selection, later) = (settings[Self.selection], settings[Self.laterStatistics])
    wHat = space.zeros()
    masksTensors = settings[Self.masks] == .tensor
    z = Array(repeating: true, count: masksTensors ? space.layout.entries.count : space.layout.count)
    losses.reserveCapacity(run.batchSize)
  }

  public func direction(_ step: Step, into d: Vector) {
    step.mask(Self.mask, keeping: beta, into: &z)  // SWP
    let first = step.firstGradient(tensors: masksTensors && beta < 1 ? z : nil, into: d)
    losses.replaceSubrange(0..., with: first.exampleLosses)
    if !masksTensors { d.keep(z) }  // d = z * g
    step.record(Self.maskedNorm, norm(d))
    step.perturb(along: d, by: rho / beta, into: wHat)
    let rows = selectedRows(step)  // SDS
    step.keep(Self.selected, rows: rows)
    step.gradient(at: wHat, statistics: later, rows: rows, into: d)
  }

  /// Positions of the examples of the second gradient; nil for all.
  private func selectedRows(_ step: Step) -> [Int32]? {
    let n = step.batch.count
    let count = max(1, Int(gamma * Double(n)))
    if count == n { return nil }
    if selection == .random { return step.randomRows(count) }
    let raised = step.evaluate(at: wHat, normalizing: .batch(later))
    step.record(.perturbedLoss, raised.loss)
    return mostRaised(from: losses, to: raised.exampleLosses, count: count)
  }
}

/// SDS: positions of the `count` examples whose loss rose most, ascending. Ties go to the earlier example.
func mostRaised(from before: [Float], to after: UnsafeBufferPointer<Float>, count: Int) -> [Int32] {
  precondition(before.count == after.count, "mostRaised: \(before.count) losses before, \(after.count) after")
  let rises = before.indices.map { after[$0] - before[$0] }
  let order = rises.indices.sorted { rises[$0] != rises[$1] ? rises[$0] > rises[$1] : $0 < $1 }
  return order.prefix(count).map(Int32.init).sorted()
}
