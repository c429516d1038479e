import Foundation
import Synchronization

/// Whether a training was stopped in the middle of a step, so that its clock measured something else too: by SIGSTOP or
/// Ctrl-Z, by a scheduler that suspends jobs, by a machine that sleeps.
struct Suspension {
  private static let continuations = Atomic<Int>(0)

  /// Counts SIGCONT, which every process gets that goes on.
  static func install() {
    signal(SIGCONT) { _ in Suspension.continuations.add(1, ordering: .relaxed) }
  }

  private var seen = Suspension.continuations.load(ordering: .relaxed)
  private var last = ContinuousClock.now
  private var lastAwake = SuspendingClock.now
  private var longest: Duration?

  /// Told of each step; true where the time since the last one was not all spent here.
  ///
  /// Schedulers send SIGCONT to processes that never stopped: it counts only with a gap that no step has had before.
  mutating func happened() -> Bool {
    let (now, awake) = (ContinuousClock.now, SuspendingClock.now)
    let passed = last.duration(to: now)
    let isAsleep = passed - lastAwake.duration(to: awake) > .milliseconds(500)
    let count = Suspension.continuations.load(ordering: .relaxed)
    let isContinued = count != seen && passed > max(.milliseconds(500), (longest ?? .zero) * 3)
    (seen, last, lastAwake) = (count, now, awake)
    // The first step comes after the network was made: that is no measure of a step.
    if !isContinued && !isAsleep { longest = longest.map { max($0, passed) } ?? .zero }
    return isContinued || isAsleep
  }
}
