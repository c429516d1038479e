import Testing

@testable import Running

@Suite("Memory is looked at before a cell takes it") struct MemoryRoomTests {
  @Test("the narrowest of the limits decides, and is named")
  func narrowest() throws {
    let rooms = [MemoryRoom(bytes: 9_000_000, limit: "the first"), MemoryRoom(bytes: 4_000_000, limit: "the second")]
    try TooLittleMemory.check(4_000_000, in: rooms)
    try TooLittleMemory.check(.max, in: [])
    let error = #expect(throws: TooLittleMemory.self) { try TooLittleMemory.check(4_000_001, in: rooms) }
    #expect(
      error?.description
        == "it takes at least 5 MB of memory, and the second leaves 4 MB. Raise it, run fewer jobs (-j), or use a larger "
        + "machine")
  }

  @Test("numbers are read from the kernel's tables by the whole name")
  func field() {
    let text = "anon 12\nfile_mapped 9\nfile 77\nMemAvailable:    1234 kB\n"
    #expect(MemoryRoom.field("file", in: text) == 77)
    #expect(MemoryRoom.field("MemAvailable:", in: text) == 1234)
    #expect(MemoryRoom.field("none", in: text) == nil)
  }

  @Test("this machine has room for something")
  func current() { #expect(MemoryRoom.current(threads: 1).allSatisfy { $0.bytes > 1_000_000 }) }
}
