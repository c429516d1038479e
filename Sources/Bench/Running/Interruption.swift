import Foundation
import Synchronization

/// Signals that stop a run. After SIGINT (Ctrl-C), SIGTERM, SIGUSR1, SIGHUP (a closed terminal), SIGQUIT (Ctrl-\) or
/// SIGXCPU (ulimit -t), the program finishes the current step and writes a checkpoint; a second Ctrl-C ends the program
/// at once. Schedulers warn with SIGUSR1 or SIGTERM, often with both, so these never interrupt a checkpoint.
package enum Interruption {
  private static let requests = Atomic<Int>(0)
  private static let presses = Atomic<Int>(0)

  /// Whether a signal has requested a stop.
  package static var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  package static func install() {
    unblock([SIGINT, SIGTERM, SIGUSR1, SIGHUP, SIGQUIT, SIGXCPU, SIGCONT])
    // A handler may use only async-signal-safe calls: an atomic addition, isatty, write and _exit.
    signal(SIGINT) { _ in
      if Interruption.presses.add(1, ordering: .relaxed).oldValue > 0 { _exit(130) }
      Interruption.requests.add(1, ordering: .relaxed)
      Interruption.acknowledge()
    }
    for number in [SIGTERM, SIGUSR1, SIGXCPU] { signal(number, request) }
    // nohup, and a shell that starts a background process, set these to be ignored.
    for number in [SIGHUP, SIGQUIT] where !isIgnored(number) { signal(number, request) }
    Suspension.install()
  }

  /// Receives these signals, which the parent process may have left blocked, as dispatch's own threads do.
  package static func unblock(_ numbers: [Int32]) {
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in numbers { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether Ctrl-C was pressed and acknowledged on the terminal.
  package static var isAcknowledged: Bool { presses.load(ordering: .relaxed) > 0 && isatty(STDERR_FILENO) == 1 }

  /// Responds at once on a terminal, because the current step may take a while.
  private static func acknowledge() {
    guard isatty(STDERR_FILENO) == 1 else { return }
    let text: StaticString = "\r\nStopping after this step. Press Ctrl-C again to quit now, without a checkpoint.\r\n"
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }

  private static let request: @convention(c) (Int32) -> Void = { _ in
    Interruption.requests.add(1, ordering: .relaxed)
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
