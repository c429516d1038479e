import Foundation
import Testing

@testable import Core

@Suite("Memory is checked before a cell allocates it") struct MemoryRoomTests {
  @Test("the lowest of the limits decides, and is named")
  func narrowest() throws {
    let rooms = [MemoryLimit(bytes: 9_000_000, limit: "the first"), MemoryLimit(bytes: 4_000_000, limit: "the second")]
    try TooLittleMemory.check(4_000_000, in: rooms)
    try TooLittleMemory.check(.max, in: [])
    let error = #expect(throws: TooLittleMemory.self) { try TooLittleMemory.check(4_000_001, in: rooms) }
    #expect(
      error?.description
        == "it takes at least 5 MB of memory, and the second leaves 4 MB. Raise it, run fewer jobs (-j), or use a larger "
        + "machine")
  }

  @Test("numbers in the kernel's tables are found by their whole name")
  func field() {
    let text = "anon 12\nfile_mapped 9\nfile 77\nMemAvailable:    1234 kB\n"
    #expect(MemoryLimit.field("file", in: text) == 77)
    #expect(MemoryLimit.field("MemAvailable:", in: text) == 1234)
    #expect(MemoryLimit.field("none", in: text) == nil)
  }

  @Test("a process is limited by its control group and its ancestors, in both versions")
  func groups() throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("groups-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: root) }
    func write(_ files: [String: String], in folder: String) throws {
      try FileManager.default.createDirectory(atPath: root + folder, withIntermediateDirectories: true)
      for (name, text) in files {
        try (text + "\n").write(toFile: "\(root)\(folder)/\(name)", atomically: true, encoding: .utf8)
      }
    }
    try write(["memory.max": "900", "memory.current": "100"], in: "/slurm")
    try write(["memory.max": "max", "memory.current": "100"], in: "/slurm/job")
    try write(
      ["memory.max": "500", "memory.current": "200", "memory.stat": "anon 150\nfile 50"], in: "/slurm/job/step")
    try write(["memory.limit_in_bytes": "70", "memory.usage_in_bytes": "10"], in: "/memory/old")
    func bytes(_ groups: String) -> [Int] { MemoryLimit.controlGroups(groups, below: root).map(\.bytes) }
    #expect(bytes("0::/slurm/job/step") == [350, 800])
    #expect(bytes("4:cpu:/x\n7:hugetlb,memory:/old\n0::/elsewhere") == [60])
    #expect(bytes("nonsense") == [])
  }

  @Test("this machine has memory available")
  func current() { #expect(MemoryLimit.current().allSatisfy { $0.bytes > 1_000_000 }) }
}
