import Foundation

/// Properties of the terminal.
package enum Terminal {
  /// Whether standard error is a terminal whose cursor can be moved.
  package static func canMoveCursor(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    guard isatty(STDERR_FILENO) == 1, let kind = environment["TERM"] else { return false }
    return !["", "dumb", "unknown"].contains(kind)
  }

  /// The columns of standard output; nil if it is not a terminal.
  package static var outputColumns: Int? {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }

  /// Columns and rows, which change when a window is resized.
  package struct Size: Hashable, Sendable {
    var columns: Int
    var rows: Int

    package init(columns: Int, rows: Int) { (self.columns, self.rows) = (columns, rows) }

    /// The size of standard error; 80 by 24 if unknown.
    package static var current: Size {
      var size = winsize()
      guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
        return Size(columns: 80, rows: 24)
      }
      return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }
  }
}
