import Foundation
import Methods
import Store

// MARK: - The same bits however it is run

extension Bench {
  func compareSmoke(_ ledger: inout Ledger) throws {
    let root = FileManager.default.currentDirectoryPath
    func smoke(_ results: String, _ more: [String]) throws -> [String: String] {
      let ending = try Child(
        folder: root, scratch: folder,
        arguments: ["run", "--quiet", "--oversubscribe", "-p", "smoke", "--results", "\(folder)/\(results)"] + more
      ).run()
      ledger.require(ending.status == 0 || ending.status == 3, "smoke \(more): \(ending.status), \(ending.complaint)")
      let store = RunStore(folder: "\(folder)/\(results)/smoke")
      return try Dictionary(
        uniqueKeysWithValues: store.ids().map { ($0, try store.record(of: $0, .summary).scienceDigest) })
    }
    let one = try smoke("smoke-1", ["--threads", "1"])
    ledger.require(!one.isEmpty, "smoke has no cells")
    var runs: [(String, [String: String])] = []
    runs.append(("--threads 2", try smoke("smoke-2", ["--threads", "2"])))
    runs.append(("--audit", try smoke("smoke-5", ["--threads", "1", "--audit"])))
    runs.append(("-j 2 --threads 1", try smoke("smoke-3", ["-j", "2", "--threads", "1"])))
    // Seed by seed and method by method in a drawn order: no cell has the neighbours it had.
    var methods = MethodCatalogue.all.map { $0.name }
    methods.shuffle(using: &dice)
    var shuffled: [String: String] = [:]
    for method in methods where try isNamed(method) {
      shuffled = try smoke("smoke-4", ["--threads", "1", "--turns", "1", "--only", "method=\(method)"])
    }
    shuffled = try smoke("smoke-4", ["--threads", "1", "--turns", "1"])
    runs.append(("shuffled order (\(methods.joined(separator: ", ")))", shuffled))
    for (name, digests) in runs {
      let different = one.keys.filter { digests[$0] != one[$0] }
      ledger.require(
        different.isEmpty && digests.count == one.count, "smoke \(name): other bits in \(different.sorted())")
      ledger.say("smoke, \(one.count) cells, --threads 1 against \(name): \(different.count) digests differ")
    }
  }

  private func isNamed(_ method: String) throws -> Bool {
    let ending = try Child(
      folder: FileManager.default.currentDirectoryPath, scratch: folder,
      arguments: ["plan", "-p", "smoke", "--only", "method=\(method)", "--format", "json"]
    ).run()
    return ending.status == 0
  }
}
