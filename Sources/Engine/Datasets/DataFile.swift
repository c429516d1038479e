import Configuration
import Crypto
import Foundation

/// The system call that reads data files, replaceable so that tests can make it fail.
struct DataReading: Sendable {
  var read: @Sendable (_ descriptor: Int32, UnsafeMutableRawPointer, Int) -> Int = { Glibc.read($0, $1, $2) }

  @TaskLocal static var current = DataReading()
}

func readFile(_ path: String) throws(DatasetError) -> [UInt8] {
  let size = try fileSize(path)
  let descriptor = try openFile(path)
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: size)
  let filled = try fill(&bytes, from: descriptor, path)
  bytes.removeLast(size - filled)
  return bytes
}

private func openFile(_ path: String) throws(DatasetError) -> Int32 {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .unreadable(path: path, reason: lastSystemError()) }
  return descriptor
}

/// Reads until the buffer is full or the file ends; returns the number of bytes read.
private func fill(_ buffer: inout [UInt8], from descriptor: Int32, _ path: String) throws(DatasetError) -> Int {
  let size = buffer.count
  var filled = 0
  while filled < size {
    let count = buffer.withUnsafeMutableBytes {
      DataReading.current.read(descriptor, $0.baseAddress! + filled, size - filled)
    }
    if count < 0 && errno == EINTR { continue }
    if count < 0 { throw .unreadable(path: path, reason: lastSystemError()) }
    if count == 0 { break }
    filled += count
  }
  return filled
}

func fileSize(_ path: String) throws(DatasetError) -> Int {
  var status = stat()
  guard stat(path, &status) == 0 else { throw .unreadable(path: path, reason: lastSystemError()) }
  guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
  return Int(status.st_size)
}

func isFolder(_ path: String) -> Bool {
  var isDirectory: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
}

/// Whether a file, folder or link of that name exists.
func exists(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0 || errno != ENOENT && errno != ENOTDIR
}

/// The system's message for the last failed call.
func lastSystemError() -> String { String(cString: strerror(errno)) }

/// The digest of a file, read in pieces, lowercase hexadecimal.
func digest<H: HashFunction>(ofFile path: String, _ hash: H.Type) throws(DatasetError) -> String {
  _ = try fileSize(path)
  let descriptor = try openFile(path)
  defer { close(descriptor) }
  var hasher = H()
  var piece = [UInt8](repeating: 0, count: 1 << 20)
  while true {
    let filled = try fill(&piece, from: descriptor, path)
    piece[..<filled].withUnsafeBytes { hasher.update(bufferPointer: $0) }
    if filled < piece.count { return hexadecimal(hasher.finalize()) }
  }
}
