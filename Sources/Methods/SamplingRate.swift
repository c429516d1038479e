import Configuration

/// When vSAM takes the second gradient: Eqs. 8-15, Algorithm 1 lines 4 and 11-13.
///
/// Every quantity is updated at SAMPLED iterations only, since there is no PSF at others. The rule works in double
/// precision and without vectors: it takes two norms and answers yes or no.
public struct SamplingRate: Codable, Hashable, Sendable {
  /// What changes s. The paper's policy is `variation`; the others are controls with the same cap and the same warm-up.
  public enum Policy: String, Codable, CaseIterable, SettingContent {
    /// Eq. 14: by the changes of the PSF's variance and relative norm.
    case variation
    /// Nothing: p = s_1 / N throughout.
    case constant
    /// A constant growth per window, without any signal.
    case drift
    /// No draws: every k-th iteration, as in SAM-k.
    case periodic
    /// No draws: SGD first, then SAM in the last s_1 / N of all iterations (Zhou et al. 2025, "Sharpness-aware
    /// minimization efficiently selects flatter minima late in training"). Neither warm-up nor cap.
    case late
    /// `late` reversed: SAM in the first s_1 / N of all iterations, then SGD.
    case reversed
  }

  /// N, iterations per window; I_start, the last iteration of the warm-up, in which every iteration is sampled.
  public let window, start: Int
  /// M slices of the sorted norms; the period of `periodic`.
  private let slices, period: Int
  /// alpha of Eq. 14; s_min; the largest s and the largest count of samples, as a share of N; the value that `drift`
  /// uses for c_var + c_norm.
  private let alpha, minimum, cap, drift: Double
  private let policy: Policy
  /// s: samples planned for the next N iterations. The planned count, not the realized one, is the autoregressive
  /// variable of Eq. 14.
  public private(set) var s: Double
  /// p of Eq. 15.
  public private(set) var p: Double
  /// Samples taken since the last i with i mod N == 0.
  public private(set) var taken = 0
  /// v of Eq. 8 at the last sample for which N norms were known.
  public private(set) var v: Double?
  /// Relative changes that had no usable denominator and were taken as 0.
  public private(set) var guarded = 0

  private var norms, varianceChanges, ratioChanges: Ring
  private var r: Double?
  private var sorted: [Double] = []

  /// The state before the first window, with the constants that `settings` declares.
  public init(_ settings: Settings) {
    var constants = Constants()
    (constants.window, constants.slices) = (settings[Self.window], settings[Self.slices])
    (constants.alpha, constants.start) = (settings[Self.alpha], settings[Self.start])
    (constants.initial, constants.minimum) = (settings[Self.initial], settings[Self.minimum])
    (constants.cap, constants.policy) = (settings[Self.cap], settings[Self.policy])
    (constants.drift, constants.period) = (settings[Self.drift], settings[Self.period])
    self.init(constants)
  }

  /// The state before the first window with given constants, for replays of stored norms.
  package init(_ constants: Constants) {
    (slices, period, policy) = (constants.slices, constants.period, constants.policy)
    window = constants.window
    start = policy == .late || policy == .reversed ? 0 : constants.start
    (alpha, minimum) = (constants.alpha, constants.minimum)
    (cap, drift) = (constants.cap, constants.drift)
    s = policy == .periodic ? Double(window) / Double(period) : constants.initial
    p = s / Double(window)
    norms = Ring(capacity: window)
    varianceChanges = Ring(capacity: window - 1)
    ratioChanges = Ring(capacity: window - 1)
    sorted.reserveCapacity(window)
  }

  /// Mean relative change of the variance, Eq. 10, over the buffer; nil before the first change.
  public var varianceChange: Double? { varianceChanges.mean }
  /// Mean relative change of the norms' ratio, Eq. 13, over the buffer; nil before the first change.
  public var ratioChange: Double? { ratioChanges.mean }

  /// Whether iteration i (1-based), after the warm-up, takes the second gradient.
  ///
  /// - Parameters:
  ///   - total: T, all iterations of the run.
  ///   - uniform: a number from [0, 1), drawn only if the policy is random.
  public func isSampled(_ i: Int, of total: Int, uniform: @autoclosure () -> Double) -> Bool {
    let share = Int((p * Double(total)).rounded())
    if policy == .late { return i > total - share }
    if policy == .reversed { return i <= share }
    // Sec. 4.1: "halt sampling when the sampling number reaches 0.8 N". The tolerance keeps 0.8 * 50 at 40.
    if Double(taken) >= cap * Double(window) - 1e-9 { return false }
    if policy == .periodic { return isDue(i, period: period) }
    return uniform() < p
  }

  /// Adds one sample: a = norm(PSF) and b = norm(g), both over the last layers.
  public mutating func observe(psf a: Double, sgd b: Double) {
    taken += 1
    guard a.isFinite, b.isFinite else {  // a diverging run; the trainer ends it
      guarded += 1
      return
    }
    norms.push(a)
    if norms.isFull {
      let next = slicedVariance()  // Eq. 8
      // Paper silent: a variance of zero. Below this fraction of the squared mean norm it is rounding, not variation.
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

  /// Algorithm 1, line 12: updates s and p, Eqs. 14 and 15.
  public mutating func update() {
    switch policy {
    case .constant, .periodic, .late, .reversed: return
    case .drift: move(by: drift, 0)
    case .variation: move(by: varianceChange ?? 0, ratioChange ?? 0)
    }
  }

  /// Ends a window and resets the count of samples.
  ///
  /// - Returns: the number of samples in the window.
  @discardableResult
  public mutating func endWindow() -> Int {
    defer { taken = 0 }
    return taken
  }

  private mutating func move(by varianceChange: Double, _ ratioChange: Double) {
    let window = Double(window)
    s *= 1 + alpha * varianceChange + alpha * ratioChange  // Eq. 14
    // Paper: "maximum sampling rate 0.8". The cap applies to s itself; otherwise it grows without bound and p never
    // comes down.
    s = min(max(s, minimum), cap * window)
    p = s / window  // Eq. 15
  }

  /// Eq. 8: the norms sorted, cut into M equal slices, and the mean of the slices' population variances.
  private mutating func slicedVariance() -> Double {
    sorted.removeAll(keepingCapacity: true)
    sorted.append(contentsOf: norms.values)
    sorted.sort()
    let width = window / slices
    var total = 0.0
    for start in stride(from: 0, to: sorted.count, by: width) {
      let slice = sorted[start..<start + width]
      let mean = slice.reduce(0, +) / Double(width)
      total += slice.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
    }
    return total / Double(slices)
  }

  private mutating func change(from old: Double, to new: Double, floor: Double) -> Double {
    if old > floor { return (new - old) / old }
    guarded += 1
    return 0
  }
}

extension SamplingRate {
  /// The constants of Eqs. 8-15; the defaults are those of the declared settings.
  package struct Constants: Hashable, Sendable {
    package var window = SamplingRate.window.content, slices = SamplingRate.slices.content
    package var alpha = SamplingRate.alpha.content
    package var start = SamplingRate.start.content
    package var initial = SamplingRate.initial.content, minimum = SamplingRate.minimum.content
    package var cap = SamplingRate.cap.content
    package var policy = SamplingRate.policy.content
    package var drift = SamplingRate.drift.content, period = SamplingRate.period.content

    package init() {}
  }

  static let alpha = Setting(
    "alpha", default: 0.1, in: 0...1, "gain of the rate, alpha of Eq. 14",
    from: .paper("4.2: 0.1 for CIFAR-10, 0.13 for CIFAR-100"))
  static let window = Setting(
    "window", default: 50, in: 2...100_000, "iterations per rate window and norms kept, N of Eqs. 8-15",
    from: .paper("4.1: K = 50, defined nowhere else and the only candidate for N")
  ).inShortRuns(4)
  static let slices = Setting(
    "slices", default: 5, in: 1...100_000, "slices of the sorted norms, M of Eq. 8; must divide the window",
    from: .paper("4.1")
  ).inShortRuns(2)
  static let start = Setting(
    "start", default: 1000, in: 0...1_000_000_000, "I_start: iterations at the start, all of them sampled",
    from: .derived("with initial 1 the roundest pair that gives Table 1's counts for alpha 0.05, 0.1 and 0.13")
  ).inShortRuns(0)
  static let initial = Setting(
    "initial", default: 1, in: 0...100_000.0, "s_1: samples planned for the first windows after the start",
    from: .derived("with start 1000 the roundest pair that gives Table 1's counts for alpha 0.05, 0.1 and 0.13")
  ).inShortRuns(2)
  static let minimum = Setting(
    "minimum", default: 1, in: 0...100_000.0, "s_min: fewest samples planned for a window",
    from: .assumed("the paper has no lower bound; below one sample per window the signal goes stale"))
  static let cap = Setting(
    "cap", default: 0.8, positiveUpTo: 1, "largest rate, and largest sampled share of a window",
    from: .paper("4.1"))
  static let policy = Setting(
    "policy", default: SamplingRate.Policy.variation,
    "the rule for sampling: the paper's variation, or a control that ignores the PSF",
    from: .paper("3.2"))
  static let drift = Setting(
    "drift", default: 0.023, in: -1...100, "policy drift: the value used for c_var + c_norm in Eq. 14",
    from: .derived("the growth that gives Table 1's counts with start 1000 and initial 1"))
  static let period = Setting(
    "period", default: 5, in: 1...100_000, "policy periodic: iterations from one sample to the next",
    from: .paper("4.1 Baselines, SAM-5"))
  static let settings: [any SettingKey] = [
    alpha, window, slices, start, initial, minimum, cap, policy, drift, period,
  ]

  /// Checks the settings against each other.
  static func check(_ settings: Settings, owner name: String) throws(SettingsError) {
    let window = settings[Self.window]
    let slices = settings[Self.slices]
    func reject(_ key: String, _ reason: String) -> SettingsError {
      .inconsistent(key: key, owner: "method \(name)", reason: reason)
    }
    guard window % slices == 0 else {
      throw reject("slices", "must divide the window of \(window) iterations, which \(slices) does not")
    }
    let largest = settings[cap] * Double(window)
    for (key, value) in [("minimum", settings[minimum]), ("initial", settings[initial])] where value > largest {
      throw reject(key, "must be at most cap * window = \(largest), not \(value)")
    }
  }

  /// One value of each per window, so that Eqs. 8-15 can be audited from the file; NaN before the first.
  private static let columns: [(trace: Trace, value: @Sendable (SamplingRate) -> Double?)] = [
    (window("s", "samples planned for the next window, Eq. 14"), { $0.s }),
    (window("p", "sampling probability of the next window, Eq. 15"), { $0.p }),
    (window("v", "sliced variance of the PSF norms at the last sample, Eq. 8"), { $0.v }),
    (window("c_var", "mean relative change of the sliced variance, Eq. 10"), { $0.varianceChange }),
    (window("c_norm", "mean relative change of the norm ratio, Eq. 13"), { $0.ratioChange }),
    (window("taken", "samples taken in the window"), { Double($0.taken) }),
    (window("guarded", "relative changes so far without a usable denominator, taken as 0"), { Double($0.guarded) }),
  ]
  private static let windowEnd = window("window_end", "last iteration of the rate window")
  static let traces = [windowEnd] + columns.map(\.trace)

  private static func window(_ name: String, _ longName: String) -> Trace {
    Trace(name, unit: "1", longName, per: .window)
  }

  mutating func endWindow(_ step: Step) {
    step.record(Self.windowEnd, Double(step.i))
    for column in Self.columns { step.record(column.trace, column.value(self) ?? .nan) }
    endWindow()
  }
}

/// A buffer of the last few values; their order does not matter to a mean or a variance.
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
