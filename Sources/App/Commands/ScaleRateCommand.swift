import ArgumentParser
import Configuration
import Methods
import Reports
import Store

struct ScaleRateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scale-rate", abstract: "Prints vSAM's settings for runs of another length, from a SAM run's norms.",
    discussion: """
      vSAM's sampling rate rises at the end of each window, and a short run has few windows. This command prints the \
      window, the start and the alphas for which a run of T iterations samples about the same share of them as the \
      paper's runs of 78,200 iterations do at each alpha of Table 1. CELL is a SAM run with the same model and data; \
      docs/suites.md derives the rule.

      EXAMPLES
        \(programName) scale-rate 'SAM seed 99' -p evidence --iterations 1410
        \(programName) scale-rate pilot.h5 --iterations 1410 --alpha 0.1 --format json
      """)

  @Argument(help: "SAM run: a file, an id, or words of an alias, such as 'sam seed 1'.")
  var cell: String

  @Option(help: "T, the length of the new run in iterations: epochs times batches per epoch. (default: that of CELL)")
  var iterations: Int?

  @Option(name: .customLong("alpha"), help: "Alpha of the paper, such as 0.1; repeatable. (default: those of Table 1)")
  var alphas: [Double] = []

  @OptionGroup var results: ResultsOptions

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    if let iterations, !(1...1_000_000_000).contains(iterations) {
      throw ValidationError("--iterations must be an integer from 1 to 1000000000, not \(iterations).")
    }
    for alpha in alphas where !(alpha >= 0 && alpha <= 1) {
      throw ValidationError("--alpha must be a number from 0 to 1, not \(alpha).")
    }
  }

  func run() throws {
    let record = try CellLookup(cell, in: RunStore(folder: results.folder)).record()
    guard let psf = record.trace("l2_psf_tail"), let sgd = record.trace("l2_sgd_tail"), !psf.isEmpty,
      psf.count == sgd.count, (psf + sgd).allSatisfy(\.isFinite)
    else {
      throw UsageError(
        "\(record.alias): the norm of the PSF is not stored for every iteration. Name a SAM run with period 1 that did "
          + "not diverge.")
    }
    let iterations = self.iterations ?? psf.count
    guard let rule = RateScaling(iterations: iterations, psf: psf, sgd: sgd) else {
      throw UsageError(
        "\(record.alias): no settings for \(iterations) iterations. The run needs at least one window of "
          + "\(RateScaling.shortWindow) iterations after its warm-up, and its norms must change on average.")
    }
    write(rule)
  }

  private func write(_ rule: RateScaling) {
    let paper = alphas.isEmpty ? [0.05, 0.1, 0.13, 0.15, 0.2] : alphas
    var listing = Table(["alpha_paper", "alpha", "predicted_share_percent"])
    for alpha in paper {
      listing.add(
        alpha, rule.alpha(alpha).rounded(toPlaces: 4),
        (100 * rule.share(gain: RateScaling.paperGain * alpha)).rounded(toPlaces: 1))
    }
    let settings = Value.object([
      "window": .integer(rule.window), "slices": .integer(rule.slices), "initial": .number(rule.initial),
      "minimum": .number(rule.minimum), "start": .integer(rule.start),
    ])
    answer(
      listing, as: formatOption.format,
      json: [
        "schema": 1, "iterations": .integer(rule.iterations), "settings": settings, "signal": .number(rule.signal),
        "windows": .integer(rule.windows), "factor": .number(rule.factor), "alphas": listing.objects,
      ],
      text: """
        \(rule.iterations) iterations: \(rule.windows) windows of \(rule.window) after a start of \(rule.start).
        set: {method: {window: \(rule.window), slices: \(rule.slices), initial: \(rule.initial), minimum: \
        \(rule.minimum), start: \(rule.start)}}
        K' = \(rule.signal.rounded(toPlaces: 5)), factor on alpha \(rule.factor.rounded(toPlaces: 3))

        """ + listing.plainText)
  }
}
