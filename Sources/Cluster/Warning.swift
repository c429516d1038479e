import Foundation
import Synchronization

/// The scheduler's warning that a job's time is nearly up, SIGUSR1. It asks for the end as Ctrl-C does, and says that
/// the job should go on later; a cancelled job gets SIGTERM and should not.
package enum Warning {
  private static let count = Atomic<Int>(0)

  package static var isGiven: Bool { count.load(ordering: .relaxed) > 0 }

  /// Takes over SIGUSR1.
  package static func install() {
    var one = sigset_t()
    sigemptyset(&one)
    sigaddset(&one, SIGUSR1)
    pthread_sigmask(SIG_UNBLOCK, &one, nil)
    signal(SIGUSR1) { _ in Warning.count.add(1, ordering: .relaxed) }
  }
}
