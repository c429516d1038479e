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

  /// A claim file as another process would have written it.
  private func write(_ number: Int, process: Int32, start: String, system: String?) throws {
    try FileManager.default.createDirectory(atPath: work.path, withIntermediateDirectories: true)
    var holder = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(ClaimHolder.current)) as? [String: Any])
    holder["process"] = process
    holder["start"] = start
    if let system { holder["system"] = system }
    try scratch.write([UInt8](JSONSerialization.data(withJSONObject: holder)), to: "\(work.path)/claim-\(number)")
  }

  @Test("One takes it, the others are told who has it, and no question stays behind") func exclusive() throws {
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

  @Test("Of twenty who ask at once, one gets it") func race() async throws {
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

  @Test("A process of this machine that is gone, or whose number is another's now, holds nothing") func dead() throws {
    try write(3, process: 1, start: "not its start", system: nil)
    #expect(try take() != nil)
    #expect(names == ["claim-4"])
  }

  @Test("Another machine's claim is stale when it was not touched for two minutes") func stale() throws {
    try write(1, process: 1, start: "1", system: "elsewhere")
    #expect(try take() == nil)
    let past = Date(timeIntervalSinceNow: -Double(CellClaim.staleAfter) - 60)
    try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: work.path + "/claim-1")
    #expect(try take() != nil)
    #expect(names == ["claim-2"])
  }

  @Test("Whoever has no descriptor left to look after the holder takes nothing from it") func blind() throws {
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

  @Test("A claim that the system does not let be read is an error, not stale") func unread() throws {
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

  @Test("A claim whose content makes no sense is stale like any other") func unreadable() throws {
    try FileManager.default.createDirectory(atPath: work.path, withIntermediateDirectories: true)
    try scratch.write([1, 2, 3], to: work.path + "/claim-1")
    #expect(try take() != nil)
  }
}
