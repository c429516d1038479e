import Crypto
import Foundation
import Testing

@testable import Datasets

/// Downloads from file:// addresses: the same program, the same resumption, no network.
@Suite("data fetch")
struct DataFetchTests {
  let server: ScratchFolder
  let target: ScratchFolder
  let layout: CIFARLayout
  let archive: OfficialArchive

  init() throws {
    server = try ScratchFolder()
    target = try ScratchFolder()
    try writeFiles(.cifar10, in: server)
    layout = try CIFARLayout.cifar10.official(in: server.path + "/cifar-10-batches-bin")
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = ["tar", "-czf", server.path + "/a.tar.gz", "-C", server.path, "cifar-10-batches-bin"]
    try tar.run()
    tar.waitUntilExit()
    let path = server.path + "/a.tar.gz"
    archive = OfficialArchive(
      url: "file://" + path, bytes: try fileSize(path), md5: try digest(ofFile: path, Insecure.MD5.self),
      sha256: try digest(ofFile: path, SHA256.self))
  }

  private func fetchAll(_ archive: OfficialArchive? = nil) throws -> [String] {
    var lines: [String] = []
    _ = try fetch(archive ?? self.archive, layout, into: target.path, showsProgress: false) { lines.append($0) }
    return lines
  }

  private var isOfficial: Bool {
    get throws {
      try verify(layout, in: target.path).allSatisfy { if case .official = $0.finding { true } else { false } }
    }
  }

  @Test("downloads, checks, unpacks and leaves only the official files; a second call does nothing")
  func whole() throws {
    #expect(try fetchAll().count == 3)
    #expect(try isOfficial)
    #expect(try FileManager.default.contentsOfDirectory(atPath: target.path) == ["cifar-10-batches-bin"])
    #expect(try fetchAll() == ["\(target.path)/cifar-10-batches-bin: the official files already exist"])
  }

  @Test("an interrupted download is resumed")
  func resumed() throws {
    let bytes = try server.bytes(of: "a.tar.gz")
    // If the first half were downloaded again, its mark would be gone and the checksum right.
    var half = Array(bytes.prefix(bytes.count / 2))
    try target.write(half, to: "a.tar.gz.part")
    _ = try fetchAll()
    #expect(try isOfficial)
    try FileManager.default.removeItem(atPath: target.path + "/cifar-10-batches-bin")
    half[0] ^= 1
    try target.write(half, to: "a.tar.gz.part")
    #expect(message { try fetchAll() }?.contains("a.tar.gz: MD5 ") == true)
    #expect(!exists(target.path + "/a.tar.gz") && !exists(target.path + "/cifar-10-batches-bin"))
  }

  @Test("an existing complete archive is used without a download")
  func archiveThere() throws {
    try target.write(server.bytes(of: "a.tar.gz"), to: "a.tar.gz")
    try FileManager.default.removeItem(atPath: server.path + "/a.tar.gz")
    #expect(try fetchAll().first?.hasPrefix("checking") == true)
    #expect(try isOfficial)
  }

  @Test("a wrong SHA-256 is found even when the MD5 is right")
  func checksum() throws {
    let other = OfficialArchive(
      url: archive.url, bytes: archive.bytes, md5: archive.md5, sha256: String(repeating: "0", count: 64))
    #expect(
      message { try fetchAll(other) } == """
        \(target.path)/a.tar.gz: SHA-256 \(archive.sha256), but the official file has \(other.sha256). It was damaged \
        during the download; fetch it again.
        """)
  }

  @Test("the error for a failed download names the address, the reason and how to fix it")
  func failure() {
    let missing = OfficialArchive(
      url: "file://\(server.path)/none.tar.gz", bytes: 10, md5: archive.md5, sha256: archive.sha256)
    let message = message { try fetchAll(missing) }
    #expect(message?.hasPrefix("\(missing.url): the download failed (curl: (37)") == true)
    // No file is kept if nothing arrived.
    #expect(message?.contains("Nothing arrived; fetch again, or download the file by other means to") == true)
    #expect(message?.hasSuffix("\(target.path)/none.tar.gz.") == true, "\(message ?? "")")
  }

  @Test("an archive that is too short or too long is refused", arguments: [-1, 1])
  func size(difference: Int) {
    let other = OfficialArchive(
      url: archive.url, bytes: archive.bytes - difference, md5: archive.md5, sha256: archive.sha256)
    #expect(
      message { try fetchAll(other) }?
        .contains("\(archive.bytes) bytes, but the official file has \(archive.bytes - difference)") == true)
  }

  @Test("existing files that are not official are not changed")
  func existing() throws {
    try target.write([1, 2], to: "cifar-10-batches-bin/data_batch_1.bin")
    #expect(
      message { try fetchAll() }?.contains("already exists and is not changed: data_batch_2.bin is missing") == true)
    #expect(try target.bytes(of: "cifar-10-batches-bin/data_batch_1.bin") == [1, 2])
  }
}
