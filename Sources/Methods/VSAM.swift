import Configuration
import Foundation
import Tensors

/// vSAM: SAM whose second gradient is taken only when the PSF is changing, and reused, fading, in between.
/// Deng et al., Algorithm 1. `reuse: false` is vSAM-A (Table 4).
///
///     sampled:      d = gS,  psf = gS - g,  i* = i              Eq. 16
///     not sampled:  d = g + gamma^(i - i*) * psf                Eq. 17
///
/// Which iterations are sampled is `SamplingRate`'s business (Eqs. 8-15).
public final class VSAM: TrainingMethod {
  public static let name = "vsam"
  public static let summary = "Variation-based SAM: samples the PSF when it changes and reuses it, fading, in between."
  public static let source = Citation(
    "Deng et al.",
    "Effective Gradient Sample Size via Variation Estimation for Accelerating Sharpness aware Minimization", 2024,
    equations: "Algorithm 1, Eqs. 8-17")
  public static let revision = 1
  public static let traces = TraceDeclaration.samNorms + SamplingRate.traces

  public static let decisions = [
    DecisionDeclaration("draws", "number from [0, 1) that was held against the sampling probability p")
  ]

  public static func cost(_ settings: Settings, sampledShare: Double) -> Double { 1 + sampledShare }

  private let gamma: Double
  private let reuse: Bool
  private let seed: UInt64
  /// The "last few layers", and the range whose norms drive the rate: those, or everything.
  private let tail, observed: Range<Int>
  private let sam: SAMGradient
  private var rate: SamplingRate
  /// i*, 0 before the first sample.
  private var lastSample = 0

  public init(_ settings: Settings, space: ParameterSpace, run: RunContext) {
    gamma = settings.number("gamma")
    reuse = settings.flag("reuse")
    seed = run.seed
    tail = space.layout.tail
    observed = settings.text("tail") == "all" ? 0..<space.layout.count : tail
    sam = SAMGradient(rho: settings.number("rho"), space: space)
    rate = SamplingRate(SamplingRate.Parameters(settings))
  }

  public func direction(
    at w: Vector, on batch: Batch, at step: Iteration, asking oracle: any GradientOracle,
    recording traces: TraceRecorder, into d: Vector
  ) -> StepRecord {
    let i = step.i
    let pass = oracle.gradient(at: w, on: batch, statistics: .update, into: d)  // line 3: d = g
    let gNorm = traces.recordSGDNorms(of: d, tail: tail), gObserved = norm(d, in: observed)
    var record = StepRecord(pass, isSampled: rate.isSampled(i, of: step.total) { draw(i, traces) })  // line 4
    if record.isSampled {
      record.isDegenerate = !sam.replace(d, norm: gNorm, at: w, on: batch, asking: oracle, recording: traces)
      lastSample = i  // lines 5 to 7: d = gS, psf = gS - g
      rate.observe(psf: norm(sam.psf, in: observed), sgd: gObserved)  // Eqs. 8, 9, 11, 12
    } else {
      let decay = reuse && lastSample > 0 ? Float(pow(gamma, Double(i - lastSample))) : 0
      if decay > 0 { d.assign(d + decay * sam.psf) }  // line 9, Eq. 17
    }
    if let taken = rate.finish(i) { rate.record(taken: taken, windowEnd: i, in: traces) }  // lines 11-13
    return record
  }

  /// The draws have their own stream: they never shift the data's, and a resumed run needs no generator state.
  private func draw(_ i: Int, _ traces: TraceRecorder) -> Double {
    var stream = RandomStream(seed: seed, purpose: .sampling, index: i)
    let number = stream.uniform()
    traces.decide("draws", number)
    return number
  }

  public func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.vector("psf", sam.psf)
    try visitor.value("lastSample", &lastSample)
    try visitor.value("rate", &rate)
  }
}
