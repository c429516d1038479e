import Crypto

/// The first 512 bytes of a file of ours, in a cell file HDF5's user block: a few lines of text that tell whether the file
/// is whole before any library opens it.
///
///     SAMBench cell file
///     format 1
///     size 48213
///     sha256 9f86d0...
///
/// and zeros to the end. The digest covers the lines above it and everything after the block, so it can be checked by
/// `{ head -n 3 FILE; tail -c +513 FILE; } | sha256sum`.
enum Seal {
  static let length = 512
  static let format = 1

  /// What a sealed file is; its first line says it.
  enum Kind: String {
    case cell = "SAMBench cell file"
    case checkpoint = "SAMBench checkpoint"
  }

  /// The block for `content`, which follows it in the file.
  static func block(for content: [UInt8], format: Int = format) -> [UInt8] {
    block(.cell, for: [content], format: format)
  }

  /// The block for `pieces`, which follow it in the file one after the other.
  static func block(_ kind: Kind, for pieces: [[UInt8]], format: Int = format) -> [UInt8] {
    let size = pieces.reduce(length) { $0 + $1.count }
    let lines = Array("\(kind.rawValue)\nformat \(format)\nsize \(size)\n".utf8)
    var block = lines + Array("sha256 \(digest(lines: lines, content: pieces.map { $0[...] }))\n".utf8)
    block += Array(repeating: 0, count: length - block.count)
    return block
  }

  /// Finds any change of any byte.
  static func check(_ file: [UInt8], as kind: Kind = .cell, path: String) throws(StoreError) {
    guard file.count >= length else {
      throw .damaged(path: path, reason: "ends after \(file.count) bytes, before its \(length)-byte header does")
    }
    guard file.starts(with: (kind.rawValue + "\n").utf8) else {
      throw .damaged(path: path, reason: "does not begin as a \(kind.rawValue)")
    }
    let text = file[..<length].prefix { $0 != 0 }
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == 5, lines[4].isEmpty, let version = number(lines[1], after: "format "),
      let size = number(lines[2], after: "size "), file[text.count..<length].allSatisfy({ $0 == 0 })
    else { throw .damaged(path: path, reason: "has a header that cannot be read") }
    guard size == file.count else {
      throw .damaged(path: path, reason: "is \(file.count) bytes long where its header says \(size)")
    }
    let head = Array((lines[0...2].joined(separator: "\n") + "\n").utf8)
    guard lines[3] == "sha256 " + digest(lines: head, content: [file[length...]]) else {
      throw .damaged(path: path, reason: "does not match its checksum")
    }
    guard version <= format else { throw .newer(path: path, format: version) }
  }

  private static func number(_ line: Substring, after key: String) -> Int? {
    line.hasPrefix(key) ? Int(line.dropFirst(key.count)) : nil
  }

  private static func digest(lines: [UInt8], content: [ArraySlice<UInt8>]) -> String {
    var hash = SHA256()
    hash.update(data: lines)
    for piece in content { piece.withUnsafeBytes { hash.update(bufferPointer: $0) } }
    return hash.finalize().hexadecimal
  }
}

extension SHA256.Digest {
  /// 64 lowercase digits.
  var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
