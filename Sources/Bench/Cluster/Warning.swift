import Foundation
import Running
import Synchronization

/// SIGUSR1, the scheduler's warning that a job is close to its time limit. It requests a stop like Ctrl-C, after which
/// the job is requeued. A canceled job gets SIGTERM and is not requeued.
package enum Warning {
  private static let count = Atomic<Int>(0)

  package static var isGiven: Bool { count.load(ordering: .relaxed) > 0 }

  /// Installs the handler of SIGUSR1.
  package static func install() {
    Interruption.unblock([SIGUSR1])
    signal(SIGUSR1) { _ in Warning.count.add(1, ordering: .relaxed) }
  }
}
