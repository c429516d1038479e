import Configuration
import Crypto

/// The first 512 bytes of each file, which form the HDF5 user block of a cell file: a few lines of text that prove that
/// the file is intact before any library opens it.
///
///     SAMBench cell file
///     format 1
///     size 48213
///     sha256 9f86d0...
///
/// and zeros to the end. The digest covers the lines above it and everything after the block, so it can be checked with
/// `{ head -n 3 FILE; tail -c +513 FILE; } | sha256sum`. It detects damage but is not a signature: anyone can seal a
/// file.
package struct Seal {
  static let length = 512
  static let format = 1

  /// The kind of a sealed file, given by its first line.
  package enum Kind: String, Sendable {
    case cell = "SAMBench cell file"
    case checkpoint = "SAMBench checkpoint"
  }

  /// The lines that the digest covers.
  let lines: [UInt8]
  private let digest: Substring
  private let version: Int

  /// Parses the block of a file and compares the stated length with that of the file.
  init(_ block: [UInt8], ofFileOf count: Int, as kind: Kind, path: String) throws(StoreError) {
    guard count >= Seal.length, block.count >= Seal.length else {
      throw .damaged(path: path, reason: "is \(count) bytes long, shorter than its \(Seal.length)-byte header")
    }
    guard block.starts(with: (kind.rawValue + "\n").utf8) else {
      throw .damaged(path: path, reason: "does not start with the line '\(kind.rawValue)'")
    }
    let text = block[..<Seal.length].prefix { $0 != 0 }
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 5, lines[4].isEmpty, let version = Seal.number(lines[1], after: "format "),
      let size = Seal.number(lines[2], after: "size "), block[text.count..<Seal.length].allSatisfy({ $0 == 0 })
    else { throw .damaged(path: path, reason: "has an invalid header") }
    guard size == count else {
      throw .damaged(path: path, reason: "is \(count) bytes long, but its header states \(size)")
    }
    self.lines = Array((lines[0...2].joined(separator: "\n") + "\n").utf8)
    self.version = version
    digest = lines[3]
  }

  /// Compares the digest of the lines and of everything after the block with the one in the block.
  func check(_ found: SHA256.Digest, path: String) throws(StoreError) {
    guard digest == "sha256 " + hexadecimal(found) else {
      throw .damaged(path: path, reason: "does not match its checksum")
    }
    guard version <= Seal.format else { throw .newer(path: path, format: version) }
  }

  private static func number(_ line: Substring, after key: String) -> Int? {
    line.hasPrefix(key) ? Int(line.dropFirst(key.count)) : nil
  }
}

extension Seal {
  /// The block for `content`, which follows it in the file.
  static func block(for content: [UInt8], format: Int = format) -> [UInt8] {
    block(.cell, for: [content], format: format)
  }

  /// The block for `pieces`, which follow it in the file in order.
  static func block(_ kind: Kind, for pieces: [[UInt8]], format: Int = format) -> [UInt8] {
    let size = pieces.reduce(length) { $0 + $1.count }
    let lines = Array("\(kind.rawValue)\nformat \(format)\nsize \(size)\n".utf8)
    var block = lines + Array("sha256 \(hexadecimal(digest(lines, pieces.map { $0[...] })))\n".utf8)
    block += Array(repeating: 0, count: length - block.count)
    return block
  }

  /// Detects any changed byte of a file in memory.
  static func check(_ file: [UInt8], as kind: Kind = .cell, path: String) throws(StoreError) {
    let seal = try Seal(file, ofFileOf: file.count, as: kind, path: path)
    try seal.check(digest(seal.lines, [file[length...]]), path: path)
  }

  private static func digest(_ lines: [UInt8], _ content: [ArraySlice<UInt8>]) -> SHA256.Digest {
    var hash = SHA256()
    hash.update(data: lines)
    for piece in content { piece.withUnsafeBytes { hash.update(bufferPointer: $0) } }
    return hash.finalize()
  }
}
