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

/// The whole program: command line, suites, store and reports, with what another package brings along.
///
/// Its `main.swift`:
///
/// ```swift
/// import SAMBench
///
/// SAMBenchProgram(methods: [AELookSAM.self]).main()
/// ```
///
/// Suites then name the additions like any other entry of the catalogues.
public struct SAMBenchProgram {
  private let methods: [any TrainingMethod.Type]
  private let models: [any Model.Type]
  private let datasets: [any DatasetSource.Type]

  /// - Parameters:
  ///   - methods: in addition to the package's own, as are the models and data sets.
  public init(
    methods: [any TrainingMethod.Type] = [], models: [any Model.Type] = [], datasets: [any DatasetSource.Type] = []
  ) {
    (self.methods, self.models, self.datasets) = (methods, models, datasets)
  }

  /// Does what the command line asks for and ends the process. Call it first: it may start the program anew with the
  /// right BLAS kernels.
  public func main() -> Never {
    StandardStream.prepare()
    guard access("/proc/self/exe", F_OK) == 0 else {
      complain("there is no /proc here, which tells the program its arguments. Mount it: mount -t proc proc /proc")
      exit(ExitStatus.inputOutput.rawValue)
    }
    // A file that may not grow further is an error of the write, which says so, and not the end of the program.
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
      // What is read of results is read in a child first.
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
      // The parser's own errors, and its help, which is one of them.
      let code = Sambench.exitCode(for: error)
      let text = Sambench.fullMessage(for: error) + "\n"
      if code.isSuccess { answer(text) } else { StandardStream.error.write(text) }
      exit(code.rawValue)
    }
    exit(ExitStatus.done.rawValue)
  }
}
