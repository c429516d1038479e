import Foundation
import Store
import Testing

@testable import Commands

@Suite("Traces for figures") struct TraceLoaderTests {
  @Test("a missing or damaged file has none; a file that the system cannot read is an error, thrown at the end")
  func refusals() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sambench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = RunStore(folder: folder)
    try FileManager.default.createDirectory(atPath: folder + "/cells", withIntermediateDirectories: true)
    try Data("no cell".utf8).write(to: URL(fileURLWithPath: store.path(of: "damaged")))
    let datasets = TraceLoader(store)
    #expect(datasets.reader("absent") == nil)
    #expect(datasets.reader("damaged") == nil)
    try datasets.check()

    var access = FileAccess()
    access.read = { _, _, _ in
      errno = EIO
      return -1
    }
    let refused = TraceLoader(RunStore(folder: folder, access: access))
    #expect(refused.reader("damaged") == nil)
    #expect(throws: StoreError.io(action: "read", path: store.path(of: "damaged"), code: EIO)) { try refused.check() }
  }
}
