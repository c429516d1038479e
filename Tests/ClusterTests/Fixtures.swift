import Foundation
import Running
import Suites
import Synchronization

@testable import Cluster

/// A temporary folder that is removed with this value.
final class Scratch {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("sambench-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws {
    let url = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
  }

  func read(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
}

let suiteText = """
  title: A test
  axes:
    datasets: [{name: cifar10, label: CIFAR-10}]
    models: [{name: resnet, label: ResNet-18, depth: 10, width: 4}]
    methods: [{name: sgd, label: SGD}, {name: sam, label: SAM}]
    seeds: [1, 2, 3]
  rules: [{set: {dataset: {source: generated, training: 20, test: 10}, recipe: {epochs: 2, batch_size: 10}}}]
  resources: [{set: {cpus: 1, memory: 1G, time: "01:00:00"}}]
  profiles: {small: {evidence: false}}
  """

/// The cells of the suite above, named a, b, c and so on in their order.
func works(
  _ count: Int, cpus: (Int) -> Int = { _ in 1 }, isExclusive: (Int) -> Bool = { _ in false }, after: [Int: String] = [:]
) throws -> [Work] {
  let grid = try Suite(yaml: suiteText, file: "suites/test.yaml").grid(profile: "small", vocabulary: .catalogues)
  return (0..<count).map { k in
    Work(
      id: String(UnicodeScalar(UInt8(97 + k))), suite: "test", cell: grid.cells[k % grid.cells.count],
      resources: Resources(cpus: cpus(k), memory: 1024, minutes: 60, isExclusive: isExclusive(k)), after: after[k])
  }
}

func head(_ results: String = "/results/small") throws -> ClusterPlan.Head {
  let scratch = try Scratch()
  try scratch.write(suiteText, to: "test.yaml")
  return ClusterPlan.Head(
    program: ProgramBuild(version: "1", path: "/opt/sam bench/sambench", sha256: "abc"), profile: "small",
    results: results, data: nil, suites: try FrozenSuites(reading: [scratch.path + "/test.yaml"], settings: []))
}

/// A simulated scheduler: on request it accepts arrays, loses, requeues and forgets jobs. It has no accounting.
final class FakeSlurm: CommandRunner {
  struct Job {
    var tasks: [Int: QueueEntry] = [:]
    var options: [String] = []
  }

  private struct State {
    var jobs: [Int: Job] = [:]
    var commands: [[String]] = []
    var refusals: [String: String] = [:]
  }

  private let state = Mutex(State())
  private let maxArraySize: Int

  init(maxArraySize: Int = 1001) { self.maxArraySize = maxArraySize }

  var commands: [String] { state.withLock { $0.commands.map { $0.joined(separator: " ") } } }
  func job(_ id: Int) -> Job? { state.withLock { $0.jobs[id] } }

  /// Makes a program fail from now on, with this text on standard error.
  func refuse(_ program: String, _ reason: String) { state.withLock { $0.refusals[program] = reason } }

  /// Sets the state of a task; nil forgets the task.
  func set(_ task: TaskName, to state: String?, restarts: Int = 0, reason: String = "") {
    self.state.withLock { all in
      all.jobs[Int(task.job)!]?.tasks[task.index] = state.map {
        QueueEntry(task: task, state: $0, restarts: restarts, reason: reason, node: $0 == "RUNNING" ? "node1" : "")
      }
    }
  }

  func run(_ command: [String]) throws(ClusterError) -> CommandOutput {
    state.withLock { state in
      state.commands.append(command)
      if let reason = state.refusals[command[0]] { return CommandOutput(status: 1, errors: reason + "\n") }
      switch command[0] {
      case "sbatch": return submit(command, &state)
      case "squeue":
        let entries = state.jobs.values.flatMap(\.tasks.values)
        return CommandOutput(
          output: entries.map {
            "\($0.task.job)|\($0.task.index)|\($0.state)|\($0.restarts)|\($0.node)|"
              + "\($0.reason.isEmpty ? "None" : $0.reason)|\n"
          }.joined())
      case "scontrol" where command.dropFirst().first == "show":
        return CommandOutput(output: "MaxArrayTasks = 9\nMaxArraySize            = \(maxArraySize)\n")
      case "scontrol", "scancel": return CommandOutput()
      default: return CommandOutput(status: 1, errors: "Slurm accounting storage is disabled\n")
      }
    }
  }

  private func submit(_ command: [String], _ state: inout State) -> CommandOutput {
    guard let script = try? String(contentsOfFile: command.last!, encoding: .utf8),
      let line = script.split(separator: "\n").first(where: { $0.hasPrefix("#SBATCH --array=") })
    else { return CommandOutput(status: 1, errors: "sbatch: error: Unable to open file\n") }
    let indices = line.dropFirst("#SBATCH --array=".count).split(separator: "%")[0].split(separator: ",").flatMap {
      part -> [Int] in
      let ends = part.split(separator: "-").map { Int($0)! }
      return Array(ends[0]...ends[ends.count - 1])
    }
    if indices.contains(where: { $0 >= maxArraySize }) {
      return CommandOutput(status: 1, errors: "sbatch: error: Invalid job array specification\n")
    }
    let id = 100 + state.jobs.count
    state.jobs[id] = Job(
      tasks: Dictionary(
        uniqueKeysWithValues: indices.map {
          ($0, QueueEntry(task: TaskName(job: String(id), index: $0), state: "PENDING"))
        }), options: Array(command.dropFirst(2).dropLast()))
    return CommandOutput(output: "\(id);cluster\n")
  }
}
