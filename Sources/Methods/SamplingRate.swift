/// When vSAM takes the second gradient: Eqs. 8-15, Algorithm 1 lines 4 and 11-13.
///
/// Every quantity is refreshed at SAMPLED iterations only, since there is no PSF at others. Written in double precision
/// and free of vectors: it sees two norms and answers yes or no.
public struct SamplingRate: Codable, Hashable, Sendable {
  /// Who moves s. The paper's is `variation`; the others are controls with the same cap and the same warm-up.
  public enum Policy: String, Codable, Hashable, Sendable, CaseIterable {
    /// Eq. 14: by the changes of the PSF's variance and relative norm.
    case variation
    /// Not at all: p = s_1 / N throughout.
    case constant
    /// By a constant growth per window, without any signal.
    case drift
    /// No draws: every k-th iteration, as SAM-k.
    case periodic
    /// No draws: SGD first, then SAM in the last s_1 / N of all iterations (Zhou et al. 2025, "Sharpness-aware minimization
    /// efficiently selects flatter minima late in training"). Neither warm-up nor cap.
    case late
    /// `late` the other way round: SAM in the first s_1 / N of all iterations, then SGD.
    case reversed
  }

  /// The constants of Eqs. 8 to 15.
  public struct Parameters: Codable, Hashable, Sendable {
    /// Who moves s.
    public var policy = Policy.variation
    /// N iterations a window (the paper's K); M slices of the sorted norms.
    public var window = 50, slices = 5
    /// alpha of Eq. 14: how much of the signal, c_var + c_norm, moves s.
    public var alpha = 0.1
    /// I_start, the last iteration of the warm-up in which every iteration is sampled.
    public var start = 1000
    /// s_1, s_min, and the largest s and largest count of samples as a share of N.
    public var initial = 1.0, minimum = 1.0, cap = 0.8
    /// Growth per window of `drift`, in the place of c_var + c_norm; period of `periodic`.
    public var drift = 0.023, period = 5

    /// The defaults of the declared settings of vSAM.
    public init() {}
  }

  /// The constants it was made with.
  public let parameters: Parameters
  /// s: samples planned for the next N iterations. The planned, not the realised count: it is the autoregressive
  /// variable of Eq. 14.
  public private(set) var s: Double
  /// p of Eq. 15.
  public private(set) var p: Double
  /// Samples taken since the last i with i mod N == 0.
  public private(set) var taken = 0
  /// v of Eq. 8 at the last sample that had N norms to look at.
  public private(set) var v: Double?
  /// Relative changes that had no usable denominator and were taken as 0.
  public private(set) var guarded = 0

  private var norms, varianceChanges, ratioChanges: Ring
  private var r: Double?
  private var sorted: [Double] = []

  /// Before the first window.
  public init(_ parameters: Parameters) {
    self.parameters = parameters
    let window = parameters.window
    s = parameters.policy == .periodic ? Double(window) / Double(parameters.period) : parameters.initial
    p = s / Double(window)
    norms = Ring(capacity: window)
    varianceChanges = Ring(capacity: window - 1)
    ratioChanges = Ring(capacity: window - 1)
    sorted.reserveCapacity(window)
  }

  /// Mean relative change of the variance, Eq. 10, over what is in the buffer; nil before the first.
  public var varianceChange: Double? { varianceChanges.mean }
  /// Mean relative change of the norms' ratio, Eq. 13, over what is in the buffer; nil before the first.
  public var ratioChange: Double? { ratioChanges.mean }

  /// Algorithm 1, line 4: whether iteration i (1-based) takes the second gradient.
  ///
  /// - Parameters:
  ///   - total: T, all iterations of the run.
  ///   - uniform: a number from [0, 1), drawn only when chance decides.
  public func isSampled(_ i: Int, of total: Int, uniform: () -> Double) -> Bool {
    let share = Int((p * Double(total)).rounded())
    if parameters.policy == .late { return i > total - share }
    if parameters.policy == .reversed { return i <= share }
    if i <= parameters.start { return true }
    // Sec. 4.1: "halt sampling when the sampling number reaches 0.8 N". The tolerance keeps 0.8 * 50 at 40.
    if Double(taken) >= parameters.cap * Double(parameters.window) - 1e-9 { return false }
    if parameters.policy == .periodic { return isDue(i, period: parameters.period) }
    return uniform() < p
  }

  /// Takes in one sample: a = norm(PSF) and b = norm(g), both over the last layers.
  public mutating func observe(psf a: Double, sgd b: Double) {
    taken += 1
    guard a.isFinite, b.isFinite else {  // a diverging run; the trainer ends it
      guarded += 1
      return
    }
    norms.push(a)
    if norms.isFull {
      let next = slicedVariance()  // Eq. 8
      // Paper silent: a variance of zero. Relative to the square of the mean norm it is then rounding, not variation.
      if let v {
        varianceChanges.push(change(from: v, to: next, floor: 1e-12 * norms.mean! * norms.mean!))  // Eq. 9
      }
      v = next
    }
    guard b > 0 else {  // Eq. 11 has no value
      guarded += 1
      return
    }
    let next = a / b  // Eq. 11
    if let r { ratioChanges.push(change(from: r, to: next, floor: 1e-12)) }  // Eq. 12
    r = next
  }

  /// Ends iteration i. At i mod N == 0 a window ends: s and p move (Eqs. 14, 15) unless it is still warm-up, and the
  /// count of samples starts again.
  ///
  /// - Returns: at the end of a window, how many samples it took.
  public mutating func finish(_ i: Int) -> Int? {
    guard i % parameters.window == 0 else { return nil }
    if i > parameters.start { update() }
    defer { taken = 0 }
    return taken
  }

  private mutating func update() {
    switch parameters.policy {
    case .constant, .periodic, .late, .reversed: return
    case .drift: move(by: parameters.drift, 0)
    case .variation: move(by: varianceChange ?? 0, ratioChange ?? 0)
    }
  }

  private mutating func move(by varianceChange: Double, _ ratioChange: Double) {
    let (alpha, window) = (parameters.alpha, Double(parameters.window))
    s *= 1 + alpha * varianceChange + alpha * ratioChange  // Eq. 14
    // Paper: "maximum sampling rate 0.8". s itself is held there, else it grows without bound and p never comes down.
    s = min(max(s, parameters.minimum), parameters.cap * window)
    p = s / window  // Eq. 15
  }

  /// Eq. 8: the norms sorted, cut into M equal slices, and the mean of the slices' population variances.
  private mutating func slicedVariance() -> Double {
    sorted.removeAll(keepingCapacity: true)
    sorted.append(contentsOf: norms.values)
    sorted.sort()
    let width = parameters.window / parameters.slices
    var total = 0.0
    for start in stride(from: 0, to: sorted.count, by: width) {
      let slice = sorted[start..<start + width]
      let mean = slice.reduce(0, +) / Double(width)
      total += slice.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
    }
    return total / Double(parameters.slices)
  }

  private mutating func change(from old: Double, to new: Double, floor: Double) -> Double {
    if old > floor { return (new - old) / old }
    guarded += 1
    return 0
  }
}

/// The last few values; their order does not matter to a mean or a variance.
private struct Ring: Codable, Hashable, Sendable {
  private(set) var values: [Double] = []
  private var oldest = 0
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    values.reserveCapacity(capacity)
  }

  var isFull: Bool { values.count == capacity }
  var mean: Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

  mutating func push(_ value: Double) {
    if !isFull { return values.append(value) }
    values[oldest] = value
    oldest = (oldest + 1) % capacity
  }
}
