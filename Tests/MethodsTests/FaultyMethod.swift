import Configuration
import Methods
import Tensors

/// SAM along the running mean of the gradients, with one fault of choice.
final class FaultyMethod: TrainingMethod {
  static let name = "faulty"
  static let summary = "Holds every law but one."
  static let source = Citation("Nobody", "Nowhere", 2026)
  static let revision = 1
  static let settings = [
    Setting(
      "fault",
      .choice([
        "none", "moves-w", "hides-gradient", "updates-twice", "overcharges", "keeps-silent", "normalises",
        "hides-degenerate", "counts-looks", "forgets", "counts-workers", "climbs",
      ]), default: "none", "what it does wrong", from: .assumed("for tests"))
  ]
  static let traces: [TraceDeclaration] = [.sgdNorm]

  static func cost(_ settings: Settings, sampledShare: Double) -> Double {
    settings.text("fault") == "overcharges" ? 4 : 1 + sampledShare
  }

  private let fault: String
  private let workers: Int
  private let mean, wHat: Vector
  private var looks = 0

  init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    fault = settings.text("fault")
    workers = space.pool.workers
    (mean, wHat) = (space.zeros(), space.zeros())
  }

  func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord {
    let pass = oracle.gradient(at: w, on: batch, statistics: .update, into: d)
    var record = StepRecord(pass, isSampled: fault != "hides-gradient")
    if fault != "keeps-silent" { traces.record("l2_sgd", norm(d)) }
    mean.assign(Float(0.9) * mean + Float(0.1) * d)
    let isPerturbed = perturb(w, by: 0.05, along: mean, norm: norm(mean), into: wHat)
    record.isDegenerate = !isPerturbed && fault != "hides-degenerate"
    _ = oracle.gradient(at: wHat, on: batch, statistics: fault == "updates-twice" ? .update : .freeze, into: d)
    switch fault {
    case "moves-w": w[0] += 0.001
    case "normalises": d.assign(Float(1 / norm(d)) * d)
    case "counts-workers": d.assign(Float(workers) * d)
    case "climbs": d.assign(-1 * d)
    default: break
    }
    return record
  }

  func visitState(_ visitor: inout some StateVisitor) throws {
    if fault == "counts-looks" { looks += 1 }
    try visitor.value("looks", &looks)
    if fault != "forgets" { try visitor.vector("mean", mean) }
  }
}

/// Says nothing about itself and takes any number.
final class UndeclaredMethod: TrainingMethod {
  static let name = "undeclared"
  static let summary = ""
  static let source = Citation("Nobody", "Nowhere", 2026)
  static let revision = 1
  static let settings = [
    Setting(
      "anything", .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude), default: 0, "any number",
      from: .assumed("for tests"))
  ]

  static func cost(_ settings: Settings, sampledShare: Double) -> Double { 1 }

  init(_ settings: Settings, space: ParameterSpace, run: RunContext) {}

  func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord {
    StepRecord(oracle.gradient(at: w, on: batch, statistics: .update, into: d), isSampled: false)
  }
}
