import CHDF5
import Synchronization

/// What the library could not do, with its own error stack, innermost last.
struct HDF5Failure: Error {
  let action: String
  let trace: [String]
}

/// The way into the library. One thread at a time takes it, whether or not the library was built for threads.
enum HDF5 {
  private static let door = Mutex(())
  /// Bytes of values that may still be read from the file that is open. Only used inside `alone`.
  nonisolated(unsafe) static var budget = 0

  /// Runs `body` alone in the library, with printing of errors off: they come back as text instead.
  static func alone<Result: Sendable>(_ body: () throws(HDF5Failure) -> Result) throws(HDF5Failure) -> Result {
    try door.withLock { _ throws(HDF5Failure) in
      H5Eset_auto2(chdf5_default_stack(), nil, nil)
      return try body()
    }
  }

  /// Passes a non-negative return code on and turns a negative one into an error.
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

/// Sole owner of an open object of the library.
struct Identifier: ~Copyable {
  let raw: hid_t
  private let closing: @convention(c) (hid_t) -> herr_t

  /// - Parameter raw: what the opening call returned; negative throws.
  init(
    _ raw: hid_t, closing: @escaping @convention(c) (hid_t) -> herr_t, _ action: @autoclosure () -> String
  ) throws(HDF5Failure) {
    self.raw = try HDF5.check(raw, action())
    self.closing = closing
  }

  /// Closes and says so when that failed; a deinit could not.
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
