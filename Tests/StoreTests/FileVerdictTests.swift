import Foundation
import Records
import Testing

@testable import Store

@Suite("Verification") struct FileVerdictTests {
  let scratch: ScratchFolder
  let store: RunStore
  let record = RunRecord.sample()
  var path: String { store.path(of: record.cellID) }

  init() throws {
    scratch = try ScratchFolder()
    store = RunStore(folder: scratch.path + "/quick")
    // The sample's predictions are right for four of seven images.
    try store.write(record)
  }

  private func verdict() -> FileVerdict {
    FileVerdict.judge(fileInFolder: path) ?? FileVerdict(path, .unreadable, "does not exist")
  }

  /// Replaces the file with that of a changed record, under the original name and with a valid seal.
  private func replace(_ change: (inout RunRecord) -> Void) throws {
    var changed = record
    change(&changed)
    try scratch.write(CellFile.encode(changed), to: path)
  }

  @Test("An intact file passes") func whole() { #expect(verdict() == FileVerdict(path, .whole)) }

  @Test("An accuracy that contradicts the predictions is found") func accuracy() throws {
    try replace { $0.result.testAccuracyLast = 58 }
    let reason = "states a test accuracy of 58.0 percent, but its predictions give \(400.0 / 7) percent"
    #expect(verdict() == FileVerdict(path, .damaged, reason))
  }

  @Test("A file under another cell's name is found") func name() throws {
    try replace { $0.cellID = "another" }
    #expect(verdict() == FileVerdict(path, .damaged, "contains cell another, which does not match the file name"))
  }

  @Test("Values that do not match their digest are found under a valid seal") func values() throws {
    var content = Array(try scratch.bytes(path)[Seal.length...])
    // The weights are not compressed, so the largest can be found in the bytes.
    let pattern = withUnsafeBytes(of: Float(1e-30).bitPattern.littleEndian) { Array($0) }
    let place = try #require(content.indices.first { content[$0...].starts(with: pattern) })
    content[place] ^= 1
    try scratch.write(RunStore.sealed(content), to: path)
    #expect(
      verdict()
        == FileVerdict(
          path, .damaged, "has values in /model/parameters/conv1.weight that do not match their stored SHA-256"))
  }

  @Test(
    "HDF5's checksums protect what no digest covers: attributes of the file and of datasets",
    arguments: ["table3 ResNet-18", "norm of PSF", "quick"])
  func attributes(_ text: String) throws {
    var content = Array(try scratch.bytes(path)[Seal.length...])
    let place = try #require(content.indices.first { content[$0...].starts(with: text.utf8) })
    content[place] ^= 1
    try scratch.write(RunStore.sealed(content), to: path)
    let found = verdict()
    #expect(found.kind == .damaged && found.reason.contains("checksum"), "\(found)")
  }

  @Test("A trace without its dimension scale is found under a valid seal") func axis() throws {
    var content = Array(try scratch.bytes(path)[Seal.length...])
    // The heap contains objects: 16 bytes with their size, then their content. References have 8 bytes, texts fewer.
    var object = 16 + (try #require(content.indices.first { content[$0...].starts(with: "GCOL".utf8) }))
    while content[object + 8] != 8 { object += 16 + (Int(content[object + 8]) + 7) / 8 * 8 }
    content[object + 16] ^= 8
    try scratch.write(RunStore.sealed(content), to: path)
    #expect(verdict().kind == .damaged, "\(verdict())")
  }

  @Test("A file that the system refuses to read is neither intact nor damaged") func unread() {
    var access = FileAccess()
    access.read = { _, _, _ in
      errno = EIO
      return -1
    }
    let found = FileAccess.$current.withValue(access) { verdict() }
    #expect(found.kind == .unreadable && found.reason.contains("Input/output error"), "\(found)")
    let error = StoreError.io(action: "start a process to read", path: path, code: EAGAIN)
    let lone = TrialReader { _, _, _, _ throws(StoreError) in throw error }
    #expect(FileVerdict(judging: path, with: lone) == FileVerdict(path, .unreadable, "cannot be read: \(error)"))
  }

  @Test("Empty, truncated and foreign files and later formats are distinguished") func kinds() throws {
    let whole = try scratch.bytes(path)
    let cases: [([UInt8], FileVerdict.Kind)] = [
      ([], .foreign), (Array("\u{89}HDF plain".utf8), .foreign), (Array(whole.dropLast()), .damaged),
      (Array(whole.prefix(100)), .damaged),
      (Seal.block(for: Array(whole[512...]), format: 2) + whole[512...], .newer),
    ]
    for (bytes, kind) in cases {
      try scratch.write(bytes, to: path)
      #expect(verdict().kind == kind, "\(bytes.count) bytes")
    }
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    #expect(verdict() == FileVerdict(path, .damaged, "is not a regular file"))
  }

  @Test("Foreign and leftover files of a folder are found, reports and quarantine are skipped") func folder() throws {
    for name in [
      "cells/notes.txt", "cells/a.h5.12-ab.tmp", "report/report.md", "quarantine/x.h5", "work/c/checkpoint-0",
    ] {
      let file = "\(scratch.path)/quick/\(name)"
      try FileManager.default.createDirectory(
        atPath: String(file[..<file.lastIndex(of: "/")!]), withIntermediateDirectories: true)
      try scratch.write([1], to: file)
    }
    let verdicts = try FileVerdict.files(below: scratch.path).paths.compactMap { FileVerdict.judge(fileInFolder: $0) }
    let found = verdicts.map { "\($0.path.dropFirst(scratch.path.count + 7)) \($0.kind)" }
    #expect(
      found == [
        "cells/a.h5.12-ab.tmp leftover", "cells/notes.txt foreign", "cells/\(record.cellID).h5 whole",
        "work/c/checkpoint-0 foreign",
      ])
  }

  @Test("Quarantine keeps the file, with the reason in its name") func quarantine() throws {
    try scratch.write(Array(scratch.bytes(path).dropLast()), to: path)
    let place = try #require(try RunStore.quarantine(verdict()))
    #expect(place.hasPrefix("\(scratch.path)/quick/quarantine/\(record.cellID).h5.damaged-is-"))
    #expect(FileManager.default.fileExists(atPath: place))
    #expect(try store.status(of: record.cellID) == .absent)
  }
}
