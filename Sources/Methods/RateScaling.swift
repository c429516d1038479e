import Configuration
import Foundation  // exp, log

/// vSAM's settings for a run of a length other than the paper's, chosen so that the rate rises as far as in the paper.
///
/// In Eq. 14 log s grows by about alpha K per window, with K = mean of c_var + c_norm, so the rates of a run follow
/// from the gain alpha K W over its W windows. If the norms are stationary white noise with log standard deviations
/// 0.125 (PSF) and 0.05 (g), then K W is 38 at the paper's N = 50, M = 5, s_1 = 1, I_start = 1000, T = 78,200, and the
/// sampled shares at Table 1's five alphas are within 4 points of the printed ones, with one exception. A run of T'
/// iterations has few windows of 50, so
///
///     N'  = 10, M' = N' / 10                 ten norms per slice, as in the paper
///     s_1' = s_min' = 0.02 N'                the paper's share of 1 in 50
///     I'  = N' ceil(max(T' / 78, 2.5 N', 25) / N')
///     alpha' = alpha 38 / (K' W'),  W' = (T' - I') / N'
///
/// with K' measured on the stored norms of a SAM run at N', M'. Gamma and the cap are unchanged.
public struct RateScaling: Hashable, Sendable {
  /// T'.
  public let iterations: Int
  /// N' and M'.
  public let window: Int, slices: Int
  /// s_1' and s_min'.
  public let initial: Double, minimum: Double
  /// I'.
  public let start: Int
  /// K': mean of c_var + c_norm over the pilot's windows after its own warm-up.
  public let signal: Double

  /// W'.
  public var windows: Int { (iterations - start) / window }
  /// The factor for every alpha of the paper.
  public var factor: Double { RateScaling.paperGain / (signal * Double(windows)) }

  /// K W of the paper's run, from the simulation above.
  public static let paperGain = 38.0
  /// N of short runs.
  public static let shortWindow = 10

  /// Derives the settings of a run from the norms of a SAM run.
  ///
  /// - Parameters:
  ///   - iterations: T' of the run to be made.
  ///   - psf, sgd: norms of the PSF and of g over the last layers in every iteration of a SAM run of any length.
  /// - Returns: nil if the run is too short, the SAM run has no window after its warm-up, or its norms give no growth.
  public init?(iterations: Int, psf: [Float], sgd: [Float]) {
    let window = RateScaling.shortWindow
    self.iterations = iterations
    self.window = window
    slices = max(1, window / 10)
    initial = 0.02 * Double(window)
    minimum = initial
    start = RateScaling.start(iterations: iterations, window: window)
    guard iterations >= start + window,
      let signal = RateScaling.signal(psf: psf, sgd: sgd, window: window, slices: slices), signal > 0
    else { return nil }
    self.signal = signal
  }

  /// alpha' for one of the paper's alphas. A value above 1 is no valid setting: the run is too short for that alpha.
  public func alpha(_ paper: Double) -> Double { factor * paper }

  /// I': a whole number of windows, at least the paper's share T / 78 of the run, and enough to fill the buffers.
  static func start(iterations: Int, window: Int) -> Int {
    let least = max(Double(iterations) / 78, 2.5 * Double(window), 25)
    return window * Int((least / Double(window)).rounded(.up))
  }

  /// K: the mean of c_var + c_norm at the ends of windows, with every iteration sampled, after a warm-up by the rule
  /// above. Nil if that leaves no window.
  static func signal(psf: [Float], sgd: [Float], window: Int, slices: Int) -> Double? {
    precondition(psf.count == sgd.count, "RateScaling: psf and sgd must have one norm per iteration")
    let given: [String: Value] = ["policy": "constant", "window": .integer(window), "slices": .integer(slices)]
    guard let settings = try? Settings(SamplingRate.settings, given: given, owner: "the pilot") else { return nil }
    let start = start(iterations: psf.count, window: window)
    var rate = SamplingRate(settings)
    var total = 0.0
    var count = 0
    for i in 1...max(psf.count, 1) where i <= psf.count {
      rate.observe(psf: Double(psf[i - 1]), sgd: Double(sgd[i - 1]))
      guard i % window == 0, i > start, let v = rate.varianceChange, let r = rate.ratioChange else { continue }
      total += v + r
      count += 1
    }
    return count == 0 ? nil : total / Double(count)
  }

  /// The share of all iterations that is sampled if log s grows steadily by `gain` over the run: exponentially up to
  /// the cap, at which a window samples 0.777 of its iterations (it stops at 0.8 N, and may draw fewer).
  public func share(gain: Double) -> Double {
    let warm = Double(start) / Double(iterations)
    let p = initial / Double(window)
    func mean(_ growth: Double) -> Double { abs(growth) < 1e-9 ? p : p * (exp(growth) - 1) / growth }
    let limit = log(0.8 / p)
    guard gain > limit else { return warm + (1 - warm) * mean(gain) }
    let x = limit / gain
    return warm + (1 - warm) * (x * mean(limit) + (1 - x) * 0.777)
  }
}
