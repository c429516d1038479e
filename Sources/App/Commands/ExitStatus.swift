import Cluster
import Configuration
import Core
import Datasets
import Foundation
import Probes
import Reports
import Running
import Store
import Suites

/// The exit codes of the program. Codes from 64 to 78 follow sysexits.h, so that schedulers understand them.
enum ExitStatus: Int32, Error {
  case done = 0
  /// Results that should agree differ: a number from the paper's, or a method that is worse than another.
  case differs = 2
  case cellFailed = 3
  case resultsMissing = 5
  case damagedFile = 7
  /// Another runner is training the remaining cells.
  case heldElsewhere = 8
  case usage = 64
  case dataNotFound = 66
  /// The cluster's scheduler is missing or refused a request.
  case unavailable = 69
  case inputOutput = 74
  /// Stopped by a signal or the time limit, with checkpoints written; the same command resumes.
  case stopped = 75

  /// The exit code for an error of this package; nil for errors of the argument parser.
  init?(for error: any Error) {
    switch error {
    case is SuiteError, is UsageError, is CatalogueError: self = .usage
    case is OutputError, is TooFewFiles, is TooFewThreads, is TooLittleMemory: self = .inputOutput
    case is UnfitTensors: self = .damagedFile
    case let error as StoredRunError:
      switch error {
      case .unusable: self = .usage
      case .noData: self = .dataNotFound
      }
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

/// An invalid command line. The description names what is allowed.
struct UsageError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Writes one line to standard error.
func complain(_ message: String) { StandardStream.error.write("\(programName): \(message.visibleLines)\n") }

/// Writes to standard output, with control characters escaped, because the text may quote files of unknown origin. A
/// partial output must not be mistaken for a complete one, so the program exits if writing fails: silently if the
/// reader closed the pipe, as `head` does.
func answer(_ text: String) {
  guard !StandardStream.output.write(text.visibleLines) else { return }
  let code = errno
  if code != EPIPE {
    complain("cannot write to standard output: \(String(cString: strerror(code))). The results are intact.")
  }
  exit(ExitStatus.inputOutput.rawValue)
}

/// Writes the table of a command as CSV or Markdown, or the JSON object or the text in its place.
func answer(
  _ table: Table, as format: OutputFormat, json object: @autoclosure () -> [String: Value],
  text: @autoclosure () -> String
) {
  switch format {
  case .csv, .markdown: answer(table.text(as: format))
  case .json: answer(Value.object(object()).canonicalJSON + "\n")
  case .text: answer(text())
  }
}

/// Writes one line to standard error and returns the status of a command that found no results.
func missing(_ message: String) -> ExitStatus {
  complain(message)
  return .resultsMissing
}

/// The name of the executable: `sambench`, or that of another package's program.
let programName = CommandLine.arguments.first.map { URL(fileURLWithPath: $0).lastPathComponent } ?? "sambench"

/// The message for a name that is not in a catalogue.
func unknown(_ kind: String, _ name: String, among known: [String]) -> String {
  "No \(kind) is named '\(name)'.\(suggestion(for: name, among: known))\(SourceFiles.hint)"
}
