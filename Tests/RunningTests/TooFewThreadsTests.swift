import Foundation
import Testing

@testable import Running

@Suite("The limit on threads is checked before any work") struct TooFewThreadsTests {
  /// Starts up to a given number of threads, then refuses.
  private func check(cells: Int, threads: Int, upTo limit: Int) throws {
    var count = 0
    try TooFewThreads.check(cells: cells, threads: threads) { thread, lock in
      count += 1
      return count > limit ? EAGAIN : TooFewThreads.startWaiting(&thread, lock)
    }
  }

  @Test("each cell and each computing thread needs one more; with one too few, the error states the remedy")
  func counts() throws {
    try check(cells: 1, threads: 0, upTo: 9)
    try check(cells: 2, threads: 4, upTo: 14)
    let error = #expect(throws: TooFewThreads.self) { try check(cells: 2, threads: 4, upTo: 13) }
    #expect(
      error?.description.hasPrefix(
        "Resource temporarily unavailable: 14 threads are needed at once, but only 13 more can be started.") == true)
  }
}
