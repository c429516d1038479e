import Configuration
import Cluster
import Datasets
import Foundation
import Running
import Store
import Suites
import Tensors

/// What the program ends with. Numbers above 63 are those of sysexits.h, so that schedulers understand them.
enum ExitStatus: Int32, Error {
  case done = 0
  /// Results that should agree do not: a number differs from the paper's, or a method is worse than another.
  case differs = 2
  case cellFailed = 3
  case resultsMissing = 5
  case damagedFile = 7
  /// What is left is in the hands of another runner.
  case heldElsewhere = 8
  case usage = 64
  case dataNotFound = 66
  /// The cluster's scheduler is not there or refuses.
  case unavailable = 69
  case inputOutput = 74
  /// Stopped by a signal or the time limit with checkpoints written; running again goes on.
  case stopped = 75

  /// The status of an error that one of our targets designed, nil for the argument parser's own.
  init?(for error: any Error) {
    switch error {
    case is SuiteError, is UsageError, is CatalogueError: self = .usage
    case is OutputError, is TooFewFiles, is TooFewThreads, is TooLittleMemory: self = .inputOutput
    case let error as DatasetError:
      switch error.kind {
      case .notFound: self = .dataNotFound
      case .damaged: self = .damagedFile
      case .refused: self = .usage
      case .system: self = .inputOutput
      }
    case let error as StoreError:
      switch error {
      case .io, .hdf5: self = .inputOutput
      case .absent: self = .resultsMissing
      case .damaged: self = .damagedFile
      case .newer: self = .usage
      }
    case let error as ClusterError:
      switch error {
      case .noProgram, .refused, .silent, .misunderstood: self = .unavailable
      case .badPlan, .otherProgram, .noTask: self = .usage
      case .io: self = .inputOutput
      }
    default: return nil
    }
  }
}

/// A command line that cannot be meant; the description says what would be.
struct UsageError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// One line on standard error.
func complain(_ message: String) { StandardStream.error.write("\(programName): \(message.visibleLines)\n") }

/// Writes an answer. Texts of files from elsewhere may be in it, so no sequence of it reaches a terminal. Half an answer must
/// not be taken for a whole one: where it cannot be written the program ends, without a word where its reader has enough, as
/// `head` has.
func answer(_ text: String) {
  guard !StandardStream.output.write(text.visibleLines) else { return }
  let code = errno
  if code != EPIPE {
    complain("cannot write the answer to standard output: \(String(cString: strerror(code))). The results are intact.")
  }
  exit(ExitStatus.inputOutput.rawValue)
}

/// What the program was started as: `sambench`, or the name that another package gave its own.
let programName = CommandLine.arguments.first.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "sambench"

/// What to say of a name that no catalogue has.
func unknown(_ kind: String, _ name: String, among known: [String]) -> String {
  let hint = nearest(to: name, among: known).map { " Did you mean '\($0)'?" } ?? ""
  return "No \(kind) is named '\(name)'.\(hint) Known: \(known.joined(separator: ", ")).\(SourceFiles.hint)"
}
