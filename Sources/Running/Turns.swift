import Foundation
import Synchronization

/// Lets more cells be in work than may train at once: they take turns in the order they asked.
///
/// A machine's speed drifts, by a tenth within minutes where others share it. Cells that are compared with each other and
/// take turns of a second meet the same drift; cells that run one after the other do not. Waiting happens between two
/// steps, so it is no training time and changes no bit.
final class Turns: Sendable {
  private struct State {
    var free: Int
    /// Turns handed on since the round began.
    var given = 0
    var waiting: [DispatchSemaphore] = []
  }

  private let state: Mutex<State>
  private let length: Duration
  private let steps: Int?

  /// - Parameters:
  ///   - permits: how many may train at once.
  ///   - length: how long one may go on while others wait.
  ///   - steps: how many steps make a turn, whatever they take. Each round then begins with another one, so that none
  ///     always follows the same.
  init(_ permits: Int, length: Duration = .seconds(1), steps: Int? = nil) {
    state = Mutex(State(free: permits))
    (self.length, self.steps) = (length, steps)
  }

  /// Waits for a turn.
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

  /// The permit goes straight to the first who waits.
  private func leave() {
    state.withLock { state in
      if state.waiting.isEmpty { state.free += 1 } else { state.waiting.removeFirst().signal() }
    }
  }

  /// Queues up and hands the permit on in one go, so that nobody is overtaken; false when nobody waits.
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
    private let turns: Turns
    private var start = ContinuousClock.now
    private var held = Duration.zero

    fileprivate init(_ turns: Turns) { self.turns = turns }

    /// Seconds this thread had the turn so far.
    var seconds: Double { (held + start.duration(to: .now)) / .seconds(1) }

    /// Lets the others train when the turn has been long enough.
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
