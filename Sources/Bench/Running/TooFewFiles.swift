import Foundation

/// The limit on open files is too low. Checked up front, because lower-level libraries end a process that cannot get a
/// descriptor for a timer or a pipe.
package struct TooFewFiles: Error, CustomStringConvertible {
  package let description: String

  /// Descriptors needed besides the standard streams: 3 for dispatch timers, 19 for a child process with three pipes.
  private static let own = 24
  /// A running cell reads or writes one file in one folder.
  private static let perCell = 2

  /// Opens as many files as may be needed and closes them again, because limits apply to the system and to the process,
  /// and some descriptors are already in use.
  ///
  /// - Parameters:
  ///   - cells: the number of cells running at the same time.
  ///   - opening: returns a descriptor, or a negative number with the reason in `errno`.
  /// - Throws: `TooFewFiles` if the system runs out of descriptors.
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
      // Without /dev/null nothing can be tested, so no error is reported.
      guard errno == EMFILE || errno == ENFILE else { return }
      let reason = String(cString: strerror(errno))
      throw TooFewFiles(
        description: "\(reason): \(needed) are needed at once, but only \(opened.count) more can be opened. "
          + "Raise the limit (ulimit -n) or run fewer jobs (-j).")
    }
  }
}
