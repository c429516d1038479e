import Configuration
import Tensors

/// AE-SAM: SAM where the landscape is sharp, SGD elsewhere; sharp is what `SharpnessTest` finds in norm(g)^2.
///
///     d = gS where sharp, else g
public final class AESAM: TrainingMethod {
  public static let name = "ae-sam"
  public static let summary = "AE-SAM: SAM where the squared gradient norm is high against its running mean."
  public static let source = Citation(
    "Jiang et al.", "An Adaptive Policy to Employ Sharpness-Aware Minimization", 2023)
  public static let revision = 1
  public static let settings =
    [Setting.rho]
    + SharpnessTest.settings(
      lambda1: -1, lambda2: 1,
      from: .derived("a symmetric signal is then sharp half of the time, as Table 3's sampling numbers say"))
  public static let traces = TraceDeclaration.samNorms + SharpnessTest.traces

  public static func cost(_ settings: Settings, sampledShare: Double) -> Double { 1 + sampledShare }

  private let tail: Range<Int>
  private let sam: SAMGradient
  private var test: SharpnessTest

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    tail = space.layout.tail
    sam = SAMGradient(rho: settings.number("rho"), space: space)
    test = SharpnessTest(settings)
  }

  public func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord {
    let pass = oracle.gradient(at: w, on: batch, statistics: .update, into: d)  // d = g
    let gNorm = traces.recordSGDNorms(of: d, tail: tail)
    let isSharp = test.isSharp(gNorm * gNorm, progress: Double(step.i) / Double(step.total))
    test.record(in: traces)
    var record = StepRecord(pass, isSampled: isSharp)
    if isSharp {
      record.isDegenerate = !sam.replace(d, norm: gNorm, at: w, on: batch, asking: oracle, recording: traces)  // d = gS
    }
    return record
  }

  public func visitState(_ visitor: inout some StateVisitor) throws { try visitor.value("test", &test) }
}
