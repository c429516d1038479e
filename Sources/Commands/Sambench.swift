import ArgumentParser
import Running

/// The root of the command line; a new command is one line in `subcommands`.
struct Sambench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: programName,
    abstract: "Reruns the tables of the vSAM paper, and compares optimizers of one's own with its baselines.",
    discussion: """
      EXAMPLES
        sambench run                        train what the quick profile of all tables still misses
        sambench run table1 -p smoke        one table, tiny
        sambench plan -p paper              what the paper's own size would take
        sambench submit -p paper            the same plan as Slurm job arrays; `status` and `cancel` follow it
        sambench status                     what is there
        sambench report                     tables, verdicts and figures from stored results
        sambench compare vsam sam           two methods, run by run with the same seed
        sambench inspect CELL               one run: recipe, result, traces
        sambench bench                      images per second of the engine on this machine
        sambench list methods               every method with its settings, defaults and sources
        sambench new method gsam            a method of your own, in one file that works as it stands
        sambench check method gsam          the contract of every method, tried on yours
        sambench run compare --method gsam  your method beside SGD, SAM and vSAM

      EXIT CODES
        0 done or equal; 2 differs from the paper, from another run, or worse than the other method;
        3 a cell failed or diverged; 5 results missing; 7 damaged file; 64 usage or suite error;
        66 data not found; 69 no scheduler; 74 disk full or I/O error; 75 stopped with checkpoints written, run again to go on; 130 Ctrl-C twice
      """,
    version: Program.version,
    subcommands: [
      RunCommand.self, PlanCommand.self, StatusCommand.self, ReportCommand.self, CompareCommand.self,
      InspectCommand.self, ListCommand.self, DataCommand.self,
      SubmitCommand.self, CancelCommand.self, JobCommand.self, MergeCommand.self, BenchCommand.self, NewCommand.self,
      CheckCommand.self,
      DoctorCommand.self,
    ])

  /// The parser would call a mistyped command an unexpected argument.
  static func checkCommandName() throws(UsageError) {
    let known = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard let word = CommandLine.arguments.dropFirst().first, !word.hasPrefix("-"), !known.contains(word) else {
      return
    }
    throw UsageError(unknown("command", word, among: known) + " `\(programName) --help` says what each does.")
  }
}
