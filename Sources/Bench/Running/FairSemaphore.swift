import Foundation
import Synchronization

/// A fair semaphore with time slices: more cells are active than can train at once, and they take turns in order.
///
/// The speed of a shared machine drifts by a tenth within minutes. Compared cells that take turns of one second are
/// subject to the same drift; cells that run one after another are not. Cells wait between two steps, so waiting does
/// not count as training time and changes no bit.
final class FairSemaphore: Sendable {
  private struct State {
    var free: Int
    /// Turns passed on since the round began.
    var given = 0
    var waiting: [DispatchSemaphore] = []
  }

  private let state: Mutex<State>
  private let length: Duration
  private let steps: Int?

  /// - Parameters:
  ///   - permits: the number of threads that may train at once.
  ///   - length: the length of a turn while others wait.
  ///   - steps: the number of steps per turn, instead of a length in time. The order is then rotated in each round, so
  ///     that no thread always follows the same one.
  init(_ permits: Int, length: Duration = .seconds(1), steps: Int? = nil) {
    state = Mutex(State(free: permits))
    (self.length, self.steps) = (length, steps)
  }

  func begin() -> Turn {
    enter()
    return Turn(self)
  }

  private func enter() {
    let semaphore = state.withLock { state -> DispatchSemaphore? in
      if state.free > 0 {
        state.free -= 1
        return nil
      }
      let semaphore = DispatchSemaphore(value: 0)
      state.waiting.append(semaphore)
      return semaphore
    }
    semaphore?.wait()
  }

  /// Passes the permit directly to the first waiting thread.
  private func leave() {
    state.withLock { state in
      if state.waiting.isEmpty { state.free += 1 } else { state.waiting.removeFirst().signal() }
    }
  }

  /// Queues up and passes the permit on in one atomic operation, which keeps the order; false if no thread is waiting.
  private func swap() -> Bool {
    let semaphore = DispatchSemaphore(value: 0)
    let isHandedOn = state.withLock { state in
      guard !state.waiting.isEmpty else { return false }
      state.waiting.append(semaphore)
      state.given += 1
      if steps != nil, state.given >= state.waiting.count {
        state.given = 0
        if state.waiting.count > 2 { state.waiting.append(state.waiting.removeFirst()) }
      }
      state.waiting.removeFirst().signal()
      return true
    }
    if isHandedOn { semaphore.wait() }
    return isHandedOn
  }

  /// The right to train, held by one thread.
  final class Turn {
    private let turns: FairSemaphore
    private var start = ContinuousClock.now
    private var held = Duration.zero

    fileprivate init(_ turns: FairSemaphore) { self.turns = turns }

    /// Seconds for which this thread has held the turn so far.
    var seconds: Double { (held + start.duration(to: .now)) / .seconds(1) }

    /// Passes the turn on at the end of its length.
    func passIfDue(after iteration: Int = 0) {
      let isDue = turns.steps.map { iteration % $0 == 0 } ?? (start.duration(to: .now) >= turns.length)
      if isDue { pass() }
    }

    func pass() {
      let now = ContinuousClock.now
      guard turns.swap() else { return }
      held += start.duration(to: now)
      start = .now
    }

    func end() {
      held += start.duration(to: .now)
      turns.leave()
    }
  }
}
