import Foundation
import Synchronization

/// Ctrl-C and SIGTERM: the first ends the run after the current step, the second ends the program at once.
package enum Interruption {
  private static let count = Atomic<Int>(0)

  /// Whether a signal asked for the end.
  package static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

  /// Takes over SIGINT and SIGTERM.
  package static func install() {
    // Whoever started the program may have left the signals blocked, as dispatch's own threads do.
    var both = sigset_t()
    sigemptyset(&both)
    sigaddset(&both, SIGINT)
    sigaddset(&both, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &both, nil)
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        // Only async-signal-safe calls here: an atomic addition and _exit.
        if Interruption.count.add(1, ordering: .relaxed).oldValue > 0 { _exit(130) }
      }
    }
  }
}
