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

extension FileAccess {
  /// Puts `bytes` under `path`, whole or not at all, and only returns once they would survive a power cut: a temporary
  /// file in the same folder is written, synced and renamed, then the folder is synced.
  func replace(_ path: String, with bytes: [UInt8], sealedAs kind: Seal.Kind? = nil) throws(StoreError) {
    try replace(path, with: [bytes], sealedAs: kind)
  }

  /// The same for the concatenation of `pieces`.
  ///
  /// - Parameter kind: the seal against which the temporary file is read back before it takes its name; nil for a file
  ///   without any.
  func replace(_ path: String, with pieces: [[UInt8]], sealedAs kind: Seal.Kind? = nil) throws(StoreError) {
    let temporary = "\(path).\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 16)).tmp"
    do throws(StoreError) {
      try create(temporary, pieces)
      if let kind { try prove(temporary, as: kind) }
      try retry("rename the finished file to", path) { rename(temporary, path) }
    } catch {
      unlink(temporary)
      throw error
    }
    try synchronizeFolder(of: path)
  }

  /// Reads a file back that was just written.
  private func prove(_ path: String, as kind: Seal.Kind) throws(StoreError) {
    let bytes = try content(of: path)
    do throws(StoreError) { try Seal.check(bytes, as: kind, path: path) } catch {
      // The disk returns other bytes than it was given.
      throw .io(action: "read back what was written to", path: path, code: EIO)
    }
  }

  /// Removes what a killed process left of an unfinished `replace` of `path`. Nobody else may be writing it.
  func removeLeftovers(of path: String) throws(StoreError) {
    guard let slash = path.lastIndex(of: "/") else { return }
    let folder = path[..<slash], name = path[path.index(after: slash)...]
    for found in try FileAccess.names(in: String(folder)) where found.hasPrefix(name + ".") && found.hasSuffix(".tmp") {
      unlink("\(folder)/\(found)")
    }
  }

  /// Creates a folder and those above it; one that exists already is as good.
  func makeFolder(_ path: String) throws(StoreError) {
    var found = stat()
    if stat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR { return }
    if let slash = path.lastIndex(of: "/"), slash > path.startIndex { try makeFolder(String(path[..<slash])) }
    guard makeDirectory(path, 0o755) < 0 else { return }
    // Another process may have been faster.
    let code = errno
    if code == EEXIST && stat(path, &found) == 0 && found.st_mode & S_IFMT == S_IFDIR { return }
    throw .io(action: "create the folder", path: path, code: code == EEXIST ? ENOTDIR : code)
  }

  func create(_ path: String, _ pieces: [[UInt8]]) throws(StoreError) {
    let descriptor = try retry("create", path) { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644) }
    do throws(StoreError) {
      for bytes in pieces {
        var written = 0
        while written < bytes.count {
          written += try retry("write", path) {
            bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
          }
        }
      }
      try retry("sync", path) { synchronize(descriptor) }
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

extension FileAccess {
  /// The whole content of a file.
  func content(of path: String) throws(StoreError) -> [UInt8] {
    let descriptor: Int32
    do throws(StoreError) {
      descriptor = try retry("open", path) { open(path, O_RDONLY | O_CLOEXEC, 0) }
    } catch .io(_, _, ENOENT) { throw .absent(path: path) }
    defer { _ = Glibc.close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { throw .io(action: "examine", path: path, code: errno) }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw .damaged(path: path, reason: "is not a regular file")
    }
    // The kernel's own files claim to be empty.
    let size = max(Int(information.st_size), 4096)
    var bytes = [UInt8](repeating: 0, count: size)
    var filled = 0
    while filled < size {
      let count = try retry("read", path) {
        bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + filled, size - filled) }
      }
      if count == 0 { break }
      filled += count
    }
    bytes.removeLast(size - filled)
    return bytes
  }

  /// The names in a folder, in no order; none when there is no such folder.
  static func names(in folder: String) throws(StoreError) -> [String] {
    guard let stream = opendir(folder) else {
      if errno == ENOENT { return [] }
      throw .io(action: "list", path: folder, code: errno)
    }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
      errno = 0
    }
    if errno != 0 { throw .io(action: "list", path: folder, code: errno) }
    return names
  }
}
