import Foundation
import Testing

@testable import Running

@Suite("Threads that may be started are counted before any work") struct TooFewThreadsTests {
  /// Starts so many, then the system refuses.
  private func check(cells: Int, threads: Int, upTo limit: Int) throws {
    var count = 0
    try TooFewThreads.check(cells: cells, threads: threads) { thread, lock in
      count += 1
      return count > limit ? EAGAIN : TooFewThreads.startWaiting(&thread, lock)
    }
  }

  @Test("each cell and each thread that computes asks for one more; one too few is told with the way out")
  func counts() throws {
    try check(cells: 1, threads: 0, upTo: 9)
    try check(cells: 2, threads: 4, upTo: 14)
    let error = #expect(throws: TooFewThreads.self) { try check(cells: 2, threads: 4, upTo: 13) }
    #expect(
      error?.description.hasPrefix(
        "Resource temporarily unavailable: 14 threads are needed at once, but only 13 more can be started.") == true)
  }
}
