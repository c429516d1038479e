import Crypto
import Foundation

/// The system calls that read and write files, so that a test can make any of them fail. The HDF5 library makes none:
/// it works in memory.
package struct FileAccess: Sendable {
  package var open: @Sendable (_ path: String, _ flags: Int32, _ mode: mode_t) -> Int32 = { Glibc.open($0, $1, $2) }
  package var read: @Sendable (_ descriptor: Int32, UnsafeMutableRawPointer, Int) -> Int = { Glibc.read($0, $1, $2) }
  package var write: @Sendable (_ descriptor: Int32, UnsafeRawPointer, Int) -> Int = { Glibc.write($0, $1, $2) }
  package var synchronize: @Sendable (_ descriptor: Int32) -> Int32 = { fsync($0) }
  package var close: @Sendable (_ descriptor: Int32) -> Int32 = { Glibc.close($0) }
  package var makeDirectory: @Sendable (_ path: String, _ mode: mode_t) -> Int32 = { mkdir($0, $1) }
  package var rename: @Sendable (_ from: String, _ to: String) -> Int32 = { Glibc.rename($0, $1) }
  package var link: @Sendable (_ from: String, _ to: String) -> Int32 = { Glibc.link($0, $1) }

  package init() {}

  /// The calls that a store uses: those of the system, unless a fault-injection harness binds others.
  @TaskLocal package static var current = FileAccess()
}

// MARK: - Writing

extension FileAccess {
  /// Writes `bytes` to `path` atomically, and returns only once they would survive a power failure: a temporary file in
  /// the same folder is written, synced and renamed, then the folder is synced.
  func replace(_ path: String, with bytes: [UInt8], sealedAs kind: Seal.Kind? = nil) throws(StoreError) {
    try replace(path, with: [bytes], sealedAs: kind)
  }

  /// Writes text to `path` atomically, without waiting for the disk: for files that can be written again.
  package func replace(_ path: String, with text: String) throws(StoreError) {
    let temporary = UnfinishedFile.name(for: path)
    do throws(StoreError) {
      try create(temporary, [Array(text.utf8)], isDurable: false)
      try retry("rename the finished file to", path) { rename(temporary, path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Writes the concatenation of `pieces` to `path` atomically and durably.
  ///
  /// - Parameter kind: the kind of seal with which the temporary file is read back and verified before it is renamed;
  ///   nil for a file without a seal.
  func replace(_ path: String, with pieces: [[UInt8]], sealedAs kind: Seal.Kind? = nil) throws(StoreError) {
    try finish(path, with: pieces, sealedAs: kind) { temporary throws(StoreError) in
      try retry("rename the finished file to", path) { rename(temporary, path) }
    }
  }

  /// Writes a sealed file under a new name; false if the name is taken.
  func add(_ path: String, with bytes: [UInt8], sealedAs kind: Seal.Kind) throws(StoreError) -> Bool {
    var isAdded = false
    try finish(path, with: [bytes], sealedAs: kind) { temporary throws(StoreError) in
      isAdded = try place(temporary, as: path)
      unlink(temporary)
    }
    return isAdded
  }

  private func finish(
    _ path: String, with pieces: [[UInt8]], sealedAs kind: Seal.Kind?,
    naming name: (_ temporary: String) throws(StoreError) -> Void
  ) throws(StoreError) {
    let temporary = UnfinishedFile.name(for: path)
    do throws(StoreError) {
      try create(temporary, pieces)
      if let kind { try prove(temporary, as: kind) }
      try name(temporary)
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronizeFolder(of: path)
  }

  /// Gives a complete file another name, which exactly one process can do; false if the name is taken.
  ///
  /// A hard link appears atomically. File systems without hard links refuse it with EPERM: there an empty file reserves
  /// the name first, and the complete one then replaces it.
  func place(_ file: String, as name: String) throws(StoreError) -> Bool {
    if link(file, name) == 0 { return true }
    switch errno {
    case EEXIST: return false
    case EPERM, EOPNOTSUPP, ENOSYS: break
    default: throw .io(action: "link", path: name, code: errno)
    }
    let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      if errno == EEXIST { return false }
      throw .io(action: "create", path: name, code: errno)
    }
    _ = close(descriptor)
    do throws(StoreError) { try retry("rename the finished file to", name) { rename(file, name) } } catch {
      unlink(name)
      throw error
    }
    return true
  }

  /// Reads back a file that was just written.
  private func prove(_ path: String, as kind: Seal.Kind) throws(StoreError) {
    do throws(StoreError) { try checkSeal(of: path, as: kind) } catch .damaged {
      // The disk returns different bytes from those written.
      throw .io(action: "read back what was written to", path: path, code: EIO)
    }
  }

  /// Creates a folder and its parents; an existing folder is not an error.
  package func makeFolder(_ path: String) throws(StoreError) {
    var found = stat()
    if stat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try makeFolder(String(path[..<slash])) }
    // The umask determines who else may use it.
    guard makeDirectory(path, 0o777) < 0 else { return }
    // Another process may have been faster.
    let code = errno
    if code == EEXIST && stat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR { return }
    throw .io(action: "create the folder", path: path, code: code == EEXIST ? ENOTDIR : code)
  }

  func create(_ path: String, _ pieces: [[UInt8]], isDurable: Bool = true) throws(StoreError) {
    let descriptor = try retry("create", path) { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    do throws(StoreError) {
      for bytes in pieces {
        var written = 0
        while written < bytes.count {
          written += try retry("write", path) {
            bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
          }
        }
      }
      if isDurable { try retry("sync", path) { synchronize(descriptor) } }
    } catch {
      _ = close(descriptor)
      throw error
    }
    // Not retried: after EINTR, Linux has already released the descriptor. A full disk may be reported only here.
    if close(descriptor) < 0 { throw .io(action: "close", path: path, code: errno) }
  }

  private func synchronizeFolder(of path: String) throws(StoreError) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = try retry("open the folder", folder) { open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0) }
    defer { _ = close(descriptor) }
    try retry("sync the folder", folder) { synchronize(descriptor) }
  }

  /// Repeats a call interrupted by a signal; throws on any other failure.
  @discardableResult
  func retry<Code: SignedInteger>(_ action: String, _ path: String, _ call: () -> Code) throws(StoreError)
    -> Code
  {
    while true {
      let code = call()
      if code >= 0 { return code }
      if errno != EINTR { throw .io(action: action, path: path, code: errno) }
    }
  }
}

// MARK: - Reading

extension FileAccess {
  /// The longest file that is read: the weights of a billion parameters.
  static let longest = 1 << 32

  /// The whole content of a file that has no seal, such as a claim.
  func content(of path: String, limit: Int = 1 << 16) throws(StoreError) -> [UInt8] {
    try withRegularFile(path) { descriptor, size throws(StoreError) in
      guard size <= limit else {
        throw .damaged(path: path, reason: "is \(size) bytes long; files of this kind have at most \(limit) bytes")
      }
      // Files in /proc report a size of zero.
      return try bytes(of: path, from: descriptor, atMost: max(size, 4096))
    }
  }

  /// The first bytes of a file, by default at most the length of a seal.
  func beginning(of path: String, atMost count: Int = Seal.length) throws(StoreError) -> [UInt8] {
    try withRegularFile(path) { descriptor, _ throws(StoreError) in
      try bytes(of: path, from: descriptor, atMost: count)
    }
  }

  /// The whole content of a file with an intact seal. Memory is allocated only after the checksum is verified.
  func sealedContent(of path: String, as kind: Seal.Kind = .cell) throws(StoreError) -> [UInt8] {
    try withRegularFile(path) { descriptor, size throws(StoreError) in
      try checkSeal(of: path, as: kind, descriptor, size)
      guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .io(action: "read", path: path, code: errno) }
      let bytes = try bytes(of: path, from: descriptor, atMost: size)
      guard bytes.count == size else { throw .damaged(path: path, reason: "became shorter while being read") }
      return bytes
    }
  }

  /// Detects any changed byte in a sealed file, using little memory.
  func checkSeal(of path: String, as kind: Seal.Kind) throws(StoreError) {
    try withRegularFile(path) { descriptor, size throws(StoreError) in
      try checkSeal(of: path, as: kind, descriptor, size)
    }
  }

  private func checkSeal(
    of path: String, as kind: Seal.Kind, _ descriptor: Int32, _ size: Int
  ) throws(StoreError) {
    let block = try bytes(of: path, from: descriptor, atMost: Seal.length)
    let seal = try Seal(block, ofFileOf: size, as: kind, path: path)
    guard size <= FileAccess.longest else {
      throw .damaged(path: path, reason: "is \(size) bytes long, more than any file of this program")
    }
    var hash = SHA256()
    hash.update(data: seal.lines)
    while case let piece = try bytes(of: path, from: descriptor, atMost: 1 << 20), !piece.isEmpty {
      hash.update(data: piece)
    }
    try seal.check(hash.finalize(), path: path)
  }

  /// Opens a file without blocking and without side effects, and rejects anything but a regular file: a pipe would wait
  /// for its other end, and a device might do anything.
  private func withRegularFile<Result>(
    _ path: String, _ body: (_ descriptor: Int32, _ size: Int) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    let descriptor: Int32
    do throws(StoreError) {
      descriptor = try retry("open", path) { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0) }
    } catch .io(_, _, ENOENT) {
      throw .absent(path: path)
    } catch .io(_, _, ELOOP) {
      throw .damaged(path: path, reason: "is a broken symbolic link")
    } catch .io(_, _, ENXIO) {
      // The error for a socket.
      throw .damaged(path: path, reason: "is not a regular file")
    }
    defer { _ = Glibc.close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { throw .io(action: "examine", path: path, code: errno) }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw .damaged(path: path, reason: "is not a regular file")
    }
    return try body(descriptor, Int(information.st_size))
  }

  /// The next bytes of a file, up to its end.
  private func bytes(of path: String, from descriptor: Int32, atMost count: Int) throws(StoreError) -> [UInt8] {
    // Swift ends the process if there is no memory for an array, so this tests first.
    guard let room = malloc(count) else { throw .io(action: "read", path: path, code: ENOMEM) }
    free(room)
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let more = try retry("read", path) {
        bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + filled, count - filled) }
      }
      if more == 0 { break }
      filled += more
    }
    bytes.removeLast(count - filled)
    return bytes
  }
}

// MARK: - Folders

extension FileAccess {
  /// The names in a folder, in no particular order; empty if the folder does not exist.
  static func names(in folder: String) throws(StoreError) -> [String] { try listing(of: folder).names }

  /// The names in a folder; separately, with escapes, those that are not valid UTF-8, which no file of this program
  /// has.
  static func listing(of folder: String) throws(StoreError) -> (names: [String], others: [String]) {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return ([], []) }
      throw .io(action: "list", path: folder, code: errno)
    }
    defer { closedir(stream) }
    var (names, others): ([String], [String]) = ([], [])
    errno = 0
    while let entry = readdir(stream) {
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if let name = String(validating: bytes, as: UTF8.self) {
        if name != "." && name != ".." { names.append(name) }
      } else {
        others.append(String(decoding: bytes, as: UTF8.self))
      }
      errno = 0
    }
    if errno != 0 { throw .io(action: "list", path: folder, code: errno) }
    return (names, others)
  }
}
