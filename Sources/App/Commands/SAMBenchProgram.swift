import ArgumentParser
import Configuration
import Datasets
import Foundation
import Kernels
import Methods
import Models
import Running
import Store
import Suites

/// The complete program: command line, suites, store and reports, extended by the additions of another package.
///
/// Its `main.swift`:
///
/// ```swift
/// import SAMBench
///
/// SAMBenchProgram(methods: [AELookSAM.self]).main()
/// ```
///
/// Suites can then name the additions like any other catalogue entry.
public struct SAMBenchProgram {
  private let methods: [any TrainingMethod.Type]
  private let models: [any Model.Type]
  private let datasets: [any DatasetSource.Type]

  /// Adds methods, models and data sets to those of SAMBench.
  public init(
    methods: [any TrainingMethod.Type] = [], models: [any Model.Type] = [], datasets: [any DatasetSource.Type] = []
  ) {
    (self.methods, self.models, self.datasets) = (methods, models, datasets)
  }

  /// Runs the command given on the command line and exits. Call it first: it may restart the program to select the
  /// right BLAS kernels.
  public func main() -> Never {
    StandardStream.prepare()
    guard access("/proc/self/exe", F_OK) == 0 else {
      complain("/proc is missing, which is needed to read the arguments. Mount it: mount -t proc proc /proc")
      exit(ExitStatus.inputOutput.rawValue)
    }
    // Writing beyond the file size limit then fails with an error instead of ending the program.
    signal(SIGXFSZ, SIG_IGN)
    ProgramLevels.startWidest()
    BLAS.prepare()
    do {
      try MethodCatalogue.add(methods)
      try ModelCatalogue.add(models)
      try DatasetCatalogue.add(datasets)
      try Sambench.checkCommandName()
      var command = try Sambench.parseAsRoot()
      try TooFewFiles.check()
      try TooFewThreads.check()
      // Result files are first opened in a child process.
      try TextLayout.$columns.withValue(Terminal.outputColumns) {
        try TrialReader.$current.withValue(.child) { try command.run() }
      }
    } catch let status as ExitStatus {
      exit(status.rawValue)
    } catch {
      if let status = ExitStatus(for: error) {
        var hint = ""
        if let error = error as? SuiteError, case .unknownName = error { hint = SourceFiles.hint }
        complain("\(error)\(hint)")
        exit(status.rawValue)
      }
      // Errors of the argument parser, including requests for help.
      let code = Sambench.exitCode(for: error)
      let text = Sambench.fullMessage(for: error) + "\n"
      if code.isSuccess { answer(text) } else { StandardStream.error.write(text) }
      exit(code.rawValue)
    }
    exit(ExitStatus.done.rawValue)
  }
}
