import Configuration
import Tensors

/// LookSAM: the part of gS orthogonal to g points to flat regions and changes slowly, so it is reused at g's own length.
///
///     (i - 1) mod k == 0:   d = gS,  gV = the part of gS orthogonal to g
///     otherwise:            d = g + alpha * norm(g) / (norm(gV) + 1e-12) * gV
///
/// Norms and projection are global over w, as in Liu et al.; public codes that project tensor by tensor are another
/// method. The added term always has length alpha * norm(g), while vSAM's keeps its own length and fades.
public final class LookSAM: TrainingMethod {
  public static let name = "looksam"
  public static let summary = "LookSAM: SAM every k-th iteration, its part orthogonal to g reused in between."
  public static let source = Citation("Liu et al.", "Towards Efficient and Scalable Sharpness-Aware Minimization", 2022)
  public static let revision = 1
  public static let settings: [Setting] = [
    .rho, .samPeriod(default: 5, from: .paper("Table 3: LookSAM-5, sampling number 15 640")), .orthogonalGain,
  ]
  public static let traces = TraceDeclaration.samNorms + [OrthogonalPart.trace]

  public static func cost(_ settings: Settings, sampledShare: Double) -> Double { 1 + sampledShare }

  private let period: Int
  private let alpha: Double
  private let tail: Range<Int>
  private let sam: SAMGradient
  private var gV: OrthogonalPart

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    period = settings.integer("period")
    alpha = settings.number("alpha")
    tail = space.layout.tail
    sam = SAMGradient(rho: settings.number("rho"), space: space)
    gV = OrthogonalPart(sam.psf)
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
      gV.project(gS: d, gNorm: gNorm)
      traces.record("l2_orthogonal", gV.norm)
    } else {
      gV.add(to: d, alpha: alpha, gNorm: gNorm)
    }
    return record
  }

  public func visitState(_ visitor: inout some StateVisitor) throws { try gV.visitState(&visitor) }
}
