import ArgumentParser
import Configuration
import Reports
import Store
import Suites

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Runs vSAM's sampling rule again over the norms that runs of SAM stored.",
    discussion: """
      Eqs. 8-15 see two norms and answer yes or no: no network is needed. For every alpha the share of sampled iterations, \
      the same for the norms in random order, which tells whether their order matters, and what other constants would do. \
      Runs shorter than the paper's get its constants scaled to their length.

      EXAMPLES
        \(programName) run sampling                  runs of SAM to replay
        \(programName) replay                        them, or the shipped ones
        \(programName) replay --alpha 0.1 --draws 1000
      """)

  @Option(name: [.short, .long], help: "The profile whose results are read.")
  var profile = "quick"

  @Option(name: .customLong("results"), help: "The results folder.", completion: .directory)
  var resultsFolder = "results"

  @Option(help: "An alpha to replay; repeatable. By default those of Tables 1 and 3.")
  var alpha: [Double] = []

  @Option(help: "Sequences of random numbers, and orders of the shuffled norms.")
  var draws = 100

  @Option(help: "Norms over the last layers, as the method sees them (tail), or over all.")
  var layers = SamplingNorms.Layers.tail

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    if draws < 2 { throw ValidationError("--draws must be an integer >= 2, not \(draws).") }
    if let wrong = alpha.first(where: { !($0 > 0 && $0 <= 1) }) {
      throw ValidationError("--alpha must be a number above 0 and at most 1, not \(wrong).")
    }
  }

  func run() throws {
    let store = RunStore(folder: "\(resultsFolder)/\(profile)")
    var norms = try SamplingNorms.norms(in: store, layers: layers)
    if norms.isEmpty {
      norms = try SamplingNorms.norms(in: RunStore(folder: "\(resultsFolder)/\(SamplingNorms.shipped)"), layers: layers)
    }
    guard !norms.isEmpty else {
      complain(
        "\(store.folder): no finished run of SAM with at least \(SamplingStudy.fewestIterations) iterations. Train some "
          + "first: \(programName) run sampling -p \(profile)")
      throw ExitStatus.resultsMissing
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
