import Foundation

/// The standard streams. Foundation's file handles end the process if a write fails; these return an error.
package enum StandardStream: Int32 {
  case output = 1
  case error = 2

  /// Writes a text; returns false, with the reason in `errno`, if it could not be written completely.
  @discardableResult
  package func write(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress! + written, bytes.count - written) }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        // The terminal or pipe is non-blocking: wait until it accepts more.
        var waiting = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  /// Opens /dev/null in place of closed standard streams. Otherwise the next opened file would take their descriptor
  /// and receive text meant for the terminal. Writing to them fails, as does writing to a pipe without a reader, which
  /// no longer ends the program.
  package static func prepare() {
    for number in 0..<3 as Range<Int32> where fcntl(number, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
    signal(SIGPIPE, SIG_IGN)
  }
}
