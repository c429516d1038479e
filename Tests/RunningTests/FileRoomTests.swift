import Foundation
import Testing

@testable import Running

@Suite("Files that may be open are counted before any work") struct FileRoomTests {
  /// Opens files until so many were, then refuses.
  private func check(cells: Int, upTo limit: Int, _ code: Int32 = EMFILE) throws {
    var count = 0
    try TooFewFiles.check(cells: cells) {
      guard count < limit else {
        errno = code
        return -1
      }
      count += 1
      return open("/dev/null", O_RDONLY | O_CLOEXEC)
    }
  }

  @Test("each cell in work asks for two more; one too few is told with what is needed and what there is")
  func counts() throws {
    try check(cells: 1, upTo: 26)
    try check(cells: 8, upTo: 40)
    let error = #expect(throws: TooFewFiles.self) { try check(cells: 8, upTo: 39) }
    #expect(
      error?.description
        == "Too many open files: 40 are needed at once, but only 39 more can be opened. Raise the limit (ulimit -n) or "
        + "run fewer jobs (-j).")
  }

  @Test("what is refused for another reason says nothing of the limit")
  func otherReason() throws {
    try check(cells: 1, upTo: 3, ENOENT)
    #expect(throws: TooFewFiles.self) { try check(cells: 1, upTo: 3, ENFILE) }
  }
}
