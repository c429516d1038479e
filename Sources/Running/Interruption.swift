import Foundation
import Synchronization

/// Signals that ask for the end. SIGINT (Ctrl-C), SIGTERM and SIGUSR1 let the current step finish and a checkpoint be
/// written; a second Ctrl-C ends the program at once. Schedulers warn with SIGUSR1 or SIGTERM, often with both, so these
/// never cut a checkpoint short.
package enum Interruption {
  private static let requests = Atomic<Int>(0)
  private static let presses = Atomic<Int>(0)

  /// Whether a signal asked for the end.
  package static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  /// Takes over the signals.
  package static func install() {
    // Whoever started the program may have left the signals blocked, as dispatch's own threads do.
    var all = sigset_t()
    sigemptyset(&all)
    for number in [SIGINT, SIGTERM, SIGUSR1] { sigaddset(&all, number) }
    pthread_sigmask(SIG_UNBLOCK, &all, nil)
    // Only async-signal-safe calls in a handler: an atomic addition and _exit.
    signal(SIGINT) { _ in
      if Interruption.presses.add(1, ordering: .relaxed).oldValue > 0 { _exit(130) }
      Interruption.requests.add(1, ordering: .relaxed)
    }
    for number in [SIGTERM, SIGUSR1] { signal(number) { _ in Interruption.requests.add(1, ordering: .relaxed) } }
  }
}
