import Foundation
import Testing

@testable import Store

/// Faults are injected at the level of calls, so that they also affect the superuser and occur on any file system.
@Suite struct FileAccessTests {
  let scratch: ScratchFolder
  var path: String { scratch.path + "/a.h5" }

  init() throws { scratch = try ScratchFolder() }

  private static func fail(_ code: Int32) -> Int32 {
    errno = code
    return -1
  }

  static let faults: [(String, Int32, @Sendable (inout FileAccess) -> Void)] = [
    ("create", EACCES, { $0.open = { _, _, _ in fail(EACCES) } }),
    ("create", EMFILE, { $0.open = { _, _, _ in fail(EMFILE) } }),
    ("write", ENOSPC, { $0.write = { _, _, _ in Int(fail(ENOSPC)) } }),
    ("sync", EIO, { $0.synchronize = { _ in fail(EIO) } }),
    (
      "close", EDQUOT,
      { access in
        access.close = {
          _ = Glibc.close($0)
          return fail(EDQUOT)
        }
      }
    ),
    ("rename", EROFS, { $0.rename = { _, _ in fail(EROFS) } }),
  ]

  @Test("A failed call is named, and leaves the old file and no other", arguments: faults.indices)
  func fault(_ index: Int) throws {
    let (action, code, inject) = Self.faults[index]
    try FileAccess().replace(path, with: [1, 2, 3])
    var access = FileAccess()
    inject(&access)
    let error = #expect(throws: StoreError.self) { try access.replace(path, with: [4, 5, 6]) }
    guard case .io(let said, let where_, let number)? = error else { return #expect(Bool(false), "\(error as Any)") }
    #expect(said.hasPrefix(action) && number == code && where_.hasPrefix(path))
    #expect(scratch.content == ["a.h5"])
    #expect(try FileAccess().content(of: path) == [1, 2, 3])
  }

  @Test("A disk that fills up in the middle of a file leaves no part of it") func full() throws {
    let access = withWrites(of: 1000, until: 5000)
    let error = #expect(throws: StoreError.self) { try access.replace(path, with: Array(repeating: 7, count: 9000)) }
    #expect(scratch.content == [])
    #expect(error?.description.contains("No space left on device. Free some disk space or choose another") == true)
  }

  @Test("Short and interrupted writes lose nothing") func shortWrites() throws {
    let bytes = (0..<9000).map { UInt8($0 % 253) }
    try withWrites(of: 1000, until: .max).replace(path, with: bytes)
    #expect(try FileAccess().content(of: path) == bytes)
  }

  /// Writes at most `piece` bytes per call and `limit` bytes in total, and interrupts every second call.
  private func withWrites(of piece: Int, until limit: Int) -> FileAccess {
    let counters = Counters()
    var access = FileAccess()
    access.write = { descriptor, bytes, count in
      counters.calls += 1
      if counters.calls % 2 == 0 { return Int(Self.fail(EINTR)) }
      if counters.bytes >= limit { return Int(Self.fail(ENOSPC)) }
      let written = Glibc.write(descriptor, bytes, min(piece, count))
      counters.bytes += written
      return written
    }
    return access
  }

  /// Used by one test on one thread.
  private final class Counters: @unchecked Sendable {
    var calls = 0
    var bytes = 0
  }

  @Test("A file that cannot be read is neither absent nor damaged, and the failed call is named") func unread() throws {
    try FileAccess().replace(path, with: Array(repeating: 7, count: 9000))
    var access = FileAccess()
    access.read = { _, _, _ in Int(Self.fail(EIO)) }
    #expect(throws: StoreError.io(action: "read", path: path, code: EIO)) { try access.content(of: path) }
    access.open = { _, _, _ in Self.fail(EMFILE) }
    #expect(throws: StoreError.io(action: "open", path: path, code: EMFILE)) { try access.content(of: path) }
    #expect(throws: StoreError.absent(path: path + "-")) { try FileAccess().content(of: path + "-") }
  }

  @Test("Short and interrupted reads lose nothing, and files in /proc have content") func shortReads() throws {
    let bytes = (0..<9000).map { UInt8($0 % 253) }
    try FileAccess().replace(path, with: bytes)
    let counters = Counters()
    var access = FileAccess()
    access.read = { descriptor, buffer, count in
      counters.calls += 1
      return counters.calls % 2 == 0 ? Int(Self.fail(EINTR)) : Glibc.read(descriptor, buffer, min(1000, count))
    }
    #expect(try access.content(of: path) == bytes)
    #expect(try String(decoding: access.content(of: "/proc/self/stat"), as: UTF8.self).hasPrefix("\(getpid()) ("))
  }

  @Test("A rename onto a folder is refused and leaves no temporary file") func ontoFolder() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(throws: StoreError.io(action: "rename the finished file to", path: path, code: EISDIR)) {
      try FileAccess().replace(path, with: [1])
    }
    #expect(scratch.content == ["a.h5"])
  }
}
