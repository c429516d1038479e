import Foundation

/// Where the program speaks. Foundation's handles end the process when a write fails; these say so.
package enum StandardStream: Int32 {
  case output = 1
  case error = 2

  /// Writes a text; false, with the reason in `errno`, where not all of it could be written.
  @discardableResult
  package func write(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress! + written, bytes.count - written) }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        // Somebody made the terminal or pipe non-blocking: wait for room.
        var waiting = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  /// Puts something in the place of streams that are closed, or the next file that is opened would take their number, and
  /// what is meant for the terminal would go into it. Writing to them fails. A reader that goes away is an error of the
  /// write, too, and not the end of the program.
  package static func prepare() {
    for number in 0..<3 as Range<Int32> where fcntl(number, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
    signal(SIGPIPE, SIG_IGN)
  }
}
