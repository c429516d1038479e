import Configuration
import Tensors

/// AE-LookSAM: AE-SAM's test says when to compute gS, LookSAM's memory what to add in between. Not in the vSAM tables.
///
///     sharp:      d = gS,  gV = the part of gS orthogonal to g
///     otherwise:  d = g + alpha * norm(g) / (norm(gV) + 1e-12) * gV
public final class AELookSAM: TrainingMethod {
  public static let name = "ae-looksam"
  public static let summary = "AE-LookSAM: AE-SAM's test for when, LookSAM's orthogonal part in between."
  public static let source = AESAM.source
  public static let revision = 1
  public static let settings =
    [Setting.rho, .orthogonalGain]
    + SharpnessTest.settings(
      lambda1: 0, lambda2: 2, from: .derived("a symmetric signal is then sharp in a fifth of the iterations"))
  public static let traces = TraceDeclaration.samNorms + SharpnessTest.traces + [OrthogonalPart.trace]

  public static func cost(_ settings: Settings, sampledShare: Double) -> Double { 1 + sampledShare }

  private let alpha: Double
  private let tail: Range<Int>
  private let sam: SAMGradient
  private var test: SharpnessTest
  private var gV: OrthogonalPart

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    alpha = settings.number("alpha")
    tail = space.layout.tail
    sam = SAMGradient(rho: settings.number("rho"), space: space)
    test = SharpnessTest(settings)
    gV = OrthogonalPart(sam.psf)
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
      gV.project(gS: d, gNorm: gNorm)
      traces.record("l2_orthogonal", gV.norm)
    } else {
      gV.add(to: d, alpha: alpha, gNorm: gNorm)
    }
    return record
  }

  public func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.value("test", &test)
    try gV.visitState(&visitor)
  }
}
