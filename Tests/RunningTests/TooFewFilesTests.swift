import Foundation
import Testing

@testable import Running

@Suite("The limit on open files is checked before any work") struct TooFewFilesTests {
  /// Opens up to a given number of files, then refuses.
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

  @Test("each running cell needs two more; with one too few, the error states the number needed and the number left")
  func counts() throws {
    try check(cells: 1, upTo: 26)
    try check(cells: 8, upTo: 40)
    let error = #expect(throws: TooFewFiles.self) { try check(cells: 8, upTo: 39) }
    #expect(
      error?.description
        == "Too many open files: 40 are needed at once, but only 39 more can be opened. Raise the limit (ulimit -n) or "
        + "run fewer jobs (-j).")
  }

  @Test("a refusal for another reason is not reported as a limit")
  func otherReason() throws {
    try check(cells: 1, upTo: 3, ENOENT)
    #expect(throws: TooFewFiles.self) { try check(cells: 1, upTo: 3, ENFILE) }
  }
}
