import ArgumentParser
import Configuration
import Paper
import Reports
import Store
import Suites

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Replays vSAM's sampling rule on the gradient norms stored by SAM runs.",
    discussion: """
      The rule (Eqs. 8-15) decides from two norms whether to sample, so no network is needed. For every alpha, this \
      prints the share of sampled iterations, the share for the norms in random order, which shows whether their order \
      matters, and the effect of other constants. For runs shorter than the paper's, its constants are scaled to their \
      length.

      EXAMPLES
        \(programName) run sampling                  trains SAM runs to replay
        \(programName) replay                        replays them, or the shipped runs
        \(programName) replay --alpha 0.1 --draws 1000
      """)

  @OptionGroup var results: ResultsOptions

  @Option(help: "Alpha to replay, above 0 and at most 1; repeatable. (default: those of Tables 1 and 3)")
  var alpha: [Double] = []

  @Option(help: "Number of random sequences, and of random orders of the norms.")
  var draws = 100

  @Option(help: "Layers that the norms cover: tail (the last layers, as in the paper's method) or all.")
  var layers = SamplingNorms.Layers.tail

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    try check("--draws", draws, in: 2...100_000)
    if let wrong = alpha.first(where: { !($0 > 0 && $0 <= 1) }) {
      throw ValidationError("--alpha must be a number above 0 and at most 1, not \(wrong).")
    }
  }

  func run() throws {
    let store = RunStore(folder: results.folder)
    let norms = try SamplingNorms.norms(in: store, or: results.resultsFolder, layers: layers)
    guard !norms.isEmpty else {
      throw missing(
        "\(store.folder): no finished SAM run of at least \(SamplingStudy.fewestIterations) iterations. Train some "
          + "first: \(programName) run sampling -p \(results.profile)")
    }
    let alphas = alpha.isEmpty ? SamplingStudy.paperAlphas : alpha
    let study = SamplingStudy(norms, alphas: alphas, draws: draws)
    let sensitivity = norms.compactMap { SamplingSensitivity($0.replay, name: $0.name, alphas: alphas, draws: draws) }
    switch formatOption.format {
    case .text: answer(study.page(sensitivity).plainText)
    case .markdown: answer(study.page(sensitivity).markdown)
    case .csv: answer(study.data(sensitivity).csv)
    case .json: answer(study.data(sensitivity).json(schema: "sambench.replay", head: [("draws", .integer(draws))]))
    }
  }
}

extension SamplingNorms.Layers: ExpressibleByArgument {}
