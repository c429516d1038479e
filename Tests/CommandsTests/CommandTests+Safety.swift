import Foundation
import Methods
import Store
import TestSupport
import Testing

/// The program with damaged files, with concurrent processes, and after being killed.
extension CommandTests {
  private func cellFile(in folder: Scratch) throws -> String {
    let store = RunStore(folder: folder.path + "/results/quick")
    return store.path(of: try #require(try store.ids().first))
  }

  @Test("verify finds a damaged cell and ends with 7; the next run retrains it to the same bits")
  func verify() throws {
    let folder = try workplace()
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    let whole = try digests(folder)
    let sound = try sambench("verify", in: folder)
    #expect(sound == Ending(status: 0, output: "1 file: 1 whole.\n", complaint: ""))
    let file = try cellFile(in: folder)
    var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: URL(fileURLWithPath: file))
    let damaged = try sambench("verify", "--format", "csv", in: folder)
    let relative = "results/quick/cells/" + (file.split(separator: "/").last ?? "")
    #expect(
      damaged
        == Ending(
          status: 7,
          output: "file,verdict,reason,moved_to\n\(relative),damaged,does not match its checksum,\n", complaint: ""))
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    #expect(try digests(folder) == whole)

    try Data("not HDF5".utf8).write(to: URL(fileURLWithPath: file))
    let moved = try sambench("verify", "results", "--quarantine", in: folder)
    #expect(moved.status == 7 && moved.output.contains("Moved to results/quick/quarantine/"), "\(moved)")
    #expect(try sambench("verify", in: folder).status == 0)
  }

  @Test("a result file in a newer format is left unchanged and reported with the remedy; other cells are not affected")
  func newer() throws {
    let folder = try workplace(CommandTests.oneCell.replacing("seeds: [1]", with: "seeds: [1, 2]"))
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    let file = try cellFile(in: folder)
    let later = RunStore.sealed(Array(try Data(contentsOf: URL(fileURLWithPath: file)).dropFirst(512)), format: 2)
    try Data(later).write(to: URL(fileURLWithPath: file))
    let ending = try sambench("run", "--force", in: folder)
    #expect(ending.status == 3 && ending.output.hasPrefix("1 cell trained"), "\(ending)")
    #expect(
      ending.output.contains("its result has format 2, but this program reads up to format 1. Use the newer program"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(later))
    let status = try sambench("status", "--format", "json", in: folder)
    #expect(status.output.contains(#""newer":1"#) && status.output.contains(#""finished":1"#), "\(status)")
    #expect(try sambench("report", "--quiet", in: folder).status == 0)
  }

  @Test("two processes on one folder compute each cell once, and cells held elsewhere end with 8")
  func twoRunners() throws {
    let suite = CommandTests.oneCell.replacing("seeds: [1]", with: "seeds: [1, 2, 3, 4]")
      .replacing("epochs: 2", with: "epochs: 40")
    let folder = try workplace(suite)
    var others: Ending?
    let first = try sambench("run", "--threads", "1", "--format", "csv", in: folder) { [self] process, complaint in
      guard others == nil && complaint.contains("4 to train") else { return }
      others = try? sambench("run", "--threads", "1", "--format", "csv", in: folder)
    }
    let second = try #require(others)
    #expect([0, 8].contains(first.status) && [0, 8].contains(second.status), "\(first) \(second)")
    func trained(_ ending: Ending) -> [Substring] {
      ending.output.split(separator: "\n").dropFirst().map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      .filter { $0[7] == "true" }.map { $0[0] }
    }
    let all = trained(first) + trained(second)
    #expect(all.count == 4 && Set(all).count == 4, "\(trained(first)) \(trained(second))")

    // A cell held by another machine.
    let held = try workplace()
    let store = RunStore(folder: held.path + "/results/quick")
    #expect(try sambench("run", "--time-limit", "0.001s", "--quiet", in: held).status == 75)
    let plan = try sambench("run", "--quiet", in: held)
    #expect(plan.status == 0)
    let id = try #require(try store.ids().first)
    try FileManager.default.removeItem(atPath: store.path(of: id))
    let work = "\(held.path)/results/quick/work/\(id)"
    try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    try #"{"host":"node7","process":12,"start":"1","system":"elsewhere"}"#
      .write(toFile: work + "/claim-1", atomically: false, encoding: .utf8)
    let ending = try sambench("run", in: held)
    #expect(ending.status == 8)
    #expect(ending.output.contains("held by process 12 on node7: mine: ResNet, CIFAR-10, SGD, seed 1"), "\(ending)")
  }

  @Test("--audit changes no result: the same science digests for every method")
  func audit() throws {
    let suite = CommandTests.oneCell.replacing(
      "{name: sgd, label: SGD}",
      with: MethodCatalogue.all.map { "{name: \($0.name), label: \($0.name)}" }.joined(separator: ", "))
    let plain = try workplace(suite)
    let audited = try workplace(suite)
    #expect(try sambench("run", "--quiet", in: plain).status == 0)
    #expect(try sambench("run", "--quiet", "--audit", in: audited).status == 0)
    #expect(try digests(plain) == digests(audited))
    #expect(try digests(plain).count == MethodCatalogue.all.count)
    let store = RunStore(folder: audited.path + "/results/quick")
    for id in try store.ids() { #expect(try store.record(of: id).audit != nil, "\(id)") }
  }

  @Test("a limit on file sizes: 74, with the path and the remedy, and the run resumes once it is raised")
  func fileLimit() throws {
    let folder = try workplace()
    let ending = try sambench("run", "--quiet", in: folder, under: "ulimit -f 8")
    #expect(ending.status == 74)
    #expect(ending.complaint.hasPrefix("sambench: cannot write 'results/quick/cells/"), "\(ending)")
    #expect(ending.complaint.hasSuffix("File too large. The file size limit is too low: raise it (ulimit -f).\n"))
    #expect(try digests(folder).isEmpty)
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
  }

  @Test("a low limit on open files: 74 with the remedy, before any work, from the lowest that lets the program start")
  func descriptorLimit() throws {
    let folder = try workplace()
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    let whole = try digests(folder)
    let need = "sambench: Too many open files: 26 are needed at once, but only "
    let remedy = " more can be opened. Raise the limit (ulimit -n) or run fewer jobs (-j).\n"
    for limit in [4, 5, 7, 10, 14, 20, 28] {
      for arguments in [["run", "--force"], ["verify", "--quarantine"], ["report"]] {
        let ending = try sambench(arguments, in: folder, under: "ulimit -n \(limit)")
        #expect(
          ending.status == 74 && ending.output == "" && ending.complaint.hasPrefix(need)
            && ending.complaint.hasSuffix(remedy),
          "\(limit) \(arguments): \(ending)")
      }
    }
    #expect(try digests(folder) == whole)
    let jobs = try sambench(
      "run", "-j", "20", "--threads", "1", "--oversubscribe", "--force", in: folder, under: "ulimit -n 40")
    #expect(jobs.status == 74 && jobs.complaint.contains("64 are needed at once"), "\(jobs)")
    for arguments in [["run", "--quiet", "--force"], ["report", "--quiet"]] {
      #expect(try sambench(arguments, in: folder, under: "ulimit -n 40").status == 0, "\(arguments)")
    }
  }

  @Test("a cell that exceeds memory: 3, with its requirement and the limit")
  func memoryLimit() throws {
    let folder = try workplace(
      CommandTests.oneCell.replacing("width: 4", with: "width: 64").replacing("training: 20", with: "training: 512")
        .replacing("batch_size: 10", with: "batch_size: 512"))
    let ending = try sambench("run", "--threads", "1", in: folder, under: "ulimit -v 1500000")
    #expect(ending.status == 3)
    #expect(
      ending.output.contains(
        /failed: mine: ResNet, CIFAR-10, SGD, seed 1: it takes at least [0-9]+ MB of memory, and the limit of the address space \(ulimit -v\) leaves [0-9]+ MB\. Raise it, run fewer jobs \(-j\), or use a larger machine\n/
      ), "\(ending)")
  }

  @Test("a short stress test: kills, flipped bits, mistyped inputs and faults lose nothing")
  func chaos() throws {
    let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent("chaos")
    let scratch = try Scratch()
    process.arguments = [
      "--kills", "6", "--inputs", "400", "--flips", "200", "--mutants", "100", "--short", "--folder",
      scratch.path + "/chaos",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(said)")
    #expect(
      said.contains("6 kills (") && said.contains(" 0 traps, 0 hangs, 0 writes outside")
        && said.contains("200 bit flips: 200 found, 0 false alarms"), "\(said)")
    #expect(said.contains("  0 traps, 0 hangs, 0 files outside"), "\(said)")
  }
}
