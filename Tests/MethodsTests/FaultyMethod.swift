import Configuration
import Core
import Methods

/// SAM along the running mean of the gradients, with one selectable fault.
final class FaultyMethod: TrainingMethod {
  enum Fault: String, CaseIterable, SettingContent {
    case none, overcharges, normalizes, forgets, climbs
    case movesW = "moves-w"
    case updatesTwice = "updates-twice"
    case updatesLooking = "updates-looking"
    case keepsSilent = "keeps-silent"
    case perturbsAlone = "perturbs-alone"
    case hidesDivergence = "hides-divergence"
    case countsLooks = "counts-looks"
    case countsWorkers = "counts-workers"
  }

  static let name = "faulty"
  static let summary = "Satisfies every law but one."
  static let source = Citation("No authors", "No title", 2026)
  static let revision = 1
  static let fault = Setting("fault", default: Fault.none, "what it does wrong", from: .assumed("for tests"))
  static let settings: [any SettingKey] = [fault]
  static let traces = [meanNorm]
  private static let meanNorm = Trace("l2_mean", unit: "1", "norm of the running mean")

  static func plannedCost(_ settings: Settings, sampledShare: Double) -> Double {
    settings[fault] == .overcharges ? 4 : 1 + sampledShare
  }

  private let fault: Fault
  private let mean, wHat: Vector
  private var looks = 0

  init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    fault = settings[Self.fault]
    (mean, wHat) = (space.zeros(), space.zeros())
  }

  func direction(_ step: Step, into d: Vector) {
    step.firstGradient(into: d)
    mean.assign(Float(0.9) * mean + Float(0.1) * d)
    if fault != .keepsSilent { step.record(Self.meanNorm, norm(mean)) }
    if fault == .perturbsAlone { wHat.assign(step.w) } else { step.perturb(along: mean, by: 0.05, into: wHat) }
    if fault == .updatesLooking { _ = step.evaluate(at: wHat, normalizing: .batch(.update)) }
    step.gradient(at: wHat, statistics: fault == .updatesTwice ? .update : .freeze, into: d)
    switch fault {
    case .movesW: step.w[0] += 0.001
    case .normalizes: d.assign(Float(1 / norm(d)) * d)
    case .hidesDivergence: if !norm(d).isFinite { d.assign(0) }
    case .countsWorkers: d.assign(Float(d.pool.workers) * d)
    case .climbs: d.assign(-1 * d)
    default: break
    }
  }

  func visitState(_ visitor: inout some StateVisitor) throws {
    if fault == .countsLooks { looks += 1 }
    try visitor.value("looks", &looks)
    if fault != .forgets { try visitor.vector("mean", mean) }
  }
}

/// Declares nothing about itself and accepts any number.
final class UndeclaredMethod: TrainingMethod {
  static let name = "undeclared"
  static let summary = ""
  static let source = Citation("No authors", "No title", 2026)
  static let revision = 1
  static let settings: [any SettingKey] = [
    Setting(
      "anything", default: 0, in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude, "any number",
      from: .assumed("for tests"))
  ]

  init(_ settings: Settings, space: ParameterSpace, run: RunContext) {}

  func direction(_ step: Step, into d: Vector) { step.firstGradient(into: d) }
}
