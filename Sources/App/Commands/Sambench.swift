import ArgumentParser
import Running

/// The root of the command line; a new command is one line in `subcommands`.
struct Sambench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: programName,
    abstract: "Reproduces the tables of the vSAM paper, and compares your own optimizers with its baselines.",
    discussion: """
      A cell is one training run: a model, a data set, a method and a seed. A suite defines a table of cells, and a \
      profile sets the size of its runs.

      EXAMPLES
        \(programName) run                        train the missing cells of all tables
        \(programName) run table1 -p smoke        one table, at the smallest size
        \(programName) plan -p paper              cells and time of the paper's full size
        \(programName) submit -p paper            the same, as Slurm job arrays
        \(programName) status                     finished, running and missing cells
        \(programName) report                     tables, verdicts, figures from results
        \(programName) replay                     the sampling rule on stored norms
        \(programName) compare vsam sam           two methods, paired by seed
        \(programName) tune compare --method 'sam,rho=0.1|0.2'   rho on validation images
        \(programName) inspect 'vsam seed 1'      one run: recipe, result, traces
        \(programName) probe 'sam seed 1'         sharpness and Hessian of one run
        \(programName) scale-rate 'sam seed 1'    vSAM's settings for short runs
        \(programName) list cells                 all stored runs
        \(programName) verify                     damaged files
        \(programName) rm --orphans --dry-run     runs that are in no suite
        \(programName) bench                      images per second on this machine
        \(programName) list methods               methods: settings, defaults, sources
        \(programName) new method gsam            your own method, in one file
        \(programName) check method gsam          test your method
        \(programName) run compare --method gsam  run it with SGD, SAM and vSAM

      EXIT CODES
          0 success, or no difference
          2 a number differs from the paper or another run, or a method is worse
          3 a cell failed or diverged
          5 results are missing
          7 a file is damaged
          8 another runner is training the remaining cells
         64 invalid usage, or an error in a suite
         66 data not found
         69 no scheduler
         74 disk full, or another system error
         75 stopped, checkpoints written: rerun the same command to resume
        130 Ctrl-C twice
      """,
    version: Program.version,
    subcommands: [
      RunCommand.self, PlanCommand.self, StatusCommand.self, ReportCommand.self, CompareCommand.self, TuneCommand.self,
      InspectCommand.self, ListCommand.self, DataCommand.self,
      SubmitCommand.self, CancelCommand.self, JobCommand.self, MergeCommand.self, ExportCommand.self, BenchCommand.self,
      NewCommand.self, ReplayCommand.self, ProbeCommand.self,
      CheckCommand.self, ScaleRateCommand.self,
      DoctorCommand.self, VerifyCommand.self, RemoveCommand.self, ReadCommand.self,
    ])

  /// Reports a mistyped command, which the parser would call an unexpected argument.
  static func checkCommandName() throws(UsageError) {
    let commands = configuration.subcommands.map { $0.configuration }
    let names = commands.compactMap { $0.commandName } + ["help"]
    guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !names.contains(word) else {
      return
    }
    let known = commands.filter { $0.shouldDisplay }.compactMap { $0.commandName } + ["help"]
    throw UsageError(unknown("command", word, among: known) + " `\(programName) --help` describes them.")
  }
}
