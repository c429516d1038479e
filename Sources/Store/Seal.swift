import Crypto

/// The first 512 bytes of a file of ours, in a cell file HDF5's user block: a few lines of text that tell whether the
/// file is whole before any library opens it.
///
///     SAMBench cell file
///     format 1
///     size 48213
///     sha256 9f86d0...
///
/// and zeros to the end. The digest covers the lines above it and everything after the block, so it can be checked by
/// `{ head -n 3 FILE; tail -c +513 FILE; } | sha256sum`. It finds damage; it is no signature, and whoever makes a file
/// can seal it.
package struct Seal {
  static let length = 512
  static let format = 1

  /// What a sealed file is; its first line says it.
  package enum Kind: String, Sendable {
    case cell = "SAMBench cell file"
    case checkpoint = "SAMBench checkpoint"
  }

  /// The lines that the digest covers.
  let lines: [UInt8]
  private let digest: Substring
  private let version: Int

  /// Reads the block of a file and holds the length that it says against the file's own.
  init(_ block: [UInt8], ofFileOf count: Int, as kind: Kind, path: String) throws(StoreError) {
    guard count >= Seal.length, block.count >= Seal.length else {
      throw .damaged(path: path, reason: "ends after \(count) bytes, before its \(Seal.length)-byte header does")
    }
    guard block.starts(with: (kind.rawValue + "\n").utf8) else {
      throw .damaged(path: path, reason: "does not begin as a \(kind.rawValue)")
    }
    let text = block[..<Seal.length].prefix { $0 != 0 }
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 5, lines[4].isEmpty, let version = Seal.number(lines[1], after: "format "),
      let size = Seal.number(lines[2], after: "size "), block[text.count..<Seal.length].allSatisfy({ $0 == 0 })
    else { throw .damaged(path: path, reason: "has a header that cannot be read") }
    guard size == count else {
      throw .damaged(path: path, reason: "is \(count) bytes long where its header says \(size)")
    }
    self.lines = Array((lines[0...2].joined(separator: "\n") + "\n").utf8)
    self.version = version
    digest = lines[3]
  }

  /// Holds the digest of the lines and of everything after the block against the one in the block.
  func check(_ found: SHA256.Digest, path: String) throws(StoreError) {
    guard digest == "sha256 " + found.hexadecimal else {
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

  /// The block for `pieces`, which follow it in the file one after the other.
  static func block(_ kind: Kind, for pieces: [[UInt8]], format: Int = format) -> [UInt8] {
    let size = pieces.reduce(length) { $0 + $1.count }
    let lines = Array("\(kind.rawValue)\nformat \(format)\nsize \(size)\n".utf8)
    var block = lines + Array("sha256 \(digest(lines, pieces.map { $0[...] }).hexadecimal)\n".utf8)
    block += Array(repeating: 0, count: length - block.count)
    return block
  }

  /// Finds any change of any byte of a file in memory.
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

extension SHA256.Digest {
  /// 64 lowercase digits.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
