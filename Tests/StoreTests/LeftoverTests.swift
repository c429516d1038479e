import Foundation
import Testing

@testable import Store

@Suite("Leftovers of killed processes") struct LeftoverTests {
  let scratch: ScratchFolder
  let store: RunStore

  init() throws {
    scratch = try ScratchFolder()
    store = RunStore(folder: scratch.path)
    try store.write(.sample(id: "done"))
  }

  private func touch(_ name: String, secondsAgo: Double = 0) throws -> String {
    let path = "\(scratch.path)/\(name)"
    try FileManager.default.createDirectory(
      atPath: String(path[..<path.lastIndex(of: "/")!]), withIntermediateDirectories: true)
    try scratch.write([1], to: path)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -secondsAgo)], ofItemAtPath: path)
    return path
  }

  /// A temporary name of an ended process on this machine.
  private func abandoned(_ name: String) -> String {
    let own = UnfinishedFile.name(for: name)
    return own.replacing(".\(getpid())-", with: ".\(Int32.max)-")
  }

  @Test("Unfinished files are removed: of this machine once their process has ended, of others after an hour")
  func unfinished() throws {
    let gone = [
      try touch(abandoned("cells/a.h5")), try touch("cells/b.h5.12-ab.tmp", secondsAgo: 4000),
      try touch("cells/c.h5.12-elsewhere-ab.tmp", secondsAgo: 4000), try touch("cells/.writable-7", secondsAgo: 4000),
    ]
    let kept = [
      try touch(UnfinishedFile.name(for: "cells/a.h5")), try touch("cells/b.h5.13-ab.tmp"),
      try touch("cells/c.h5.12-elsewhere-cd.tmp", secondsAgo: 60), try touch("cells/notes.txt", secondsAgo: 4000),
    ]
    try store.checkWritable()
    for path in gone { #expect(!FileManager.default.fileExists(atPath: path), "\(path)") }
    for path in kept { #expect(FileManager.default.fileExists(atPath: path), "\(path)") }
    #expect(try store.status(of: "done") == .stored(.finished))
  }

  @Test(
    "A file that a live process is writing is not a leftover, and a file that disappears is not reported")
  func inWork() throws {
    #expect(FileVerdict.judge(fileInFolder: try touch(UnfinishedFile.name(for: "cells/a.h5"))) == nil)
    #expect(FileVerdict.judge(fileInFolder: try touch(abandoned("cells/a.h5")))?.kind == .leftover)
    #expect(FileVerdict.judge(fileInFolder: scratch.path + "/work/done/checkpoint-0") == nil)
  }

  private func checkpoint(_ id: String) throws {
    try store.work(of: id).write(
      Checkpoint(
        head: Checkpoint.Head(cellID: id, sequence: 1, iteration: 1, machine: [:], stretches: []), state: [1]))
  }

  private func age(_ path: String, _ seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: path)
  }

  @Test("The work folder of a finished cell is removed; one with a checkpoint newer than the result stays")
  func work() throws {
    try checkpoint("done")
    try age(store.work(of: "done").path + "/checkpoint-1", 60)
    _ = try touch("work/done/checkpoint-0")
    try checkpoint("unfinished")
    try store.removeFinishedWork()
    #expect(try FileAccess.names(in: scratch.path + "/work") == ["unfinished"])

    try age(store.path(of: "done"), 60)
    try checkpoint("done")
    try store.removeFinishedWork()
    #expect(try store.work(of: "done").newest().checkpoint != nil)
  }

  @Test("The work folder of a claimed cell stays") func held() throws {
    guard case .taken(let claim) = try store.work(of: "done").claim() else { return #expect(Bool(false)) }
    try store.removeFinishedWork()
    #expect(try FileAccess.names(in: store.work(of: "done").path) == ["claim-1"])
    claim.release()
  }

  @Test("Linked folders are searched once, and names that are not valid UTF-8 are foreign") func links() throws {
    let disk = try ScratchFolder()
    let elsewhere = RunStore(folder: disk.path + "/quick")
    try elsewhere.write(.sample(id: "far"))
    #expect(symlink(disk.path + "/quick", scratch.path + "/linked") == 0)
    #expect(symlink(".", disk.path + "/quick/loop") == 0)
    let odd = Array("\(scratch.path)/cells/a".utf8CString.dropLast()) + [CChar(bitPattern: 0xFF), 0]
    #expect(close(creat(odd, 0o600)) == 0)
    let (paths, unnameable) = try FileVerdict.files(below: scratch.path)
    #expect(paths == ["\(scratch.path)/cells/done.h5", "\(scratch.path)/linked/cells/far.h5"])
    #expect(unnameable.map(\.kind) == [.foreign])
    #expect(try store.ids() == ["done"])
  }

  @Test("Quarantine accepts any name, and a file removed by another process is not an error") func quarantine() throws {
    let long = try touch("cells/\(String(repeating: "x", count: 250)).txt")
    let verdict = try #require(FileVerdict.judge(fileInFolder: long))
    #expect(try RunStore.quarantine(verdict) != nil)
    #expect(!FileManager.default.fileExists(atPath: long))
    #expect(try RunStore.quarantine(verdict) == nil)
  }

  @Test("The umask determines who may read and write") func modes() throws {
    // The umask applies to the whole process, but no other test of this target checks modes.
    let old = umask(0o002)
    defer { umask(old) }
    let store = RunStore(folder: scratch.path + "/shared")
    try store.write(.sample(id: "a"))
    var information = stat()
    #expect(stat(store.path(of: "a"), &information) == 0 && information.st_mode & 0o777 == 0o664)
    #expect(stat(scratch.path + "/shared/cells", &information) == 0 && information.st_mode & 0o777 == 0o775)
  }
}
