import Configuration

extension VSAM {
  public static let settings: [Setting] = [
    .rho,
    Setting(
      "alpha", .number(0...1), default: 0.1, "gain of the rate, alpha of Eq. 14",
      from: .paper("4.2: 0.1 for CIFAR-10, 0.13 for CIFAR-100")),
    Setting(
      "gamma", .number(0...1), default: 0.9, "decay per iteration of a reused PSF, gamma of Eq. 17",
      from: .paper("4.1: 0.7 for ResNet-18, 0.9 for WRN-28-10 and PyramidNet-110")),
    Setting(
      "reuse", .flag, default: true, "reuse the PSF between samples; false is vSAM-A", from: .paper("3.2, Table 4")),
    Setting(
      "window", .integer(2...100_000), default: 50, "iterations a rate window and norms kept, N of Eqs. 8-15",
      from: .paper("4.1: K = 50, defined nowhere else and the only candidate for N")),
    Setting(
      "slices", .integer(1...100_000), default: 5, "slices of the sorted norms, M of Eq. 8; must divide the window",
      from: .paper("4.1")),
    Setting(
      "start", .integer(0...1_000_000_000), default: 1000, "I_start: iterations that are all sampled at first",
      from: .derived("with initial 1 the roundest pair that gives Table 1's counts for alpha 0.05, 0.1 and 0.13")),
    Setting(
      "initial", .number(0...100_000), default: 1, "s_1: samples planned for the first windows after the start",
      from: .derived("with start 1000 the roundest pair that gives Table 1's counts for alpha 0.05, 0.1 and 0.13")),
    Setting(
      "minimum", .number(0...100_000), default: 1, "s_min: fewest samples planned for a window",
      from: .assumed("the paper has no lower bound; below one sample a window the signal goes stale")),
    Setting(
      "cap", .number(0...1, openBelow: true), default: 0.8, "largest rate, and largest share of a window sampled",
      from: .paper("4.1")),
    Setting(
      "tail", .choice(["tail", "all"]), default: "tail", "norms of the last layers only, or of all parameters",
      from: .assumed(
        "the last few layers are not named: the last main-path convolution, every batch norm after it, the classifier")
    ),
    Setting(
      "policy", .choice(SamplingRate.Policy.allCases.map(\.rawValue)), default: "variation",
      "who decides what is sampled: the paper's variation, or a control that does not look at the PSF",
      from: .paper("3.2")),
    Setting(
      "drift", .number(-1...100), default: 0.023, "policy drift: stands for c_var + c_norm in Eq. 14",
      from: .derived("the growth that gives Table 1's counts with start 1000 and initial 1")),
    Setting(
      "period", .integer(1...100_000), default: 5, "policy periodic: iterations from one sample to the next",
      from: .paper("4.1 Baselines, SAM-5")),
  ]

  public static func check(_ settings: Settings) throws(SettingsError) {
    let window = settings.integer("window"), slices = settings.integer("slices")
    func reject(_ key: String, _ reason: String) -> SettingsError {
      .inconsistent(key: key, owner: "method \(name)", reason: reason)
    }
    guard window % slices == 0 else {
      throw reject("slices", "must divide the window of \(window) iterations, which \(slices) does not")
    }
    let largest = settings.number("cap") * Double(window)
    guard settings.number("minimum") <= largest else {
      throw reject("minimum", "must be at most cap * window = \(largest), not \(settings.number("minimum"))")
    }
    guard settings.number("initial") <= largest else {
      throw reject("initial", "must be at most cap * window = \(largest), not \(settings.number("initial"))")
    }
  }
}

extension SamplingRate.Parameters {
  /// From the settings of vSAM, whose keys are these names.
  init(_ settings: Settings) {
    self.init()
    policy = SamplingRate.Policy(rawValue: settings.text("policy")) ?? .variation
    window = settings.integer("window")
    slices = settings.integer("slices")
    alpha = settings.number("alpha")
    start = settings.integer("start")
    initial = settings.number("initial")
    minimum = settings.number("minimum")
    cap = settings.number("cap")
    drift = settings.number("drift")
    period = settings.integer("period")
  }
}

extension SamplingRate {
  /// One value of each a window, so that Eqs. 8-15 can be audited from the file.
  static let traces = [
    TraceDeclaration("window_end", unit: "1", "last iteration of the rate window", per: .window),
    TraceDeclaration("s", unit: "1", "samples planned for the next window, Eq. 14", per: .window),
    TraceDeclaration("p", unit: "1", "sampling probability of the next window, Eq. 15", per: .window),
    TraceDeclaration("v", unit: "1", "sliced variance of the PSF norms at the last sample, Eq. 8", per: .window),
    TraceDeclaration("c_var", unit: "1", "mean relative change of the sliced variance, Eq. 10", per: .window),
    TraceDeclaration("c_norm", unit: "1", "mean relative change of the norm ratio, Eq. 13", per: .window),
    TraceDeclaration("taken", unit: "1", "samples taken in the window", per: .window),
    TraceDeclaration(
      "guarded", unit: "1", "relative changes so far without a usable denominator, taken as 0", per: .window),
  ]

  /// Appends the window that just ended; not-a-number where a quantity has no value yet.
  func record(taken: Int, windowEnd i: Int, in traces: TraceRecorder) {
    traces.append("window_end", Double(i))
    traces.append("s", s)
    traces.append("p", p)
    traces.append("v", v ?? .nan)
    traces.append("c_var", varianceChange ?? .nan)
    traces.append("c_norm", ratioChange ?? .nan)
    traces.append("taken", Double(taken))
    traces.append("guarded", Double(guarded))
  }
}
