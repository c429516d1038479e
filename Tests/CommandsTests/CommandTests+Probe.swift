import Foundation
import Store
import TestSupport
import Testing

/// The minimum of a stored cell, measured by the built program.
extension CommandTests {
  private static let suite = """
    title: A study
    axes:
      datasets: [{name: cifar10, label: CIFAR-10}]
      models: [{name: resnet, label: ResNet, depth: 10, width: 4}]
      methods:
        - {name: sam, label: SAM}
        - {name: sgd, label: 4 bits, starts_from: SAM, quantization: {scheme: lsq}}
      seeds: [1]
    rules:
      - set:
          dataset: {training_per_class: 3, training: 24, test: 10, label_noise: 0.5}
          recipe: {epochs: 3, batch_size: 8}
    profiles: {quick: {evidence: false, scale: small}}
    """

  private static let effort = ["--images", "16", "--vectors", "2", "--steps", "5"]

  @Test("probe prints, stores and shows the minimum, the same numbers with one thread and two")
  func probe() throws {
    let folder = try workplace(CommandTests.suite)
    #expect(try sambench("run", "--threads", "1", in: folder).status == 0)
    let digest = try science(in: folder)
    let printed = try sambench(
      ["probe", "SAM seed 1", "--no-store", "--threads", "2", "--format", "csv"] + CommandTests.effort, in: folder)
    #expect(printed.status == 0, "\(printed)")
    #expect(printed.complaint.contains("evaluation: eigenvalues") && printed.complaint.contains("batch: trace"))
    #expect(!(try sambench("inspect", "SAM seed 1", in: folder).output.contains("lambda_max")))

    let stored = try sambench(
      ["probe", "SAM seed 1", "--threads", "1", "--format", "csv"] + CommandTests.effort, in: folder)
    func numbers(_ text: String) -> [Substring] { text.split(separator: "\n").filter { !$0.contains(",seconds,") } }
    #expect(numbers(stored.output) == numbers(printed.output) && numbers(stored.output).count > 100)
    #expect(stored.output.contains(",,radius,,0.05,"), "SAM's own rho")
    #expect(stored.output.contains(",,equal_predictions,,100.0,"), "the network is the one that was stored")
    #expect(try science(in: folder) == digest)
    #expect(try sambench("verify", in: folder).status == 0)

    let inspection = try sambench("inspect", "SAM seed 1", in: folder).output
    for name in ["lambda_max", "trace_standard_error", "sharpness_8", "psf_cosine", "curve_psf", "calibration_error"] {
      #expect(inspection.contains(name), "\(name)")
    }
    let json = try sambench("inspect", "SAM seed 1", "--format", "json", in: folder).output
    #expect(json.contains(#""probes":{"#) && json.contains(#""batch":{"curve_distance":["#))
    #expect(try sambench("report", in: folder).output.contains("What the minima look like"))
  }

  @Test("a suite's probes are stored by epoch, the same numbers as probe's with any number of threads")
  func probesByEpoch() throws {
    let text = CommandTests.suite + "\nprobes: {every: 2, images: 16}"
    let (whole, other) = (try workplace(text), try workplace(text))
    #expect(try sambench("run", "--threads", "1", in: whole).status == 0)
    #expect(try sambench("run", "--threads", "2", in: other).status == 0)
    let found = try epochs(in: whole)
    #expect(try found == epochs(in: other) && found.count == 6)
    // The quantized cell has no probes; both cells have three epochs.
    func isProbed(_ method: String) -> [Bool] {
      found.filter { $0["method"] == method }.map { $0["probe_evaluation_sharpness_1"]?.isEmpty == false }
    }
    #expect(isProbed("sam") == [false, true, true] && isProbed("sgd") == [false, false, false])
    let sam = found.filter { $0["method"] == "sam" }
    // The last epoch is where `probe` measures.
    let probe = try sambench("probe", "SAM seed 1", "--images", "16", "--no-store", "--format", "csv", in: whole).output
    for name in ["lambda_max", "lambda_5", "trace", "trace_standard_error", "sharpness_8", "psf_ratio", "psf_cosine"] {
      for mode in ["evaluation", "batch"] {
        let line = try #require(probe.split(separator: "\n").first { $0.contains(",\(mode),\(name),") })
        let number = line.split(separator: ",", omittingEmptySubsequences: false)[4]
        #expect(
          Float(number) != nil && Float(number) == sam.last?["probe_\(mode)_\(name)"].flatMap { Float($0) },
          "\(mode) \(name): \(line)")
      }
    }

    // Finished cells stay as they are, and run says so.
    let plain = try workplace(CommandTests.suite)
    #expect(try sambench("run", "--threads", "1", in: plain).status == 0)
    #expect(try science(in: plain) == science(in: whole) && science(in: plain) == science(in: other))
    try text.write(toFile: plain.path + "/suites/mine.yaml", atomically: true, encoding: .utf8)
    let again = try sambench("run", "--threads", "1", in: plain)
    #expect(again.complaint.contains("1 finished cell has no probes by epoch, and is not trained again"), "\(again)")
    #expect(again.output.contains("0 cells trained"), "\(again)")
    #expect(!(try sambench("run", in: whole).complaint.contains("no probes")))
  }

  /// The rows of `export --epochs`, by the names of the columns, without times.
  private func epochs(in folder: Scratch) throws -> [[String: String]] {
    let lines = try sambench("export", "--epochs", in: folder).output.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let head = try #require(lines.first)
    return lines.dropFirst().map { line in
      Dictionary(uniqueKeysWithValues: zip(head, line).filter { !$0.0.hasSuffix("_seconds") })
    }
  }

  @Test("probe says why a cell has no minimum to look at")
  func noProbe() throws {
    let folder = try workplace(CommandTests.suite)
    #expect(try sambench("run", "--threads", "1", in: folder).status == 0)
    let quantized = try sambench("probe", "4 bits seed 1", in: folder)
    #expect(quantized.status == 64 && quantized.complaint.contains("its weights are quantized"), "\(quantized)")
    let bad = try sambench("probe", "SAM seed 1", "--rho", "0", in: folder)
    #expect(bad.status == 64 && bad.complaint.contains("--rho must be a number above 0"), "\(bad)")
    #expect(try sambench("probe", "nothing", in: folder).status == 5)
    #expect(try sambench("export", "--light", "shipped/quick", in: folder).status == 0)
    let light = try sambench("probe", "SAM seed 1", "--results", "shipped", in: folder)
    #expect(light.status == 64 && light.complaint.contains("no weights"), "\(light)")
  }

  private func science(in folder: Scratch) throws -> [String] {
    let store = RunStore(folder: folder.path + "/results/quick")
    return try store.ids().map { try store.record(of: $0, .summary).scienceDigest }
  }
}
