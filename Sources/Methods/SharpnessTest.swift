import Configuration
import Tensors

/// AE-SAM's test for a sharp place: is the squared gradient norm high against its own running mean and deviation?
///
///     x = norm(g)^2
///     mean <- delta * mean + (1 - delta) * x
///     variance <- delta * variance + (1 - delta) * (x - mean)^2        with the NEW mean
///     c = i/T * lambda1 + (1 - i/T) * lambda2
///     sharp  iff  x >= mean + c * sqrt(variance)
struct SharpnessTest: Codable, Hashable, Sendable {
  let delta, lambda1, lambda2: Double
  /// The mean starts at 0, so the first iterations are sharp; the variance at 1e-10.
  private(set) var mean = 0.0
  private(set) var variance = 1e-10

  init(delta: Double, lambda1: Double, lambda2: Double, variance: Double = 1e-10) {
    (self.delta, self.lambda1, self.lambda2) = (delta, lambda1, lambda2)
    self.variance = variance
  }

  init(_ settings: Settings) {
    self.init(
      delta: settings.number("delta"), lambda1: settings.number("lambda1"), lambda2: settings.number("lambda2"))
  }

  /// - Parameters:
  ///   - x: squared norm of the whole SGD gradient, weight decay excluded.
  ///   - progress: i / T.
  mutating func isSharp(_ x: Double, progress: Double) -> Bool {
    guard x.isFinite else { return false }  // a diverging run; the trainer ends it
    mean = delta * mean + (1 - delta) * x
    variance = delta * variance + (1 - delta) * (x - mean) * (x - mean)
    let c = progress * lambda1 + (1 - progress) * lambda2
    return x >= mean + c * variance.squareRoot()
  }

  /// The declarations of delta, lambda1 and lambda2, with a method's own thresholds.
  static func settings(lambda1: Double, lambda2: Double, from origin: Origin) -> [Setting] {
    [
      Setting(
        "delta", .number(0...1, openAbove: true), default: 0.9, "share of the running mean and variance kept",
        from: .assumed("AE-SAM's value as recalled and as one independent summary has it; no official code is public")),
      Setting(
        "lambda1", .number(-1e6...1e6), default: .number(lambda1), "threshold in deviations at the end of the run",
        from: origin),
      Setting(
        "lambda2", .number(-1e6...1e6), default: .number(lambda2), "threshold in deviations at the start of the run",
        from: origin),
    ]
  }

  static let traces = [
    TraceDeclaration("sharpness_mean", unit: "1", "running mean of the squared norm of g"),
    TraceDeclaration("sharpness_variance", unit: "1", "running variance of the squared norm of g"),
  ]

  func record(in traces: TraceRecorder) {
    traces.record("sharpness_mean", mean)
    traces.record("sharpness_variance", variance)
  }
}
