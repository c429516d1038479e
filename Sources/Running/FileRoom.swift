import Foundation

/// Too few files may be open at a time. Told before any work, because the libraries below end a process that cannot get
/// a descriptor for a timer or a pipe.
package struct TooFewFiles: Error, CustomStringConvertible {
  package let description: String

  /// What a program may have open beside its standard streams: timers of dispatch 3, a child process with three pipes 19.
  private static let own = 24
  /// A cell in work reads or writes one file in one folder.
  private static let perCell = 2

  /// Opens as many files as may be needed and closes them again: limits are the system's as well as the process', and
  /// some descriptors are taken already.
  ///
  /// - Parameters:
  ///   - cells: in work at the same time.
  ///   - opening: returns a descriptor, or a negative number with the reason in `errno`.
  /// - Throws: itself, where the system refuses one for lack of descriptors.
  package static func check(
    cells: Int = 1, opening: () -> Int32 = { open("/dev/null", O_RDONLY | O_CLOEXEC) }
  ) throws(TooFewFiles) {
    let needed = own + perCell * cells
    var opened: [Int32] = []
    defer { for descriptor in opened { close(descriptor) } }
    while opened.count < needed {
      let descriptor = opening()
      guard descriptor < 0 else {
        opened.append(descriptor)
        continue
      }
      // Without such a device nothing is known, and nothing said.
      guard errno == EMFILE || errno == ENFILE else { return }
      let reason = String(cString: strerror(errno))
      throw TooFewFiles(
        description: "\(reason): \(needed) are needed at a time, and only \(opened.count) more can be opened. "
          + "Raise the limit (ulimit -n) or run fewer jobs (-j).")
    }
  }
}
