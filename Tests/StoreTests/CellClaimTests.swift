import Foundation
import Testing

@testable import Store

@Suite("Claims on cells") struct CellClaimTests {
  let scratch: ScratchFolder
  var work: WorkFolder { RunStore(folder: scratch.path).work(of: "cell") }
  var names: [String] { scratch.content.filter { $0.hasPrefix("work/cell/") }.map { String($0.dropFirst(10)) } }

  init() throws { scratch = try ScratchFolder() }

  private func take() throws -> CellClaim? {
    switch try work.claim() {
    case .taken(let claim): return claim
    case .held: return nil
    }
  }

  /// Writes a claim file as another process would.
  private func write(_ number: Int, process: Int32, start: String, system: String?) throws {
    try FileManager.default.createDirectory(atPath: work.path, withIntermediateDirectories: true)
    var holder = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(ClaimHolder.current)) as? [String: Any])
    holder["process"] = process
    holder["start"] = start
    if let system { holder["system"] = system }
    try scratch.write([UInt8](JSONSerialization.data(withJSONObject: holder)), to: "\(work.path)/claim-\(number)")
  }

  @Test("One process takes the cell, others get its holder, and no temporary claim is left") func exclusive() throws {
    let claim = try #require(try take())
    guard case .held(let holder) = try work.claim() else { return #expect(Bool(false), "taken twice") }
    #expect(holder == .current && holder.description.hasPrefix("process \(getpid()) on "))
    #expect(names == ["claim-1"])
    claim.release()
    #expect(names == ["claim-1.free"])
    let next = try #require(try take())
    #expect(names == ["claim-2"])
    next.release()
  }

  @Test("Of twenty concurrent claims, one succeeds") func race() async throws {
    let work = self.work
    let taken = await withTaskGroup(of: CellClaim?.self) { group in
      for _ in 0..<20 {
        group.addTask {
          guard case .taken(let claim)? = try? work.claim() else { return nil }
          return claim
        }
      }
      var taken: [CellClaim] = []
      for await claim in group { if let claim { taken.append(claim) } }
      return taken
    }
    #expect(taken.count == 1)
    #expect(names == ["claim-1"])
  }

  @Test("A claim is stale if its local process has ended or its process ID was reused") func dead() throws {
    try write(3, process: 1, start: "not its start", system: nil)
    #expect(try take() != nil)
    #expect(names == ["claim-4"])
  }

  @Test("A claim of another machine is stale after two minutes without a touch") func stale() throws {
    try write(1, process: 1, start: "1", system: "elsewhere")
    #expect(try take() == nil)
    let past = Date(timeIntervalSinceNow: -Double(CellClaim.staleAfter) - 60)
    try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: work.path + "/claim-1")
    #expect(try take() != nil)
    #expect(names == ["claim-2"])
  }

  @Test("A process without a free descriptor to examine the holder does not take over its claim") func blind() throws {
    let claim = try #require(try take())
    let own = FileAccess()
    var access = own
    access.open = { path, flags, mode in
      guard path.hasPrefix("/proc/") else { return own.open(path, flags, mode) }
      errno = EMFILE
      return -1
    }
    guard case .held = try WorkFolder(path: work.path, id: "cell", access: access).claim() else {
      return #expect(Bool(false), "taken twice")
    }
    claim.release()
  }

  @Test("A claim that the system refuses to read is an error, not stale") func unread() throws {
    let claim = try #require(try take())
    var access = FileAccess()
    access.read = { _, _, _ in
      errno = EIO
      return -1
    }
    #expect(throws: StoreError.io(action: "read", path: work.path + "/claim-1", code: EIO)) {
      try WorkFolder(path: work.path, id: "cell", access: access).claim()
    }
    #expect(names == ["claim-1"])
    claim.release()
  }

  @Test("A claim that is malformed or not a file is judged by its time like any other", arguments: [true, false])
  func unreadable(_ isFile: Bool) throws {
    let file = work.path + "/claim-1"
    try FileManager.default.createDirectory(atPath: work.path, withIntermediateDirectories: true)
    if isFile { try scratch.write([1, 2, 3], to: file) } else { #expect(mkfifo(file, 0o600) == 0) }
    guard case .held(let holder) = try work.claim() else { return #expect(Bool(false), "taken while it is fresh") }
    #expect(holder == .unknown && holder.description == "an unknown process, whose claim cannot be read")
    let past = Date(timeIntervalSinceNow: -Double(CellClaim.staleAfter) - 60)
    try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: file)
    #expect(try take() != nil)
  }

  @Test("A claim from the future is stale, because its holder would have corrected the time")
  func future() throws {
    try write(1, process: 1, start: "1", system: "elsewhere")
    let later = Date(timeIntervalSinceNow: Double(CellClaim.staleAfter) + 60)
    try FileManager.default.setAttributes([.modificationDate: later], ofItemAtPath: work.path + "/claim-1")
    #expect(try take() != nil)
  }

  @Test("A process hidden by /proc is not treated as ended: its claim is judged by its time") func hidden() throws {
    let claim = try #require(try take())
    let own = FileAccess()
    var access = own
    access.open = { path, flags, mode in
      guard path.hasPrefix("/proc/") else { return own.open(path, flags, mode) }
      errno = ENOENT
      return -1
    }
    let hiding = WorkFolder(path: work.path, id: "cell", access: access)
    guard case .held = try hiding.claim() else { return #expect(Bool(false), "taken from a process that runs") }
    claim.release()
  }

  @Test("Files with numbers that are too large are not claims, and the limit is enforced", arguments: ["", ".free"])
  func numbers(_ ending: String) throws {
    try FileManager.default.createDirectory(atPath: work.path, withIntermediateDirectories: true)
    for number in ["\(Int.max)", "\(CellClaim.highest + 1)", "99999999999999999999", "-1", "١"] {
      try scratch.write([], to: "\(work.path)/claim-\(number)\(ending)")
    }
    #expect(try take() != nil)
    #expect(names.contains("claim-1"))
    try scratch.write([], to: "\(work.path)/claim-\(CellClaim.highest).free")
    #expect(throws: StoreError.damaged(path: work.path, reason: "contains a claim whose number is too large")) {
      try work.claim()
    }
  }

  @Test("On a file system without hard links, one of twenty claims succeeds") func withoutLinks() async throws {
    var access = FileAccess()
    access.link = { _, _ in
      errno = EPERM
      return -1
    }
    let work = WorkFolder(path: self.work.path, id: "cell", access: access)
    let taken = await withTaskGroup(of: CellClaim?.self) { group in
      for _ in 0..<20 {
        group.addTask {
          guard case .taken(let claim)? = try? work.claim() else { return nil }
          return claim
        }
      }
      var taken: [CellClaim] = []
      for await claim in group { if let claim { taken.append(claim) } }
      return taken
    }
    #expect(taken.count == 1)
    #expect(names == ["claim-1"])
  }

  @Test("A link in the folder's place is refused, and its target stays unchanged") func linkedFolder() throws {
    let others = scratch.path + "/precious"
    try FileManager.default.createDirectory(atPath: scratch.path + "/work", withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: others, withIntermediateDirectories: true)
    for name in ["thesis.tex", "checkpoint-0", "claim-1.free"] { try scratch.write([1], to: "\(others)/\(name)") }
    try FileManager.default.createSymbolicLink(atPath: work.path, withDestinationPath: others)
    let before = scratch.content
    let work = self.work
    let actions: [() throws -> Void] = [
      { _ = try work.claim() }, { try work.remove() }, { try work.removeCheckpoints() }, { try work.removeLeftovers() },
    ]
    for action in actions {
      let error = #expect(throws: StoreError.self) { try action() }
      guard case .damaged? = error else { return #expect(Bool(false), "\(error as Any)") }
    }
    #expect(scratch.content == before)
  }

  @Test("Other files stay when a work folder is removed") func strangers() throws {
    let claim = try #require(try take())
    try scratch.write([1], to: work.path + "/notes.txt")
    try work.remove()
    #expect(names == ["notes.txt"])
    claim.release()
  }
}
