import Testing

@testable import Store

@Suite struct SealTests {
  let content = [UInt8]((0..<1000).map { UInt8($0 % 251) })
  var file: [UInt8] { Seal.block(for: content) + content }

  @Test("A sealed file passes") func whole() throws { try Seal.check(file, path: "x") }

  @Test("Any flipped bit is found") func flips() {
    for position in file.indices {
      for bit in [0, 3, 7] {
        var damaged = file
        damaged[position] ^= 1 << bit
        #expect(throws: StoreError.self, "byte \(position), bit \(bit)") { try Seal.check(damaged, path: "x") }
      }
    }
  }

  @Test("Any other length is found", arguments: [0, 1, 19, 511, 512, 1511]) func truncated(_ length: Int) {
    #expect(throws: StoreError.self) { try Seal.check(Array(file.prefix(length)), path: "x") }
    #expect(throws: StoreError.self) { try Seal.check(file + [0], path: "x") }
  }

  @Test("Errors state the problem in words") func words() {
    let short = #expect(throws: StoreError.self) { try Seal.check(Array(file.prefix(700)), path: "a.h5") }
    #expect(
      short?.description
        == "'a.h5' is damaged: it is 700 bytes long, but its header states 1512. If it is a result, delete it and "
        + "train the cell again with the command 'run'.")
    let foreign = [UInt8]([0x89]) + Array("HDF\r\n".utf8) + Array(repeating: 0, count: 600)
    let error = #expect(throws: StoreError.self) { try Seal.check(foreign, path: "b.h5") }
    #expect(error == .damaged(path: "b.h5", reason: "does not start with the line 'SAMBench cell file'"))
  }

  @Test("An intact file of a later format is not damaged") func newer() {
    let later = Seal.block(for: content, format: 2) + content
    #expect(throws: StoreError.newer(path: "x", format: 2)) { try Seal.check(later, path: "x") }
  }

  @Test("The seal starts with readable text") func text() {
    let head = String(decoding: file.prefix { $0 != 0 }, as: UTF8.self)
    #expect(head.hasPrefix("SAMBench cell file\nformat 1\nsize 1512\nsha256 "))
    #expect(Seal.block(for: content).count == 512)
  }
}
