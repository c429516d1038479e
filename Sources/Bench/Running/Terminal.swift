import Foundation

package enum Terminal {
  /// Whether standard error is a terminal whose cursor can be moved.
  package static func canMoveCursor(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    guard isatty(STDERR_FILENO) == 1, let kind = environment["TERM"] else { return false }
    return !["", "dumb", "unknown"].contains(kind)
  }

  /// The columns of standard output; nil if it is not a terminal.
  package static var outputColumns: Int? { Size(of: STDOUT_FILENO)?.columns }

  /// Columns and rows, which change when a window is resized.
  package struct Size: Hashable, Sendable {
    var columns: Int
    var rows: Int

    package init(columns: Int, rows: Int) { (self.columns, self.rows) = (columns, rows) }

    /// The size of standard error; 80 by 24 if unknown.
    package static var current: Size {
      Size(of: STDERR_FILENO).flatMap { $0.rows > 0 ? $0 : nil } ?? Size(columns: 80, rows: 24)
    }

    /// Nil for a stream that is not a terminal, or whose width is unknown.
    fileprivate init?(of stream: Int32) {
      var size = winsize()
      guard ioctl(stream, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
      (columns, rows) = (Int(size.ws_col), Int(size.ws_row))
    }
  }
}
