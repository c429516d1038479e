import Foundation
import Store
import Testing

@testable import Commands

@Suite("Traces for figures") struct TraceShelfTests {
  @Test("a missing or damaged file has none; one that the system does not let be read is an error, told at the end")
  func refusals() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sambench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = RunStore(folder: folder)
    try FileManager.default.createDirectory(atPath: folder + "/cells", withIntermediateDirectories: true)
    try Data("no cell".utf8).write(to: URL(fileURLWithPath: store.path(of: "damaged")))
    try FileManager.default.createSymbolicLink(
      atPath: store.path(of: "circle"), withDestinationPath: store.path(of: "circle"))

    let shelf = TraceShelf(store)
    #expect(shelf.reader("absent") == nil)
    #expect(shelf.reader("damaged") == nil)
    try shelf.check()
    #expect(shelf.reader("circle") == nil)
    #expect(throws: StoreError.io(action: "open", path: store.path(of: "circle"), code: ELOOP)) { try shelf.check() }
  }
}
