import Foundation
import Store
import TestSupport
import Testing

/// The program under hostile files, folders, streams and signals.
extension CommandTests {
  private static let longRun = oneCell.replacing("epochs: 2", with: "epochs: 150")

  private func cells(in folder: Scratch) -> RunStore { RunStore(folder: folder.path + "/results/quick") }

  @Test(
    "every terminating signal leaves a checkpoint and ends with 75, and the next run gives the same bits",
    arguments: [SIGHUP, SIGQUIT, SIGXCPU, SIGTERM, SIGUSR1])
  func signals(_ number: Int32) throws {
    let folder = try workplace(Self.longRun)
    let whole = try workplace(Self.longRun)
    let work = folder.path + "/results/quick/work"
    func checkpoints() -> [String] {
      (FileManager.default.subpaths(atPath: work) ?? []).filter { $0.contains("/checkpoint-") && !$0.hasSuffix(".tmp") }
    }
    let run = ["run", "--threads", "1", "--checkpoint-every", "0.05s"]
    let stopped = try sambench(run, in: folder) { process, complaint in
      guard complaint.hasSuffix("1 to train\n") else { return }
      // Before the first checkpoint there might be no completed step to save.
      while process.isRunning && checkpoints().isEmpty {}
      kill(process.processIdentifier, number)
    }
    #expect(stopped.status == 75, "\(number): \(stopped)")
    #expect(!checkpoints().isEmpty, "\(number)")
    let end = try sambench(run, in: folder)
    #expect(end.status == 0 && end.complaint.contains("resumes after iteration"), "\(number): \(end)")
    #expect(try sambench(run, in: whole).status == 0)
    let merged = try sambench("merge", folder.path + "/results/quick", in: whole)
    #expect(merged.output.hasPrefix("0 added, 1 same, 0 differs"), "\(number): \(merged)")
  }

  @Test("a hangup that nohup ignores stays ignored")
  func nohup() throws {
    let folder = try workplace()
    let ending = try sambench("run", "--threads", "1", in: folder, under: "trap '' HUP") { process, complaint in
      if complaint.hasSuffix("1 to train\n") { kill(process.processIdentifier, SIGHUP) }
    }
    #expect(ending.status == 0, "\(ending)")
  }

  @Test("output that cannot be written ends any command with 74; the results are intact")
  func lostAnswer() throws {
    let folder = try workplace()
    for stream in ["exec 1>/dev/full", "exec 1>&-"] {
      for arguments in [
        ["run"], ["run", "--format", "json"], ["plan"], ["status", "--format", "json"], ["report"], ["verify"],
        ["list", "methods"], ["--help"], ["--version"], ["merge", "results/quick"], ["inspect", "seed 1", "--tree"],
      ] {
        let ending = try sambench(arguments, in: folder, under: stream)
        #expect(ending.status == 74, "\(stream) \(arguments): \(ending)")
        #expect(ending.complaint.contains("cannot write to standard output: "), "\(arguments): \(ending)")
      }
    }
    #expect(try sambench("verify", in: folder).output == "1 file: 1 whole.\n")
  }

  @Test("messages that cannot be written do not change the outcome")
  func lostMessages() throws {
    for stream in ["exec 2>/dev/full", "exec 2>&-"] {
      let folder = try workplace()
      #expect(try sambench("run", in: folder, under: stream).status == 0)
      #expect(try sambench("plan", "nosuch", in: folder, under: stream).status == 64)
      #expect(try sambench("run", "--nosuch", in: folder, under: stream).status == 64)
      #expect(try sambench("report", "--results", "none", in: folder, under: stream).status == 5)
      #expect(try sambench("verify", in: folder).output == "1 file: 1 whole.\n")
    }
  }

  @Test("a pipe, a device, a folder and a terabyte among the cells affect only themselves, in every command")
  func oddCells() throws {
    let folder = try workplace(CommandTests.oneCell.replacing("seeds: [1]", with: "seeds: [1, 2, 3, 4, 5]"))
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    let paths = try cells(in: folder).ids().map { cells(in: folder).path(of: $0) }
    for path in paths.prefix(4) { try FileManager.default.removeItem(atPath: path) }
    #expect(mkfifo(paths[0], 0o600) == 0 && symlink("/dev/zero", paths[1]) == 0)
    #expect(symlink(paths[2], paths[2]) == 0)
    let descriptor = open(paths[3], O_WRONLY | O_CREAT, 0o600)
    #expect(ftruncate(descriptor, 1 << 40) == 0 && close(descriptor) == 0)
    let status = try sambench("status", "--format", "json", in: folder)
    #expect(status.status == 0 && status.output.contains(#""damaged":4"#), "\(status)")
    #expect(try sambench("verify", in: folder).status == 7)
    #expect(try sambench("plan", in: folder).status == 0)
    #expect(try sambench("report", "--quiet", in: folder).status == 0)
    #expect(try sambench("compare", "sgd", "sgd", in: folder).status != 132)
    #expect(try sambench("merge", "results/quick", "--results", "other", in: folder).output.contains("1 added, "))
    let again = try sambench("run", "--format", "json", in: folder)
    #expect(again.status == 0 && again.output.contains(#""trained":4"#), "\(again)")
    #expect(try sambench("verify", in: folder).output == "5 files: 5 whole.\n")
  }

  @Test(
    "a link in place of a cell's work folder: the cell is refused, the link's target stays, other cells are trained")
  func linkedWork() throws {
    let folder = try workplace(CommandTests.oneCell.replacing("seeds: [1]", with: "seeds: [1, 2]"))
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    let id = try #require(try cells(in: folder).ids().first)
    for id in try cells(in: folder).ids() { try FileManager.default.removeItem(atPath: cells(in: folder).path(of: id)) }
    try FileManager.default.createDirectory(atPath: folder.path + "/precious", withIntermediateDirectories: true)
    try "thesis".write(toFile: folder.path + "/precious/checkpoint-0", atomically: false, encoding: .utf8)
    let work = folder.path + "/results/quick/work"
    try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
    #expect(symlink(folder.path + "/precious", "\(work)/\(id)") == 0)
    for more in [[], ["--fresh"]] {
      let ending = try sambench(["run", "--force"] + more, in: folder)
      #expect(
        ending.status == 3 && ending.output.contains("is a symbolic link or not a folder"), "\(ending)")
      #expect(ending.output.hasPrefix("1 cell trained"), "\(ending)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/precious") == ["checkpoint-0"])
    }
  }

  @Test("a merge into another profile's folder is refused with the remedy, and copies nothing")
  func mergeOfAnotherProfile() throws {
    let folder = try workplace()
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    let ending = try sambench("merge", "results/quick", "-p", "paper", "--results", "other", in: folder)
    #expect(ending.status == 64 && ending.complaint.contains("Name the profile with -p."), "\(ending)")
    #expect(ending.output.contains("it belongs to the profile 'quick', not to 'paper'"), "\(ending)")
    #expect(try RunStore(folder: folder.path + "/other/paper").ids() == [])
  }

  @Test("a report is shown even if its files cannot be written, and ends with 74")
  func reportNowhere() throws {
    let folder = try workplace()
    #expect(try sambench("run", "--quiet", in: folder).status == 0)
    let shown = try sambench("report", in: folder)
    #expect(shown.status == 0)
    // A file in place of the folder stops the superuser, too.
    try FileManager.default.removeItem(atPath: folder.path + "/results/quick/report")
    try "".write(toFile: folder.path + "/results/quick/report", atomically: false, encoding: .utf8)
    let ending = try sambench("report", in: folder)
    #expect(ending.status == 74 && ending.complaint.contains("the report cannot be written"), "\(ending)")
    #expect(ending.output.prefix(200) == shown.output.prefix(200))
  }
}
