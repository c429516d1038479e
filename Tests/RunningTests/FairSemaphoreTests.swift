import Foundation
import Synchronization
import Testing

@testable import Running

@Suite struct FairSemaphoreTests {
  /// Runs `body(thread, turn)` on several threads and waits for all.
  private func race(
    _ threads: Int, _ turns: FairSemaphore, _ body: @escaping @Sendable (Int, FairSemaphore.Turn) -> Void
  ) {
    let group = DispatchGroup()
    for thread in 0..<threads {
      group.enter()
      Thread.detachNewThread {
        let turn = turns.begin()
        body(thread, turn)
        turn.end()
        group.leave()
      }
    }
    group.wait()
  }

  @Test("no more threads work at once than there are permits", arguments: [1, 2])
  func permits(_ permits: Int) {
    let state = Mutex((now: 0, most: 0))
    race(5, FairSemaphore(permits, length: .zero)) { _, turn in
      for _ in 0..<200 {
        state.withLock { state in
          state.now += 1
          state.most = max(state.most, state.now)
        }
        state.withLock { $0.now -= 1 }
        turn.passIfDue()
      }
    }
    let most = state.withLock { $0.most }
    #expect(most >= 1 && most <= permits)
  }

  @Test("turns rotate: no thread works twice while others wait")
  func order() {
    let log = Mutex<[Int]>([])
    let ready = Mutex(0)
    race(3, FairSemaphore(1, length: .zero)) { thread, turn in
      ready.withLock { $0 += 1 }
      // The rotation is complete only after all three threads have joined.
      while ready.withLock({ $0 }) < 3 { turn.pass() }
      for _ in 0..<50 {
        log.withLock { $0.append(thread) }
        turn.pass()
      }
    }
    let entries = log.withLock { $0 }
    #expect(entries.count == 150)
    for i in 3..<140 { #expect(entries[i] == entries[i - 3]) }
  }

  @Test("turns of steps: each round starts with another thread, and no thread works twice in a round")
  func rotation() {
    let log = Mutex<[Int]>([])
    let ready = Mutex(0)
    race(3, FairSemaphore(1, steps: 2)) { thread, turn in
      ready.withLock { $0 += 1 }
      while ready.withLock({ $0 }) < 3 { turn.pass() }
      for step in 1...40 {
        log.withLock { $0.append(thread) }
        turn.passIfDue(after: step)
      }
    }
    let entries = log.withLock { $0 }
    #expect(entries.count == 120)
    for i in stride(from: 0, to: 110, by: 2) { #expect(entries[i] == entries[i + 1]) }
    // From some round on, every six steps contain all three threads, and their order changes.
    let turns = stride(from: 0, to: 108, by: 2).map { entries[$0] }
    let starts = (0..<3).map { shift in
      stride(from: 9 + shift, to: 45, by: 3).allSatisfy { Set(turns[$0..<$0 + 3]).count == 3 }
    }
    #expect(starts.contains(true))
    #expect(Set((0..<8).map { turns[12 + 3 * $0] }).count > 1)
  }

  @Test("waiting does not count as working time")
  func seconds() {
    let total = Mutex(0.0)
    let start = ContinuousClock.now
    race(4, FairSemaphore(1, length: .zero)) { _, turn in
      for _ in 0..<5 {
        usleep(2000)
        turn.pass()
      }
      let seconds = turn.seconds
      total.withLock { $0 += seconds }
    }
    #expect(total.withLock { $0 } <= start.duration(to: .now) / .seconds(1))
  }
}
