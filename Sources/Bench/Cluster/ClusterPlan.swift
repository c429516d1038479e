import Configuration
import Crypto
import Foundation
import Suites

/// The build of a program: another build may give other results.
package struct ProgramBuild: Codable, Hashable, Sendable {
  package let version: String
  package let path: String
  /// SHA-256 of the executable file.
  package let sha256: String

  package init(version: String, path: String, sha256: String) {
    self.version = version
    self.path = path
    self.sha256 = sha256
  }

  package static func current(version: String) throws(ClusterError) -> ProgramBuild {
    do {
      let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
      return ProgramBuild(version: version, path: path, sha256: hexadecimal(SHA256.hash(data: bytes)))
    } catch {
      throw .io(action: "read the program", path: "/proc/self/exe", reason: error.localizedDescription)
    }
  }
}

/// The content of a submission in one file: a line of JSON for the whole, then one for each task. Later edits of suites
/// or defaults do not change what its jobs train.
package struct ClusterPlan: Sendable {
  /// The absolute path of a data folder, and whether it was given explicitly.
  package struct Data: Codable, Hashable, Sendable {
    package var path: String
    package var isNamed: Bool

    package init(_ path: String, isNamed: Bool) {
      self.path = path
      self.isNamed = isNamed
    }
  }

  /// The first line.
  package struct Head: Codable, Hashable, Sendable {
    package var format = 1
    package var program: ProgramBuild
    package var profile: String
    /// The absolute path of the profile's results.
    package var results: String
    package var data: Data?
    package var suites: FrozenSuites
    /// Seconds between two checkpoints, at most.
    package var checkpointSeconds: Double

    package init(
      program: ProgramBuild, profile: String, results: String, data: Data?, suites: FrozenSuites,
      checkpointSeconds: Double = 600
    ) {
      self.program = program
      self.profile = profile
      self.results = results
      self.data = data
      self.suites = suites
      self.checkpointSeconds = checkpointSeconds
    }

    /// The reason why the head is invalid, with the allowed values; nil if it is valid.
    fileprivate var problem: String? {
      if !(0.001...31_536_000).contains(checkpointSeconds) {
        return "'checkpointSeconds' must be a number from 0.001 to 31536000, not \(checkpointSeconds)"
      }
      if !results.hasPrefix("/") { return "'results' must be an absolute path, not '\(results.visible)'" }
      return FileName.isAllowed(profile) ? nil : "'profile' must be \(FileName.allowed), not '\(profile.visible)'"
    }
  }

  /// One of the following lines.
  package struct Task: Codable, Hashable, Sendable {
    package var array: String
    package var index: Int
    /// Contains a digest of everything that can change results, including the recipe.
    package var id: String
    package var suite: String
    package var dataset: String
    package var model: String
    package var method: String
    package var seed: UInt64
    package var cpus: Int
    package var isExclusive: Bool

    /// The reason why the task is invalid, with the allowed values; nil if it is valid.
    fileprivate var problem: String? {
      if !(1...4096).contains(cpus) { return "'cpus' must be an integer from 1 to 4096, not \(cpus)" }
      if !(0...Int(Int32.max)).contains(index) {
        return "'index' must be an integer from 0 to \(Int32.max), not \(index)"
      }
      if seed > UInt64(Int32.max) { return "'seed' must be an integer from 0 to \(Int32.max), not \(seed)" }
      // It is part of a file name.
      return FileName.isAllowed(array) ? nil : "'array' must be \(FileName.allowed), not '\(array.visible)'"
    }

    package var title: String { "\(suite): \(model), \(dataset), \(method), seed \(seed)" }
  }

  package let head: Head
  package let tasks: [Task]

  /// Throws if the plan was moved: it must be in `cluster/<number>` of the results that its jobs write to.
  package func checkPlace(_ path: String) throws(ClusterError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().resolvingSymlinksInPath().path
    guard URL(fileURLWithPath: head.results).resolvingSymlinksInPath().path == folder else {
      throw .badPlan(path: path, reason: "it belongs to the results in \(head.results), but is stored elsewhere")
    }
  }

  package func task(_ index: Int, of array: String, path: String) throws(ClusterError) -> Task {
    guard let task = tasks.first(where: { $0.index == index && $0.array == array }) else {
      throw .noTask(path: path, array: array, index: index)
    }
    return task
  }
}

extension ClusterPlan {
  /// The text of the file. Each task includes its whole recipe, for readers and other programs.
  package static func text(_ head: Head, _ arrays: [JobArray]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let line = try? encoder.encode(head) else { preconditionFailure("ClusterPlan: the head is plain text") }
    var text = String(decoding: line, as: UTF8.self) + "\n"
    for array in arrays {
      for task in array.tasks {
        let work = task.work
        let members: [String: String] = [
          "array": Value.text(array.name).canonicalJSON, "index": String(task.index),
          "id": Value.text(work.id).canonicalJSON, "suite": Value.text(work.suite).canonicalJSON,
          "dataset": Value.text(work.cell.dataset.label).canonicalJSON,
          "model": Value.text(work.cell.model.label).canonicalJSON,
          "method": Value.text(work.cell.method.label).canonicalJSON, "seed": String(work.cell.seed),
          "cpus": String(array.resources.cpus), "isExclusive": String(array.resources.isExclusive),
          "cell": work.cell.canonicalJSON(),
        ]
        text += "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        text += "}\n"
      }
    }
    return text
  }

  package init(text: String, path: String) throws(ClusterError) {
    let lines = text.split(separator: "\n")
    let decoder = JSONDecoder()
    do {
      guard let first = lines.first else { throw ClusterError.badPlan(path: path, reason: "it is empty") }
      head = try decoder.decode(Head.self, from: Foundation.Data(first.utf8))
      guard head.format == 1 else {
        throw ClusterError.badPlan(path: path, reason: "its format is \(head.format), but this program supports only 1")
      }
      let tasks = try lines.dropFirst().map { try decoder.decode(Task.self, from: Foundation.Data($0.utf8)) }
      self.tasks = tasks
      if let problem = head.problem ?? tasks.lazy.compactMap(\.problem).first {
        throw ClusterError.badPlan(path: path, reason: problem)
      }
    } catch let error as ClusterError {
      throw error
    } catch {
      throw .badPlan(path: path, reason: "a line cannot be read")
    }
  }

  package init(contentsOf path: String) throws(ClusterError) {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .io(action: "read the plan", path: path, reason: error.localizedDescription)
    }
    try self.init(text: text, path: path)
  }
}
