import Crypto
import Foundation

/// The bytes of a regular file.
func readFile(_ path: String) throws(DatasetError) -> [UInt8] {
  let size = try fileSize(path)
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .unreadable(path: path, reason: lastSystemError()) }
  defer { close(descriptor) }
  var failure: String?
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
    while filled < size {
      let count = read(descriptor, buffer.baseAddress! + filled, size - filled)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { failure = lastSystemError() }
      if count <= 0 { break }
      filled += count
    }
  }
  if let failure { throw .unreadable(path: path, reason: failure) }
  return bytes
}

/// The size of a regular file in bytes.
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

/// Whether anything of that name is there, be it of use or not.
func exists(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0 || errno != ENOENT && errno != ENOTDIR
}

/// The system's words for the last failed call.
func lastSystemError() -> String { String(cString: strerror(errno)) }

/// The digest of a file, read in pieces, lowercase hexadecimal.
func digest<H: HashFunction>(ofFile path: String, _ hash: H.Type) throws(DatasetError) -> String {
  _ = try fileSize(path)
  guard let file = FileHandle(forReadingAtPath: path) else {
    throw .unreadable(path: path, reason: lastSystemError())
  }
  var hasher = H()
  do {
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty { hasher.update(data: piece) }
  } catch {
    throw .unreadable(path: path, reason: "\(error)")
  }
  return hexadecimal(hasher.finalize())
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
