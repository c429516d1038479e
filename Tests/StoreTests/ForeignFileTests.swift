import CHDF5
import Foundation
import Records
import Testing

@testable import Store

/// Files from other sources: content under a valid seal, which anyone can make, and objects that are not files.
@Suite("Files from others") struct ForeignFileTests {
  let scratch: ScratchFolder
  let store: RunStore
  let record = RunRecord.sample()
  var path: String { store.path(of: record.cellID) }

  init() throws {
    scratch = try ScratchFolder()
    store = RunStore(folder: scratch.path + "/quick")
    try store.write(record)
  }

  /// Changes the content of the sample's file with the HDF5 library and seals it again.
  private func tamper(_ change: @Sendable (_ root: hid_t) -> Void) throws {
    let file = try scratch.bytes(path)
    let content = try HDF5.alone { () throws(HDF5Failure) in
      var image = file
      let access = H5Pcreate(chdf5_file_access())
      #expect(H5Pset_fapl_core(access, 1 << 16, false) >= 0)
      #expect(H5Pset_file_image(access, &image, image.count) >= 0)
      // 1 is H5F_ACC_RDWR.
      let root = try HDF5.check(H5Fopen("cell", 1, access), "open the file to change it")
      change(root)
      #expect(H5Fflush(root, H5F_SCOPE_GLOBAL) >= 0)
      let count = H5Fget_file_image(root, nil, 0)
      var content = [UInt8](repeating: 0, count: count)
      #expect(H5Fget_file_image(root, &content, count) == count)
      #expect(H5Fclose(root) >= 0 && H5Pclose(access) >= 0)
      return content
    }
    try scratch.write(RunStore.sealed(content), to: path)
  }

  struct Kind: Sendable {
    let name: String
    let change: @Sendable (hid_t) -> Void
    /// A part of the expected reason.
    let said: String
  }

  /// Replaces an attribute by `count` values of a type, made of one byte.
  private static func attribute(
    _ name: String, in group: String, _ kind: @escaping @Sendable () -> hid_t, count: Int?,
    filledWith byte: UInt8 = 0x41
  ) -> @Sendable (hid_t) -> Void {
    { root in
      let type = kind()
      let owner = H5Oopen(root, group, 0)
      #expect(H5Adelete(owner, name) >= 0)
      let extent = [hsize_t(count ?? 1)]
      let space = count == nil ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, extent, nil)
      let attribute = H5Acreate2(owner, name, type, space, 0, 0)
      let bytes = [UInt8](repeating: byte, count: H5Tget_size(type) * (count ?? 1))
      #expect(H5Awrite(attribute, type, bytes) >= 0)
      #expect(H5Aclose(attribute) >= 0 && H5Oclose(owner) >= 0)
    }
  }

  private static func text(_ length: Int) -> hid_t {
    let type = H5Tcopy(chdf5_c_string())
    #expect(H5Tset_size(type, length) >= 0)
    return type
  }

  /// Adds a column to a table that is stored as the property list says.
  private static func column(
    in table: String, _ extents: [hsize_t], _ storage: @escaping @Sendable (hid_t) -> Void
  ) -> @Sendable (hid_t) -> Void {
    { root in
      let group = H5Gopen2(root, table, 0)
      let creation = H5Pcreate(chdf5_dataset_creation())
      storage(creation)
      let space = H5Screate_simple(Int32(extents.count), extents, nil)
      let dataset = H5Dcreate2(group, "more", chdf5_stored_float(), space, 0, creation, 0)
      #expect(dataset >= 0)
      for name in ["units", "long_name"] {
        let type = text(1)
        let scalar = H5Screate(H5S_SCALAR)
        let attribute = H5Acreate2(dataset, name, type, scalar, 0, 0)
        #expect(H5Awrite(attribute, type, "1") >= 0 && H5Aclose(attribute) >= 0)
      }
      #expect(H5Dclose(dataset) >= 0 && H5Gclose(group) >= 0)
    }
  }

  static let kinds: [Kind] = [
    Kind(
      name: "a list instead of an integer",
      change: attribute("iterations", in: "result", chdf5_stored_int64, count: 5000),
      said: "is a list instead of a single value"),
    Kind(
      name: "a list instead of a text", change: attribute("alias", in: "/", { text(8) }, count: 2000),
      said: "is a list"),
    Kind(
      name: "another number type",
      change: attribute("training_seconds", in: "result/timing", chdf5_stored_float, count: nil),
      said: "not of type Double"),
    Kind(
      name: "a number instead of a text", change: attribute("suite", in: "/", chdf5_stored_int32, count: nil),
      said: "not a fixed-length text"),
    Kind(
      name: "seconds out of range",
      change: attribute("training_seconds", in: "result/timing", chdf5_stored_double, count: nil, filledWith: 0x44),
      said: "is not in 0.0 ... 1000000000000.0"),
    Kind(
      name: "seconds that are NaN",
      change: attribute("training_seconds", in: "result/timing", chdf5_stored_double, count: nil, filledWith: 0xFF),
      said: "is not in 0.0 ... 1000000000000.0"),
    Kind(
      name: "a count below zero",
      change: attribute("iterations", in: "result", chdf5_stored_int64, count: nil, filledWith: 0xFF),
      said: "-1 is not in"),
    Kind(
      name: "a variable-length text",
      change: { root in
        #expect(H5Adelete(root, "alias") >= 0)
        let type = text(Int(bitPattern: UInt.max))
        let scalar = H5Screate(H5S_SCALAR)
        let attribute = H5Acreate2(root, "alias", type, scalar, 0, 0)
        "x".withCString { text in
          var pointer: UnsafePointer<CChar>? = text
          #expect(H5Awrite(attribute, type, &pointer) >= 0 && H5Aclose(attribute) >= 0)
        }
      }, said: "not a fixed-length text"),
    Kind(
      name: "a list of texts instead of a recipe",
      change: { root in
        let group = H5Gopen2(root, "config", 0)
        let extents: [hsize_t] = [2000]
        #expect(H5Ldelete(group, "json", 0) >= 0)
        let dataset = H5Dcreate2(group, "json", text(8), H5Screate_simple(1, extents, nil), 0, 0, 0)
        #expect(H5Dclose(dataset) >= 0 && H5Gclose(group) >= 0)
      }, said: "not a single text"),
    Kind(
      name: "more values than any file can hold",
      change: column(in: "epochs", [1 << 36]) { creation in
        let chunk: [hsize_t] = [1024]
        #expect(H5Pset_chunk(creation, 1, chunk) >= 0)
      }, said: "is not attached to its dimension scale"),
    Kind(
      name: "weights with more values than the file can hold",
      change: { root in
        let group = H5Gopen2(root, "model/buffers", 0)
        let extents: [hsize_t] = [1 << 40, 1 << 40]
        let chunk: [hsize_t] = [1, 1]
        let creation = H5Pcreate(chdf5_dataset_creation())
        #expect(H5Pset_chunk(creation, 2, chunk) >= 0)
        let dataset = H5Dcreate2(
          group, "more", chdf5_stored_float(), H5Screate_simple(2, extents, nil), 0, creation, 0)
        #expect(H5Dclose(dataset) >= 0 && H5Gclose(group) >= 0)
      }, said: "is too large"),
    Kind(
      name: "weights without values, along an axis longer than the file",
      change: { root in
        let group = H5Gopen2(root, "model/buffers", 0)
        let extents: [hsize_t] = [1 << 40, 0]
        let dataset = H5Dcreate2(group, "more", chdf5_stored_float(), H5Screate_simple(2, extents, nil), 0, 0, 0)
        #expect(H5Dclose(dataset) >= 0 && H5Gclose(group) >= 0)
      }, said: "is too large"),
    Kind(
      name: "a column shorter than its axis", change: column(in: "traces", [3]) { _ in },
      said: "is not attached to its dimension scale"),
    Kind(
      name: "values in another file",
      change: column(in: "epochs", [3]) { #expect(H5Pset_external($0, "/etc/passwd", 0, 12) >= 0) },
      said: "its values are stored in another file"),
    Kind(
      name: "values in other datasets",
      change: column(in: "epochs", [3]) { creation in
        let extents: [hsize_t] = [3]
        let space = H5Screate_simple(1, extents, nil)
        #expect(H5Pset_virtual(creation, space, ".", "/epochs/more", space) >= 0)
      }, said: "its values are stored in other datasets"),
    Kind(
      name: "a link to another file",
      change: { root in
        #expect(H5Ldelete(root, "config", 0) >= 0)
        #expect(H5Lcreate_external("/tmp/outside.h5", "/config", root, "config", 0, 0) >= 0)
      }, said: "it is a soft or external link"),
    Kind(
      name: "a link inside the file",
      change: { root in
        #expect(H5Ldelete(root, "traces", 0) >= 0 && H5Lcreate_soft("/epochs", root, "traces", 0, 0) >= 0)
      }, said: "it is a soft or external link"),
  ]

  @Test("Malformed content under a valid seal is reported as damaged by every reader", arguments: kinds.indices)
  func malformed(_ index: Int) throws {
    let kind = Self.kinds[index]
    try tamper(kind.change)
    let verdict = try #require(FileVerdict.judge(fileInFolder: path))
    #expect(verdict.kind == .damaged && verdict.reason.contains(kind.said), "\(kind.name): \(verdict)")
    #expect(throws: StoreError.self, "\(kind.name)") { try store.record(of: record.cellID) }
    let other = RunStore(folder: scratch.path + "/other")
    switch try other.merge(record.cellID, from: store) {
    // Damage outside the summary is found by readers of the affected part.
    case .damaged, .added: break
    case let outcome: #expect(Bool(false), "\(kind.name): \(outcome)")
    }
  }

  @Test("Terminal control characters are read as escapes, and verify reports them") func controls() throws {
    var named = record
    named.alias = "x\n\u{1B}]0;owned\u{7}\u{202E}y"
    named.traces[0].unit = "1\r"
    try store.write(named)
    let read = try store.record(of: record.cellID)
    #expect(read.alias == #"x\u{A}\u{1B}]0;owned\u{7}\u{202E}y"# && read.traces[0].unit == #"1\u{D}"#)
    #expect(FileVerdict.judge(fileInFolder: path) == FileVerdict(path, .damaged, "has control characters in its alias"))
    named.alias = record.alias
    try store.write(named)
    #expect(
      FileVerdict.judge(fileInFolder: path)
        == FileVerdict(path, .damaged, "has control characters in the names of /traces/loss"))
  }

  // MARK: - Not a regular file, or of an implausible length

  static let oddities: [(String, @Sendable (String) -> Int32)] = [
    ("a pipe", { mkfifo($0, 0o600) }),
    ("a folder", { mkdir($0, 0o700) }),
    ("a device", { symlink("/dev/zero", $0) }),
    ("a link to itself", { symlink($0, $0) }),
    (
      "a terabyte of zeros",
      { path in
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        return ftruncate(descriptor, 1 << 40)
      }
    ),
    (
      "a terabyte under a valid header",
      { path in
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer { close(descriptor) }
        let header = "SAMBench cell file\nformat 1\nsize \(1 << 40)\nsha256 \(String(repeating: "0", count: 64))\n"
        return write(descriptor, header, header.utf8.count) > 0 ? ftruncate(descriptor, 1 << 40) : -1
      }
    ),
  ]

  @Test("Odd files in place of a cell affect only that cell", arguments: oddities.indices)
  func cell(_ index: Int) throws {
    let (name, make) = Self.oddities[index]
    let odd = store.path(of: "odd")
    #expect(make(odd) == 0, "\(name)")
    guard case .damaged = try store.status(of: "odd") else { return #expect(Bool(false), "\(name)") }
    #expect(try store.status(of: record.cellID) == .stored(.finished))
    let verdict = try #require(FileVerdict.judge(fileInFolder: odd))
    #expect(verdict.isBad && verdict.kind != .unreadable, "\(name): \(verdict)")
    let other = RunStore(folder: scratch.path + "/other")
    guard case .damaged = try other.merge("odd", from: store) else { return #expect(Bool(false), "\(name)") }
    #expect(try other.merge(record.cellID, from: store) == .added)
  }

  @Test("Odd files in place of a checkpoint are reported, and the other one is used", arguments: oddities.indices)
  func checkpoint(_ index: Int) throws {
    let work = store.work(of: "cell")
    let state = Checkpoint(
      head: Checkpoint.Head(cellID: "cell", sequence: 1, iteration: 1, machine: [:], stretches: []), state: [1])
    try work.write(state)
    #expect(Self.oddities[index].1(work.path + "/checkpoint-0") == 0)
    let (found, problems) = try work.newest()
    #expect(found == state && problems.count == 1)
  }

  @Test("A checkpoint with implausible counts is damaged", arguments: [Int.max, -1, 1 << 41])
  func checkpointNumbers(_ number: Int) throws {
    let work = store.work(of: "cell")
    try FileManager.default.createDirectory(atPath: work.path, withIntermediateDirectories: true)
    for (slot, head) in [(number, 1), (1, number)].enumerated() {
      let checkpoint = Checkpoint(
        head: Checkpoint.Head(cellID: "cell", sequence: head.0, iteration: head.1, machine: [:], stretches: []),
        state: [])
      try scratch.write(checkpoint.pieces().flatMap(\.self), to: "\(work.path)/checkpoint-\(slot)")
    }
    let (found, problems) = try work.newest()
    #expect(found == nil && problems.count == 2)
  }

  @Test("No memory is allocated for a file whose checksum is wrong") func memory() throws {
    let large = scratch.path + "/large.h5"
    let descriptor = open(large, O_WRONLY | O_CREAT, 0o600)
    let size = 64 << 20
    let header = "SAMBench cell file\nformat 1\nsize \(size)\nsha256 \(String(repeating: "0", count: 64))\n"
    #expect(
      write(descriptor, header, header.utf8.count) > 0 && ftruncate(descriptor, size) == 0 && close(descriptor) == 0)
    final class Largest: @unchecked Sendable { var count = 0 }
    let largest = Largest()
    var access = FileAccess()
    access.read = { descriptor, bytes, count in
      largest.count = max(largest.count, count)
      return Glibc.read(descriptor, bytes, count)
    }
    #expect(throws: StoreError.damaged(path: large, reason: "does not match its checksum")) {
      try access.sealedContent(of: large)
    }
    #expect(largest.count <= 1 << 20)
  }
}
