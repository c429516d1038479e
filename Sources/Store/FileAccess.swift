import Crypto
import Foundation

/// The system calls that read and write files, so that a test can let any of them fail. The HDF5 library makes none: it
/// works in memory.
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

  /// What a store reads and writes with: the system's own calls, but where a harness that injects faults binds others.
  @TaskLocal package static var current = FileAccess()
}

// MARK: - Writing

extension FileAccess {
  /// Puts `bytes` under `path`, whole or not at all, and only returns once they would survive a power cut: a temporary
  /// file in the same folder is written, synced and renamed, then the folder is synced.
  func replace(_ path: String, with bytes: [UInt8], sealedAs kind: Seal.Kind? = nil) throws(StoreError) {
    try replace(path, with: [bytes], sealedAs: kind)
  }

  /// The same for a text that can be made again, so that nobody waits for the disk.
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

  /// The same for the concatenation of `pieces`.
  ///
  /// - Parameter kind: the seal against which the temporary file is read back before it takes its name; nil for a file
  ///   without any.
  func replace(_ path: String, with pieces: [[UInt8]], sealedAs kind: Seal.Kind? = nil) throws(StoreError) {
    try finish(path, with: pieces, sealedAs: kind) { temporary throws(StoreError) in
      try retry("rename the finished file to", path) { rename(temporary, path) }
    }
  }

  /// Puts a sealed file under a name that nobody has yet; false where somebody has it.
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

  /// Gives a complete file another name, which exactly one process can do; false where the name is taken.
  ///
  /// A hard link is never there in part. File systems without hard links refuse it with EPERM: there the name is reserved
  /// by an empty file first, which the complete one then replaces.
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

  /// Reads a file back that was just written.
  private func prove(_ path: String, as kind: Seal.Kind) throws(StoreError) {
    do throws(StoreError) { try checkSeal(of: path, as: kind) } catch .damaged {
      // The disk returns other bytes than it was given.
      throw .io(action: "read back what was written to", path: path, code: EIO)
    }
  }

  /// Creates a folder and those above it; one that exists already is as good.
  package func makeFolder(_ path: String) throws(StoreError) {
    var found = stat()
    if stat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try makeFolder(String(path[..<slash])) }
    // The umask decides who else may use it.
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
    // Not retried: after EINTR Linux has released the descriptor already. A full disk may show only here.
    if close(descriptor) < 0 { throw .io(action: "close", path: path, code: errno) }
  }

  private func synchronizeFolder(of path: String) throws(StoreError) {
    let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let descriptor = try retry("open the folder", folder) { open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0) }
    defer { _ = close(descriptor) }
    try retry("sync the folder", folder) { synchronize(descriptor) }
  }

  /// Repeats a call that a signal interrupted; any other failure is thrown.
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
  /// No file of ours is longer: the weights of a billion parameters. A longer one is not read.
  static let longest = 1 << 32

  /// The whole content of a file that has no seal, such as a claim.
  func content(of path: String, limit: Int = 1 << 16) throws(StoreError) -> [UInt8] {
    try withRegularFile(path) { descriptor, size throws(StoreError) in
      guard size <= limit else {
        throw .damaged(path: path, reason: "is \(size) bytes long, and no file of its kind is longer than \(limit)")
      }
      // The kernel's own files claim to be empty.
      return try bytes(of: path, from: descriptor, atMost: max(size, 4096))
    }
  }

  /// The first bytes of a file, by default at most as many as a seal takes.
  func beginning(of path: String, atMost count: Int = Seal.length) throws(StoreError) -> [UInt8] {
    try withRegularFile(path) { descriptor, _ throws(StoreError) in
      try bytes(of: path, from: descriptor, atMost: count)
    }
  }

  /// The whole content of a file whose seal holds. Memory is taken only after its checksum was found to match.
  func sealedContent(of path: String, as kind: Seal.Kind = .cell) throws(StoreError) -> [UInt8] {
    try withRegularFile(path) { descriptor, size throws(StoreError) in
      try checkSeal(of: path, as: kind, descriptor, size)
      guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .io(action: "read", path: path, code: errno) }
      let bytes = try bytes(of: path, from: descriptor, atMost: size)
      guard bytes.count == size else { throw .damaged(path: path, reason: "became shorter while it was read") }
      return bytes
    }
  }

  /// Finds any change of any byte of a sealed file, in little memory.
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
      throw .damaged(path: path, reason: "is \(size) bytes long, and no file of this program is")
    }
    var hash = SHA256()
    hash.update(data: seal.lines)
    while case let piece = try bytes(of: path, from: descriptor, atMost: 1 << 20), !piece.isEmpty {
      hash.update(data: piece)
    }
    try seal.check(hash.finalize(), path: path)
  }

  /// Opens a file without waiting for anybody and without side effects, and refuses what is no regular file: a pipe
  /// would wait for its other end, a device might do anything.
  private func withRegularFile<Result>(
    _ path: String, _ body: (_ descriptor: Int32, _ size: Int) throws(StoreError) -> Result
  ) throws(StoreError) -> Result {
    let descriptor: Int32
    do throws(StoreError) {
      descriptor = try retry("open", path) { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0) }
    } catch .io(_, _, ENOENT) {
      throw .absent(path: path)
    } catch .io(_, _, ELOOP) {
      throw .damaged(path: path, reason: "is a link that leads nowhere")
    } catch .io(_, _, ENXIO) {
      // What a socket answers.
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

  /// What comes next in a file, up to its end.
  private func bytes(of path: String, from descriptor: Int32, atMost count: Int) throws(StoreError) -> [UInt8] {
    // Swift ends the process where there is no memory for an array.
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
  /// The names in a folder, in no order; none when there is no such folder.
  static func names(in folder: String) throws(StoreError) -> [String] { try listing(of: folder).names }

  /// The names in a folder, and in escapes those that are no text and that nothing of ours can have.
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
