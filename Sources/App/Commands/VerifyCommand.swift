import ArgumentParser
import Configuration
import Foundation
import Reports
import Running
import Store
import Synchronization

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Finds damaged, truncated and foreign files among the results.",
    discussion: """
      Every file is checked against its seal, every dataset of a cell against its digest, and the accuracy against the \
      stored predictions. Contents are read in a separate process, so that no file can crash this one. Symbolic links \
      are followed. The next run trains damaged cells again; if a checkpoint is damaged, it resumes from the other one.

      The exit code is 7 if a file is damaged or foreign, and 74 if a file cannot be read.

      EXAMPLES
        \(programName) verify                        all files in results/
        \(programName) verify results/quick --quarantine
        \(programName) verify some/cell.h5 --format json
      """)

  @Argument(help: "Folders and files to verify. (default: results/)")
  var paths: [String] = []

  @Flag(help: "Move damaged and foreign files to the profile's quarantine folder, with the reason in their names.")
  var quarantine = false

  @OptionGroup var formatOption: FormatOption

  func validate() throws {
    for path in paths { try check("the path", path: path) }
  }

  func run() throws {
    var verdicts: [FileVerdict] = []
    for path in paths.isEmpty ? ["results"] : paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw UsageError("\(path): no such file or folder.")
      }
      guard isFolder.boolValue else {
        verdicts.append(FileVerdict(judging: path))
        continue
      }
      let (files, unnameable) = try FileVerdict.files(below: path.hasSuffix("/") ? String(path.dropLast()) : path)
      verdicts += judged(files) + unnameable
    }
    var listing = Table(["file", "verdict", "reason", "moved_to"])
    for verdict in verdicts where verdict.kind != .whole {
      let isMoved = quarantine && verdict.isBad && verdict.kind != .unreadable
      let movedTo = try isMoved ? RunStore.quarantine(verdict) ?? "" : ""
      listing.add(verdict.path, verdict.kind.rawValue, verdict.reason, movedTo)
    }
    write(verdicts, listing)
    let bad = verdicts.filter(\.isBad)
    if bad.contains(where: { $0.kind != .unreadable }) { throw ExitStatus.damagedFile }
    if !bad.isEmpty { throw ExitStatus.inputOutput }
  }

  /// The verdicts in the order of the files. Several readers share the files, each with its own child process.
  private func judged(_ files: [String]) -> [FileVerdict] {
    let readers = min(files.count / 50 + 1, Machine.current.processors, 8)
    let found = Mutex<[Int: FileVerdict]>([:])
    let access = FileAccess.current
    DispatchQueue.concurrentPerform(iterations: readers) { part in
      FileAccess.$current.withValue(access) {
        let reader = TrialReader.child
        for index in stride(from: part, to: files.count, by: readers) {
          let verdict = FileVerdict.judge(fileInFolder: files[index], with: reader)
          found.withLock { $0[index] = verdict }
        }
      }
    }
    return found.withLock { found in files.indices.compactMap { found[$0] } }
  }

  private func write(_ verdicts: [FileVerdict], _ listing: Table) {
    func count(_ kind: FileVerdict.Kind) -> Int { verdicts.count { $0.kind == kind } }
    var object: [String: Value] = ["schema": 1, "files": .integer(verdicts.count), "findings": listing.objects]
    for kind in FileVerdict.Kind.allCases { object[kind.rawValue] = .integer(count(kind)) }
    let lines = listing.rows.map { $0.map(\.text) }.map { row in
      "\(row[0]): \(row[1]): \(row[2]).\(row[3].isEmpty ? "" : " Moved to \(row[3]).")\n"
    }
    let counts = FileVerdict.Kind.allCases.filter { $0 == .whole || count($0) > 0 }.map {
      "\(count($0)) \($0.rawValue)"
    }
    answer(
      listing, as: formatOption.format, json: object,
      text: lines.joined() + "\(counted(verdicts.count, "file")): \(counts.joined(separator: ", ")).\n")
  }
}
