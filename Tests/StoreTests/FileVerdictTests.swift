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
    // The sample's accuracy is that of its predictions: four of seven.
    try store.write(record)
  }

  private func verdict() -> FileVerdict {
    FileVerdict.judge(fileInFolder: path) ?? FileVerdict(path, .unreadable, "is not there")
  }

  /// The file of a changed record, under the first one's name and with a right seal.
  private func replace(_ change: (inout RunRecord) -> Void) throws {
    var changed = record
    change(&changed)
    try scratch.write(CellFile.encode(changed), to: path)
  }

  @Test("A whole file is whole") func whole() { #expect(verdict() == FileVerdict(path, .whole)) }

  @Test("An accuracy that the predictions do not give is found") func accuracy() throws {
    try replace { $0.result.testAccuracyLast = 58 }
    #expect(verdict() == FileVerdict(path, .damaged, "says 58.0 where its predictions give \(400.0 / 7) percent"))
  }

  @Test("A file under another cell's name is found") func name() throws {
    try replace { $0.cellID = "another" }
    #expect(verdict() == FileVerdict(path, .damaged, "holds the cell another, whose file has another name"))
  }

  @Test("Values that do not match their digest are found under a right seal") func values() throws {
    var content = Array(try scratch.bytes(path)[Seal.length...])
    // The weights are stored plain: the largest is found as it stands.
    let pattern = withUnsafeBytes(of: Float(1e-30).bitPattern.littleEndian) { Array($0) }
    let place = try #require(content.indices.first { content[$0...].starts(with: pattern) })
    content[place] ^= 1
    try scratch.write(RunStore.sealed(content), to: path)
    #expect(
      verdict() == FileVerdict(path, .damaged, "has other values in /model/parameters/conv1.weight than were written"))
  }

  @Test(
    "What no digest covers is guarded by HDF5's own checksums: attributes of the file and of datasets",
    arguments: ["table3 ResNet-18", "norm of PSF", "quick"])
  func attributes(_ text: String) throws {
    var content = Array(try scratch.bytes(path)[Seal.length...])
    let place = try #require(content.indices.first { content[$0...].starts(with: text.utf8) })
    content[place] ^= 1
    try scratch.write(RunStore.sealed(content), to: path)
    let found = verdict()
    #expect(found.kind == .damaged && found.reason.contains("checksum"), "\(found)")
  }

  @Test("A trace that does not lead to its axis is found under a right seal") func axis() throws {
    var content = Array(try scratch.bytes(path)[Seal.length...])
    // The first reference stands behind the heads of the heap and of its first object.
    let heap = try #require(content.indices.first { content[$0...].starts(with: "GCOL".utf8) })
    content[heap + 32] ^= 8
    try scratch.write(RunStore.sealed(content), to: path)
    #expect(verdict().kind == .damaged, "\(verdict())")
  }

  @Test("A file that the system does not let be read is neither whole nor damaged") func unread() {
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

  @Test("What is empty, cut, of another program or of a later format is told apart") func kinds() throws {
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

  @Test("A folder's strangers and leftovers are found, reports and quarantine left alone") func folder() throws {
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
