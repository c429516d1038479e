import Foundation
import Synchronization

/// Detects that training was suspended in the middle of a step, which makes its time invalid: by SIGSTOP or Ctrl-Z, by
/// a scheduler that suspends jobs, or by a machine that sleeps.
struct Suspension {
  private static let continuations = Atomic<Int>(0)

  /// Counts SIGCONT, which every process receives when it continues.
  static func install() {
    signal(SIGCONT) { _ in Suspension.continuations.add(1, ordering: .relaxed) }
  }

  private var seen = Suspension.continuations.load(ordering: .relaxed)
  private var last = ContinuousClock.now
  private var lastAwake = SuspendingClock.now
  private var longest: Duration?

  /// Called after each step; returns true if the process was suspended since the last call.
  ///
  /// Schedulers also send SIGCONT to processes that never stopped, so it counts only with a gap longer than any step.
  mutating func happened() -> Bool {
    let (now, awake) = (ContinuousClock.now, SuspendingClock.now)
    let passed = last.duration(to: now)
    let isAsleep = passed - lastAwake.duration(to: awake) > .milliseconds(500)
    let count = Suspension.continuations.load(ordering: .relaxed)
    let isContinued = count != seen && passed > max(.milliseconds(500), (longest ?? .zero) * 3)
    (seen, last, lastAwake) = (count, now, awake)
    // The first interval includes the setup of the network, so it does not count as a step.
    if !isContinued && !isAsleep { longest = longest.map { max($0, passed) } ?? .zero }
    return isContinued || isAsleep
  }
}
