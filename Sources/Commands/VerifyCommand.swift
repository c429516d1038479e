import ArgumentParser
import Configuration
import Foundation
import Store

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Finds every damaged, truncated or foreign file among the results.",
    discussion: """
      Every file is checked against its seal, every dataset of a cell against its digest, and the accuracy against the \
      stored predictions. Content is opened in a process of its own, so that no file can bring this one down. The next \
      run trains damaged cells again, and goes on from the other checkpoint where one is damaged.

      EXAMPLES
        \(programName) verify                        everything under results/
        \(programName) verify results/quick --quarantine
        \(programName) verify some/cell.h5 --format json
      """)

  @Argument(help: "Folders and files; results/ when none is given.")
  var paths: [String] = []

  @Flag(help: "Move what is damaged or foreign into the profile's quarantine folder, the reason in its name.")
  var quarantine = false

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    for path in paths { try check("a path", path: path) }
  }

  func run() throws {
    var verdicts: [FileVerdict] = []
    for path in paths.isEmpty ? ["results"] : paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw UsageError("\(path): there is no such file or folder to verify.")
      }
      if isFolder.boolValue {
        for file in try FileVerdict.files(below: path.hasSuffix("/") ? String(path.dropLast()) : path) {
          verdicts.append(FileVerdict(ofFileInFolder: file, opening: problemSeenByChild))
        }
      } else {
        verdicts.append(FileVerdict(judging: path, opening: problemSeenByChild))
      }
    }
    var listing = Listing(head: ["file", "verdict", "reason", "moved_to"])
    for verdict in verdicts where verdict.kind != .whole {
      let movedTo = try quarantine && verdict.isBad && verdict.kind != .unreadable ? RunStore.quarantine(verdict) : ""
      listing.rows.append([.text(verdict.path), .text(verdict.kind.rawValue), .text(verdict.reason), .text(movedTo)])
    }
    write(verdicts, listing)
    let bad = verdicts.filter(\.isBad)
    if bad.contains(where: { $0.kind != .unreadable }) { throw ExitStatus.damagedFile }
    if !bad.isEmpty { throw ExitStatus.inputOutput }
  }

  private func write(_ verdicts: [FileVerdict], _ listing: Listing) {
    func count(_ kind: FileVerdict.Kind) -> Int { verdicts.count { $0.kind == kind } }
    switch formatOption.format {
    case .json:
      var object: [String: Value] = ["schema": 1, "files": .integer(verdicts.count), "findings": listing.json]
      for kind in FileVerdict.Kind.allCases { object[kind.rawValue] = .integer(count(kind)) }
      answer(Value.object(object).canonicalJSON + "\n")
    case .csv, .markdown: answer(listing.text(as: formatOption.format))
    case .text:
      for row in listing.rows {
        let moved = row[3].description.isEmpty ? "" : " Moved to \(row[3].description)."
        answer("\(row[0].description): \(row[1].description): \(row[2].description).\(moved)\n")
      }
      let others = FileVerdict.Kind.allCases.dropFirst().filter { count($0) > 0 }.map { "\(count($0)) \($0.rawValue)" }
      answer("\(verdicts.count) files: " + (["\(count(.whole)) whole"] + others).joined(separator: ", ") + ".\n")
    }
  }
}

/// Opens one file and says what is wrong with it. Run by `verify`, for which a crash here is an answer too.
struct OpenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "open-one-file", shouldDisplay: false)

  @Argument var path: String

  func run() throws {
    guard let problem = try RunStore.problem(inFileAt: path) else { return }
    answer(problem + "\n")
    throw ExitStatus.damagedFile
  }
}

/// Why a child process could not say anything about a file.
private struct NoAnswer: Error, CustomStringConvertible {
  let description: String
}

/// What the content of a file is wrong in, as a child process sees it: this program with a hidden verb.
///
/// - Throws: where the child could not be started, was killed by others or was not let read the file.
package func problemSeenByChild(_ path: String) throws -> String? {
  let child = Process()
  child.executableURL = URL(fileURLWithPath: "/proc/self/exe")
  child.arguments = [OpenCommand.configuration.commandName!, path]
  let output = Pipe()
  child.standardOutput = output
  child.standardError = FileHandle.nullDevice
  do { try child.run() } catch {
    throw NoAnswer(description: "no process for it can be started (\(error.localizedDescription))")
  }
  let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  child.waitUntilExit()
  switch (child.terminationReason, child.terminationStatus) {
  case (.exit, ExitStatus.done.rawValue): return nil
  case (.exit, ExitStatus.damagedFile.rawValue): return said.trimmingCharacters(in: .newlines)
  case (.uncaughtSignal, SIGSEGV), (.uncaughtSignal, SIGBUS), (.uncaughtSignal, SIGILL), (.uncaughtSignal, SIGABRT),
    (.uncaughtSignal, SIGFPE), (.uncaughtSignal, SIGTRAP):
    return "brings down whoever opens it (signal \(child.terminationStatus))"
  case (let reason, let status):
    let what = reason == .exit ? "status" : "signal"
    throw NoAnswer(description: "the process that opened it ended with \(what) \(status)")
  }
}
