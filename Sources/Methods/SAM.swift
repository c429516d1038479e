import Configuration
import Tensors

/// Sharpness-aware minimization: descend with the gradient taken at the approximate worst point within rho of w.
///
///     d = gS if (i - 1) mod period == 0, else g
///
/// Period 1 is SAM, 5 and 10 are the paper's SAM-5 and SAM-10. Iterations are counted over the whole run.
public final class SAM: TrainingMethod {
  public static let name = "sam"
  public static let summary = "Sharpness-aware minimization; with a period k, every k-th iteration (SAM-5, SAM-10)."
  public static let source = Citation(
    "Foret et al.", "Sharpness-Aware Minimization for Efficiently Improving Generalization", 2021,
    equations: "Eqs. 1-4 of Deng et al. 2024")
  public static let revision = 1
  public static let settings: [Setting] = [.rho, .samPeriod(default: 1, from: .paper("4.1 Baselines"))]
  public static let traces = TraceDeclaration.samNorms

  public static func cost(_ settings: Settings, sampledShare: Double) -> Double { 1 + sampledShare }

  private let period: Int
  private let tail: Range<Int>
  private let sam: SAMGradient

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    period = settings.integer("period")
    tail = space.layout.tail
    sam = SAMGradient(rho: settings.number("rho"), space: space)
  }

  public func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord {
    let pass = oracle.gradient(at: w, on: batch, statistics: .update, into: d)  // d = g
    let gNorm = traces.recordSGDNorms(of: d, tail: tail)
    var record = StepRecord(pass, isSampled: isDue(step.i, period: period))
    if record.isSampled {
      record.isDegenerate = !sam.replace(d, norm: gNorm, at: w, on: batch, asking: oracle, recording: traces)  // d = gS
    }
    return record
  }
}
