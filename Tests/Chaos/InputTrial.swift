import Cluster
import Configuration
import Foundation
import Paper
import Reports
import Running
import Suites
import TestSupport

/// What a child does with mutated inputs: it reads each as the program does, and follows what it accepts into tables,
/// drawings and scripts. It ends by a trap where the program would.
struct InputTrial {
  enum Kind: String, CaseIterable {
    case suite, values, plan, option
  }

  /// Nobody waits longer for one input.
  static let patience: UInt32 = 60

  private static let suite = """
    title: Fuzz
    table: 3
    protocol: paper/protocol.yaml
    baseline: SAM
    paper: {values: paper/values.csv, n: 3, spread: standard deviation, iterations: 78200}
    axes:
      datasets: [{name: cifar10, label: CIFAR-10, training: 20, test: 10, label_noise: 0.4, validation: 5}, {name: cifar100, training_per_class: 2, test_per_class: 1}]
      models: [{name: resnet, label: ResNet-18, depth: 10, width: 4}]
      methods:
        - {name: sgd, label: SGD}
        - {name: sam, label: SAM, rho: 0.1, source: paper 4.1}
        - {name: vsam, head: vSAM, label: vSAM, alpha: 0.05, published: {method: vSAM, alpha: 0.05}}
        - {name: sam, label: grid, rho: [0.2, 0.3], period: [2, 5]}
        - {name: sam, label: LSQ, starts_from: SGD, quantization: {scheme: lsq, weights: 4, activations: 4, first_last: 8}}
      seeds: [1, 2]
    defaults: {epochs: {value: 2, source: "derived: half"}, batch_size: 10, weight_average: 0.9, schedule: cosine-iteration}
    primary: [{method: vSAM, against: SAM}]
    rules:
      - {when: {model: resnet, method: [SAM, vSAM]}, set: {recipe: {learning_rate: 0.05}}}
      - {when: {dataset: cifar100}, scale: {recipe: {epochs: 2}, model: {width: 2}}, source: "assumed: small"}
    quoted: [{label: ESAM, after: SAM, note: by others, published: {method: ESAM, mark: 1}}]
    profiles:
      quick: {evidence: false, comparable: [ais], banner: A banner, interleave: {steps: 2}, seeds: [1, 3]}
      tiny: {evidence: false, scale: small, turns: 2}
      paper: {data: official, rules: [{set: {method: {rho: 0.2}}, when: {method: sam}}]}
    resources: [{when: {profile: quick}, set: {cpus: 2, memory: 1G, time: "01:00:00", exclusive: true}}]
    report: {head: method, columns: [accuracy, ais]}
    """
  private static let protocolText = """
    defaults: {weight_decay: 0.001}
    equivalence: {accuracy: {margin: 0.3, source: "assumed: x"}}
    profiles: {smoke: {evidence: false}}
    """
  private static let values = """
    method,model,dataset,alpha,gamma,accuracy_mean,accuracy_std,sampling_number,ais,ais_percent,mark,emphasis
    SGD,ResNet-18,CIFAR-10,,,96.13,0.03,,3167,178,,
    SAM,ResNet-18,CIFAR-10,,,96.62,0.04,78200,1780,100,,best
    vSAM,ResNet-18,CIFAR-10,0.05,,96.64,0.12,23579,2492,140,,
    ESAM,ResNet-18,CIFAR-10,,,96.56,0.08,,2409,140,1,underlined

    """
  private static let options = [
    "epochs=2", "method.rho=0.1", "model.width=8", "dataset.training=500", "flip=false", "sam,rho=0.1,period=5",
    "vsam,label=mine,alpha=0.1", "sam,rho=0.1|0.2,period=1|5", "1..5", "1,2,11",
    "model=resnet,method=vsam|sam,seed=1..3", "seed=1|2,dataset=CIFAR-10", "2-12:00:00",
    "8G", "800M",
  ]

  private var mutator: Mutator
  private let plan: String

  init(seed: UInt64) throws {
    mutator = Mutator(dice: Dice(seed: seed))
    let suite = try InputTrial.read(InputTrial.suite, values: InputTrial.values)
    let grid = try suite.grid(profile: "quick", vocabulary: .catalogues)
    let program = ProgramBuild(version: "1", path: "/opt/sambench", sha256: "abc")
    let folder = FileManager.default.temporaryDirectory.path + "/sambench-fuzz-\(getpid()).yaml"
    try InputTrial.plain.write(toFile: folder, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let head = ClusterPlan.Head(
      program: program, profile: "quick", results: "/results/quick", data: nil,
      suites: try FrozenSuites(reading: [folder], methods: ["sam,rho=0.3"], settings: ["epochs=2"]))
    plan = ClusterPlan.text(head, JobArray.arrays(InputTrial.works(grid), limit: 10))
  }

  /// The suite without other files.
  private static var plain: String {
    suite.split(separator: "\n").filter {
      !$0.hasPrefix("protocol:") && !$0.hasPrefix("paper:") && !$0.hasPrefix("quoted:")
    }
    .joined(separator: "\n").replacing(", published: {method: vSAM, alpha: 0.05}", with: "")
  }

  private static func read(_ yaml: String, values: String) throws(SuiteError) -> Suite {
    try Suite(yaml: yaml, file: "suites/fuzz.yaml") { path in
      switch path {
      case "paper/protocol.yaml": return InputTrial.protocolText
      case "paper/values.csv": return values
      default: throw CocoaError(.fileNoSuchFile)
      }
    }
  }

  private static func works(_ grid: Grid) -> [Work] {
    grid.cells.map { cell in
      Work(
        id: cell.id(fingerprint: "f"), suite: grid.suite.name, cell: cell,
        resources: grid.suite.resources(for: cell, profile: grid.profile.name))
    }
  }

  /// Tries one input.
  ///
  /// - Returns: whether it was accepted, and what is wrong with how it was taken.
  mutating func run(_ kind: Kind) -> (isAccepted: Bool, breach: String?) {
    do {
      switch kind {
      case .suite:
        return (true, try follow(try InputTrial.read(mutator.mutated(InputTrial.suite), values: InputTrial.values)))
      case .values:
        return (true, try follow(try InputTrial.read(InputTrial.suite, values: mutator.mutated(InputTrial.values))))
      case .plan: return (true, try follow(plan: mutator.mutated(plan)))
      case .option:
        return (true, try follow(option: mutator.mutated(InputTrial.options.randomElement(using: &mutator.dice)!)))
      }
    } catch {
      // What is refused is refused in words that a terminal can show.
      let isDesigned = error is SuiteError || error is ClusterError
      return (false, isDesigned ? nil : "an error of no design: \(error)")
    }
  }

  private func follow(_ suite: Suite) throws -> String? {
    for profile in suite.profiles {
      let grid = try suite.grid(profile: profile, vocabulary: .catalogues)
      if let breach = breach(in: grid) { return breach }
    }
    return nil
  }

  private func breach(in grid: Grid) -> String? {
    let report = Report([grid], from: Results([]), paper: VSAMPaper(behind: [grid]))
    for (name, text) in report.files where text.visibleLines != text { return "\(name) holds a control character" }
    guard let html = try? report.html(drawings: [:]), html.matches(of: /<script/).count == 1 else {
      return "report.html has scripts of its own"
    }
    for figure in report.figures where figure.script.contains(/(?m)^(system|!|shell)/) {
      return "a drawing runs a command"
    }
    for array in JobArray.arrays(InputTrial.works(grid), limit: 1000) {
      let script = array.script(
        profile: grid.profile.name, program: "/opt/sambench", folder: "/results",
        SubmitOptions(account: grid.suite.title))
      let lines = script.split(whereSeparator: \.isNewline)
      guard lines.allSatisfy({ $0.hasPrefix("#") || $0.hasPrefix("exec ") }) else {
        return "a script has lines of its own"
      }
      guard lines.count(where: { $0.hasPrefix("#SBATCH") }) <= 13 else { return "a script has directives of its own" }
    }
    return nil
  }

  private func follow(plan text: String) throws -> String? {
    let plan = try ClusterPlan(text: text, path: "plan.jsonl")
    try? plan.checkPlace("/results/quick/cluster/001/plan.jsonl")
    for task in plan.tasks {
      guard (1...4096).contains(task.cpus) else { return "a task of \(task.cpus) processors" }
      let grids = try plan.head.suites.grids(profile: plan.head.profile, vocabulary: .catalogues, only: task.suite)
      let selection = Selection(exactly: task.dataset, model: task.model, method: task.method, seed: task.seed)
      _ = grids.map { grid in grid.entries.filter { selection.includes($0, seed: task.seed, in: grid) }.count }
    }
    return nil
  }

  private func follow(option text: String) throws -> String? {
    _ = (Resources.minutes(text), Resources.megabytes(text))
    var refusal: (any Error)?
    let suite = try InputTrial.read(InputTrial.suite, values: InputTrial.values)
    do {
      _ = try suite.grid(profile: "quick", vocabulary: .catalogues, overrides: [try Override(text)])
    } catch { refusal = error }
    do {
      let overlaid = try Suite(
        yaml: InputTrial.plain, file: "suites/fuzz.yaml", overlays: [try Overlay(method: text)])
      if let breach = breach(in: try overlaid.grid(profile: "quick", vocabulary: .catalogues)) { return breach }
    } catch { refusal = error }
    do {
      _ = try Overlay(seeds: text)
    } catch { refusal = error }
    do {
      try Selection(text).check([try suite.grid(profile: "quick", vocabulary: .catalogues)])
    } catch { refusal = error }
    if let refusal { throw refusal }
    return nil
  }
}
