import ArgumentParser
import Configuration
import Core
import Foundation
import Kernels
import Methods
import Models
import Networks
import Reports
import Running
import Suites
import Training

/// Measures the speed and memory of training steps on this machine.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures the training speed and memory of a model on this machine.",
    discussion: """
      Prints the median speed in images per second with its range over the rounds, the share of the machine's peak for \
      matrix products (operations are counted as for direct convolution, so Winograd can exceed 100 %), and the peak \
      memory.

      With a method other than sgd, SAM and SGD are measured in the same run, in alternating rounds. Each speed \
      relative to SAM is shown with its limit: 200 % divided by the gradients per step. For a method that decides when \
      to sample, such as vsam, sampled and other steps are measured separately, and the speed is projected to the \
      share of sampled steps that --sampled gives.

      EXAMPLES
        \(programName) bench
        \(programName) bench --model wide-resnet --set depth=16 --set widen=4 --batch 128
        \(programName) bench --method sam,period=5 --method sam,period=10 --steps 10
        \(programName) bench --method vsam --sampled 0.38
        \(programName) bench --convolution direct --format json
      """)

  @Option(help: "Model to measure, such as wide-resnet; `list models` shows all.")
  var model = "resnet"

  @Option(name: .customLong("set"), help: "Model setting as key=value, such as depth=16; repeatable.")
  var modelSettings: [String] = []

  @Option(
    name: .customLong("quantize"),
    help: "Quantization scheme, with settings after commas, such as lsq,weights=4,activations=4. (default: none)")
  var quantization: String?

  @Option(help: "Batch size in images.")
  var batch = 128

  @Option(help: "Number of classes, from 2 to 256.")
  var classes = 10

  @Option(
    name: .customLong("method"),
    help: "Method to measure, with settings after commas, such as sam,period=5; repeatable. (default: sgd)")
  var methods: [String] = []

  @Option(
    help: """
      Share of sampled steps, 0 to 1, for the projected speed of methods that decide when to sample. (default: the \
      share that `plan` assumes)
      """)
  var sampled: Double?

  @Option(help: "Number of threads. (default: the processors allowed for this process)")
  var threads: Int?

  @Option(help: "Convolution algorithm: automatic (Winograd where it is faster) or direct (the reference).")
  var convolution = ConvolutionPath.automatic

  @Option(help: "Number of measured rounds.")
  var repetitions = 5

  @Option(help: "Training steps per round.")
  var steps = 3

  @Option(help: "Output format: text or json.")
  var format = "text"

  func validate() throws {
    try check("--batch", batch, in: 1...65_536)
    try check("--classes", classes, in: 2...256)
    try check("--threads", threads, in: Bounds.processors)
    try check("--repetitions", repetitions, in: 1...10_000)
    try check("--steps", steps, in: 1...100_000)
    if let sampled, !(0...1).contains(sampled) {
      throw ValidationError("--sampled must be a number from 0 to 1, not \(sampled).")
    }
    guard ["text", "json"].contains(format) else {
      throw ValidationError("--format must be text or json, not '\(format)'.")
    }
  }

  func run() throws {
    guard let model = ModelCatalogue.named(model) else {
      throw UsageError(unknown("model", model, among: ModelCatalogue.all.map { $0.name }))
    }
    let shape: Settings
    var contenders: [StepBenchmark.Contender] = []
    var names: [String] = []
    /// Methods that decide when to sample, with the index of the contender whose steps are all sampled.
    var adaptive: [(name: String, place: Int)] = []
    let scheme: Settings?
    let scale = MethodCatalogue.scale.map { $0.name }
    do {
      shape = try Settings(model.settings, given: assignments(modelSettings), owner: "model \(model.name)")
      try model.checkNetwork(shape)
      scheme = try quantization.map(quantizationSettings)
      for text in methods.isEmpty ? [scale[0]] : methods {
        let one = try contender(text)
        contenders.append(one)
        names.append(text)
        // A few steps are too short for the method to decide when to sample, so both kinds of step are measured.
        guard let warmUp = one.method.warmUp, !text.contains("\(warmUp.name)=") else { continue }
        contenders.append(try contender("\(text),\(warmUp.name)=0"))
        names[names.count - 1] += ", sampled"
        names.append("\(text), not sampled")
        adaptive.append((text, contenders.count - 2))
      }
      // The references for relative speeds, measured in alternation with the others.
      if contenders.contains(where: { $0.method.name != scale[0] }) {
        contenders += try scale.reversed().map(contender)
        names += scale.reversed()
      }
    } catch let error as SettingsError {
      throw UsageError(error.description)
    }
    if let warning = BLAS.warning { complain(warning) }
    let workers = threads ?? WorkerPool.allowedCPUs
    let floatingPoint = model.node(shape, input: .image, classes: classes)
    let node = scheme.map { LSQ.quantized(floatingPoint, $0) } ?? floatingPoint
    try BLAS.reserve(products: workers)
    try TooLittleMemory.check(
      StepBenchmark.leastBytes(of: node, batch: batch, contenders: contenders.count, threads: workers),
      in: MemoryLimit.current())
    let pool = WorkerPool(workers: workers)
    let benchmark = try StepBenchmark(
      network: node, classes: classes, batch: batch, contenders: contenders, pool: pool, convolution: convolution)
    let peak = measuredProductPeak(pool)
    let figures = benchmark.measure(repetitions: repetitions, steps: steps) { line in
      StandardStream.error.write(line + "\n")
    }
    let own = figures[0]
    let operations = own.median * own.cost * 3 * 2 * Double(benchmark.multiplyAdds)
    var fields: [(String, Value)] = [
      ("images_per_second", .number(own.median)), ("images_per_second_min", .number(own.rates.min()!)),
      ("images_per_second_max", .number(own.rates.max()!)), ("gemm_peak_share", .number(operations / peak)),
      ("gemm_peak_gflops", .number(peak / 1e9)), ("peak_memory_bytes", .integer(peakMemory)),
      ("parameters", .integer(benchmark.parameters)), ("blas_core", .text(BLAS.core)),
      ("instructions", .text(InstructionSet.ofThisBuild.title)),
      ("threads", .integer(pool.workers)), ("model", .text(model.name)), ("batch", .integer(batch)),
      ("method", .text(names[0])), ("convolution", .text(convolution.rawValue)),
    ]
    if let quantization { fields.append(("quantization", .text(quantization))) }
    var rows = Table(["method", "images_per_second", "ais_percent", "limit_percent", "limit_share", "sampled"])
    rows.optional = ["sampled", "limit_share"]
    if figures.count > 1 {
      let sam = figures[figures.count - 2]
      for (name, one) in zip(names, figures) {
        rows.add(
          name, one.median.rounded(toPlaces: 1), one.relative(to: sam).rounded(toPlaces: 1),
          (200 / one.cost).rounded(toPlaces: 1), one.limitShare(relativeTo: sam).rounded(toPlaces: 3),
          one.sampledShare.rounded(toPlaces: 3))
      }
      for (name, place) in adaptive {
        let type = contenders[place].method
        let share = sampled ?? type.plannedShare(contenders[place].settings)
        let speed = mixed(figures[place], figures[place + 1], share: share)
        let cost = type.plannedCost(contenders[place].settings, sampledShare: share)
        rows.add(
          "\(name), \((100 * share).rounded(toPlaces: 1)) % sampled", speed.rounded(toPlaces: 1),
          (100 * speed / sam.median).rounded(toPlaces: 1), (200 / cost).rounded(toPlaces: 1),
          (speed / sam.median * cost / 2).rounded(toPlaces: 3), share.rounded(toPlaces: 3))
      }
      fields += [
        ("sampled_share", .number(own.sampledShare)), ("ais_percent", .number(own.relative(to: sam))),
        ("ais_limit_percent", .number(200 / own.cost)),
        ("sgd_ais_percent", .number(figures.last!.relative(to: sam))),
      ]
    }
    if format == "json" {
      if figures.count > 1 { fields.append(("contenders", rows.objects)) }
      answer(Value.object(Dictionary(uniqueKeysWithValues: fields)).canonicalJSON + "\n")
    } else {
      let speed = String(
        format: "%.1f images/s (%.1f to %.1f in \(repetitions) rounds)", own.median, own.rates.min()!, own.rates.max()!)
      let arithmetic = String(
        format: "%.0f %% of the %.1f GFLOP/s of a matrix product on this machine, counted as direct convolution",
        100 * operations / peak, peak / 1e9)
      let machine =
        "\(Machine.current.processor), \(counted(pool.workers, "thread")), OpenBLAS core \(BLAS.core), "
        + InstructionSet.ofThisBuild.title
      answer(
        TextLayout.table([
          ["model      ", "\(model.name), \(benchmark.parameters) parameters, batch \(batch)"],
          ["method     ", names[0]], ["speed      ", speed], ["arithmetic ", arithmetic],
          ["peak memory", String(format: "%.0f MiB", Double(peakMemory) / 1_048_576)], ["machine    ", machine],
        ]))
      if figures.count > 1 { answer("\n" + rows.text(as: .text)) }
    }
  }

  /// Images per second when `share` of the steps is sampled. Step times are averaged, not speeds.
  private func mixed(_ sampled: StepBenchmark.Figures, _ other: StepBenchmark.Figures, share: Double) -> Double {
    let long = 1 / sampled.median
    // The contender without a warm-up may have sampled some of its steps.
    let found = other.sampledShare
    let short = found < 1 ? (1 / other.median - found * long) / (1 - found) : long
    return 1 / (share * long + (1 - share) * max(0, short))
  }

  /// `name,key=value,key=value`.
  private func contender(_ text: String) throws -> StepBenchmark.Contender {
    let parts = text.split(separator: ",").map(String.init)
    guard let name = parts.first, let method = MethodCatalogue.named(name) else {
      throw UsageError(unknown("method", text, among: MethodCatalogue.all.map { $0.name }))
    }
    let settings = try Settings(
      method.settings, given: assignments(Array(parts.dropFirst())), owner: "method \(method.name)")
    try method.check(settings)
    return StepBenchmark.Contender(method, settings)
  }

  /// `lsq,key=value`.
  private func quantizationSettings(_ text: String) throws -> Settings {
    let parts = text.split(separator: ",").map(String.init)
    guard parts.first == LSQ.name else { throw UsageError(unknown("quantization", text, among: [LSQ.name])) }
    return try Settings(
      LSQ.settings, given: assignments(Array(parts.dropFirst())), owner: "quantization \(LSQ.name)")
  }

  /// The largest resident set so far, in bytes.
  private var peakMemory: Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  /// Parses `key=value` texts. A value is an integer, a number, a flag or else text.
  private func assignments(_ texts: [String]) throws -> [String: Value] {
    var given: [String: Value] = [:]
    for text in texts {
      guard let equals = text.firstIndex(of: "=") else {
        throw UsageError("'\(text)' is not of the form key=value.")
      }
      let value = String(text[text.index(after: equals)...])
      given[String(text[..<equals])] = Value(plain: value) ?? .text(value)
    }
    return given
  }
}

extension ConvolutionPath: ExpressibleByArgument {}
