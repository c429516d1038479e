import Foundation
import Store
import Testing

@testable import Commands

@Suite("The process that opens files first") struct ReaderProcessTests {
  private func problem(_ script: String, patience: Int = 60) throws -> String? {
    let process = ReaderProcess(program: "/bin/sh", arguments: ["sh", "-c", script], patience: patience)
    return try process.problem(in: [1, 2, 3], named: "a.h5", .proof, at: "cells/a.h5")
  }

  @Test("a file that crashes it is damaged, with the signal", arguments: ["SEGV", "ABRT", "ILL", "BUS", "FPE"])
  func crash(_ name: String) throws {
    let said = try #require(try problem("kill -\(name) $$"))
    #expect(said.hasPrefix("crashes the process that opens it (signal "))
  }

  @Test("a file that keeps it busy is damaged") func busy() throws {
    #expect(try problem("while :; do :; done", patience: 0) == "takes more than 0 seconds to open")
  }

  @Test("a reader that ends for another reason gives no verdict", arguments: ["kill -KILL $$", "exit 74"])
  func ended(_ script: String) throws {
    let error = #expect(throws: StoreError.self) { try problem(script) }
    guard case .io(_, "cells/a.h5", _)? = error else { return #expect(Bool(false), "\(error as Any)") }
  }

  @Test("a program that cannot be started is a system error") func absent() throws {
    let process = ReaderProcess(program: "/nonexistent", arguments: ["x"])
    #expect(throws: StoreError.io(action: "start a process to read", path: "a", code: ENOENT)) {
      try process.problem(in: [], named: "a", .reading(.summary), at: "a")
    }
  }

  @Test("the built program reads several files in one process") func program() throws {
    let runner = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent("sambench").path
    let process = ReaderProcess(program: path, arguments: ["sambench", ReadCommand.name])
    for length in [0, 1, 4000, 200_000] {
      let said = try process.problem(in: Array(repeating: 1, count: length), named: "a\nb", .reading(.summary), at: "a")
      #expect(said?.hasPrefix("is malformed: HDF5 cannot ") == true, "\(said ?? "nothing")")
    }
  }
}
