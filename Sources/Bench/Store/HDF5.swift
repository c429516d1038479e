import CHDF5
import Synchronization

/// An operation that the library could not perform, with the library's error stack, innermost last.
struct HDF5Failure: Error {
  let action: String
  let trace: [String]
}

/// The way into the library. One thread at a time takes it, whether or not the library was built for threads.
enum HDF5 {
  private static let door = Mutex(())
  /// Bytes of values that may still be read from the open file. Only used inside `alone`.
  nonisolated(unsafe) static var budget = 0

  /// Runs `body` with exclusive access to the library and error printing turned off: errors are returned as text.
  static func alone<Result: Sendable>(_ body: () throws(HDF5Failure) -> Result) throws(HDF5Failure) -> Result {
    try door.withLock { _ throws(HDF5Failure) in
      H5Eset_auto2(chdf5_default_stack(), nil, nil)
      return try body()
    }
  }

  /// Returns a non-negative return code and throws on a negative one.
  @discardableResult
  static func check<Code: SignedInteger>(
    _ code: Code, _ action: @autoclosure () -> String
  ) throws(HDF5Failure) -> Code {
    guard code < 0 else { return code }
    throw HDF5Failure(action: action(), trace: takeErrorStack())
  }

  private static func takeErrorStack() -> [String] {
    var lines: [String] = []
    withUnsafeMutablePointer(to: &lines) { lines in
      _ = H5Ewalk2(
        chdf5_default_stack(), H5E_WALK_DOWNWARD,
        { _, entry, lines in
          guard let entry = entry?.pointee, let lines = lines?.assumingMemoryBound(to: [String].self) else { return 0 }
          let function = entry.func_name.map { String(cString: $0) } ?? "?"
          let reason = entry.desc.map { String(cString: $0) } ?? "?"
          lines.pointee.append("\(function): \(reason)")
          return 0
        }, lines)
    }
    H5Eclear2(chdf5_default_stack())
    return lines
  }
}

/// The sole owner of an open object of the library.
struct Identifier: ~Copyable {
  let raw: hid_t
  private let closing: @convention(c) (hid_t) -> herr_t

  /// - Parameter raw: the result of the opening call; a negative value throws.
  init(
    _ raw: hid_t, closing: @escaping @convention(c) (hid_t) -> herr_t, _ action: @autoclosure () -> String
  ) throws(HDF5Failure) {
    self.raw = try HDF5.check(raw, action())
    self.closing = closing
  }

  /// Closes the object and throws if that fails, which a deinit cannot do.
  consuming func close(_ action: @autoclosure () -> String) throws(HDF5Failure) {
    let (raw, closing) = (self.raw, self.closing)
    discard self
    try HDF5.check(closing(raw), action())
  }

  deinit {
    let code = closing(raw)
    assert(code >= 0, "Identifier: closed after its file")
  }
}
