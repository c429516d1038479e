import ArgumentParser
import Running

/// The root of the command line; a new command is one line in `subcommands`.
struct Sambench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: programName,
    abstract: "Reruns the tables of the vSAM paper, and compares your own optimizers with its baselines.",
    discussion: """
      EXAMPLES
        \(programName) run                        train what is missing of all tables
        \(programName) run table1 -p smoke        one table, tiny
        \(programName) plan -p paper              what the paper's own size would take
        \(programName) submit -p paper            the same as job arrays of Slurm
        \(programName) status                     what is there
        \(programName) report                     tables, verdicts, figures from results
        \(programName) replay                     the sampling rule over stored norms
        \(programName) compare vsam sam           two methods, run by run, seed by seed
        \(programName) inspect 'vsam seed 1'      one run: recipe, result, traces
        \(programName) scale-rate 'sam seed 1'   vSAM's settings for short runs
        \(programName) list cells                 every stored run
        \(programName) verify                     find damaged files
        \(programName) rm --orphans --dry-run     runs that no suite has
        \(programName) bench                      images per second on this machine
        \(programName) list methods               methods: settings, defaults, sources
        \(programName) new method gsam            a method of your own, in one file
        \(programName) check method gsam          the contract of all methods, tried on it
        \(programName) run compare --method gsam  it beside SGD, SAM and vSAM

      EXIT CODES
          0 done, or equal
          2 differs: from the paper, from another run, worse than the other method
          3 a cell failed or diverged
          5 results are missing
          7 a file is damaged
          8 another runner works on what is left
         64 usage, or an error in a suite
         66 data not found
         69 no scheduler
         74 disk full, or another error of the system
         75 stopped, checkpoints written: rerun the same command to resume
        130 Ctrl-C twice
      """,
    version: Program.version,
    subcommands: [
      RunCommand.self, PlanCommand.self, StatusCommand.self, ReportCommand.self, CompareCommand.self,
      InspectCommand.self, ListCommand.self, DataCommand.self,
      SubmitCommand.self, CancelCommand.self, JobCommand.self, MergeCommand.self, ExportCommand.self, BenchCommand.self,
      NewCommand.self, ReplayCommand.self,
      CheckCommand.self, ScaleRateCommand.self,
      DoctorCommand.self, VerifyCommand.self, RemoveCommand.self, ReadCommand.self,
    ])

  /// The parser would call a mistyped command an unexpected argument.
  static func checkCommandName() throws(UsageError) {
    let commands = configuration.subcommands.map { $0.configuration }
    let names = commands.compactMap { $0.commandName } + ["help"]
    guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !names.contains(word) else {
      return
    }
    let known = commands.filter { $0.shouldDisplay }.compactMap { $0.commandName } + ["help"]
    throw UsageError(unknown("command", word, among: known) + " `\(programName) --help` says what each does.")
  }
}
