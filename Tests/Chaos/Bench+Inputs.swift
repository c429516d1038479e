import Foundation
import TestSupport

// MARK: - Mistyped and hostile inputs

extension Bench {
  /// What became of inputs of one kind.
  private struct Count {
    var accepted = 0
    var refused = 0
    var traps = 0
    var hangs = 0

    var line: String {
      "\(accepted + refused + traps + hangs) inputs: \(accepted) accepted, \(refused) refused, \(traps) traps, \(hangs) hangs"
    }
  }

  /// Suites, printed values, plans and options with random changes, read by children, and whole command lines.
  func mistype(times: Int, _ ledger: inout Ledger) throws {
    let commands = times / 10
    let each = max(1, (times - commands) / InputTrial.Kind.allCases.count)
    for kind in InputTrial.Kind.allCases {
      var count = Count()
      // Many to a process; one that ends early is followed by the next input's.
      var next = 0
      while next < each {
        let trial = try InputChild(seed: dice.next(), kind: kind, count: each - next).run()
        (count.accepted, count.refused) = (count.accepted + trial.accepted, count.refused + trial.refused)
        for breach in trial.breaches { ledger.require(false, "\(kind.rawValue): \(breach)") }
        next += trial.accepted + trial.refused
        guard next < each else { break }
        if trial.isHung { count.hangs += 1 } else { count.traps += 1 }
        ledger.require(
          false, "\(kind.rawValue): input \(trial.accepted + trial.refused) of seed \(trial.seed) ended the program")
        next += 1
      }
      ledger.say("\(kind.rawValue): \(count.line)")
    }
    try mistypeCommands(times: commands, &ledger)
  }

  private static let lines = [
    ["plan", "chaos", "--format", "json"],
    ["plan", "chaos", "--set", "epochs=2", "--only", "seed=1", "--threads", "2"],
    ["status", "chaos", "-p", "quick", "--results", "r"], ["report", "--results", "reference", "--quiet"],
    ["compare", "vsam", "sam", "--results", "reference", "--target", "60"],
    ["compare", "vsam,esam,looksam", "sam", "--format", "csv", "--results", "reference"],
    ["plan", "chaos", "--seeds", "1..3", "--method", "sam,rho=0.1|0.2"],
    ["tune", "chaos", "--dry-run", "--method", "sam,rho=0.1|0.2", "--validation", "5", "--seeds", "1,2"],
    ["tune", "chaos", "--dry-run", "--method", "vsam,alpha=0.1|0.2,rho=0.1|0.2", "--only", "seed=101"],
    ["run", "chaos", "--dry-run", "--interleave", "2", "--threads", "1"],
    ["export", "--runs", "method=sam", "--results", "reference"],
    ["export", "--traces", "vsam seed 1", "--format", "json", "--results", "reference"],
    ["export", "--light", "r/light", "--results", "r"],
    [
      "probe", "cifar10-resnet-sam-", "--no-store", "--images", "2", "--rho", "0.1", "--threads", "1", "--results",
      "reference",
    ],
    ["scale-rate", "cifar10-resnet-sam-", "--iterations", "100", "--alpha", "0.1", "--results", "reference"],
    ["replay", "--alpha", "0.1", "--draws", "10", "--results", "reference"],
    ["list", "cells", "seed=1..3", "--results", "reference"], ["rm", "seed=1..3", "--results", "r"],
    ["run", "chaos", "--dry-run", "-j", "2", "--threads", "1"],
    [
      "run", "chaos", "--only", "method=sgd", "--results", "r", "--turns", "2", "--time-limit", "0.01s", "--threads",
      "1",
    ],
    ["submit", "chaos", "--dry-run", "--cpus", "2", "--time", "12:00:00", "--memory", "8G", "--account", "lab"],
    ["submit", "chaos", "--executor", "print", "--results", "r", "--max-parallel", "3"],
    ["cancel", "chaos", "--dry-run"],
    ["inspect", "sam seed 1", "--results", "reference"],
    ["inspect", "sgd", "--csv", "traces", "--results", "reference"],
    ["verify", "reference", "--format", "csv"], ["merge", "reference/quick", "--results", "r"], ["list", "suites"],
    ["list", "methods", "--format", "markdown"], ["doctor", "--data", "d", "--results", "r"],
    ["data", "verify", "--data", "d"],
    ["data", "generate", "cifar10", "--training", "20", "--test", "10", "--data", "r/d"],
    ["new", "method", "mine", "--package", "p"],
  ]

  /// What the program may end with.
  private static let statuses: Set<Int32> = [0, 2, 3, 5, 7, 8, 64, 66, 69, 74, 75]

  private func mistypeCommands(times: Int, _ ledger: inout Ledger) throws {
    var count = Count()
    var outside = 0
    // Below the bench's own folder, so that what is written beside it is seen.
    try FileManager.default.createDirectory(atPath: "\(folder)/p/Sources/Methods", withIntermediateDirectories: true)
    try "of: \"method\", [SGD.self]".write(
      toFile: "\(folder)/p/Sources/Methods/MethodCatalogue.swift", atomically: true, encoding: .utf8)
    let before = try surroundings()
    for _ in 0..<times {
      var arguments = Bench.lines.randomElement(using: &dice)!
      var mutator = Mutator(dice: Dice(seed: dice.next()))
      let place = Int.random(in: 1..<arguments.count, using: &dice)
      // Results and data stay in this folder, whatever is written there.
      if ["--results", "--data", "--package", "--light"].contains(arguments[place - 1]) {
        arguments[place] = ["", "r/x", "r\n", " ", "r/'", "r/\"%", "suites/chaos.yaml", "/dev/null", "r/日本"]
          .randomElement(using: &dice)!
      } else {
        arguments[place] = mutator.mutated(arguments[place]).replacing("\0", with: "")
      }
      let ending = try Child(folder: folder, arguments: arguments, killAfter: Double(InputTrial.patience)).run()
      if ending.isKilled {
        count.hangs += 1
      } else if !Bench.statuses.contains(ending.status) {
        count.traps += 1
      } else if ending.status == 64 {
        count.refused += 1
      } else {
        count.accepted += 1
      }
      ledger.require(
        !ending.isKilled && Bench.statuses.contains(ending.status),
        "\(arguments) ended with \(ending.status): \(ending.complaint.suffix(300))")
      // A folder that the command line itself names may be made.
      let named = Set(arguments.map { $0.split(separator: "=", maxSplits: 1).last.map(String.init) ?? $0 })
      let after = try surroundings()
      let changed = after.symmetricDifference(before).subtracting(named)
      if !changed.isEmpty { outside += 1 }
      ledger.require(changed.isEmpty, "\(arguments) wrote \(changed)")
      for left in after.subtracting(before) { remove(left) }
    }
    ledger.say("command lines: \(count.line), \(outside) writes outside of their folders")
    for left in ["r", "p"] { remove(left) }
  }

  /// What lies in the folder and around it, but for results.
  private func surroundings() throws -> Set<String> {
    let own = try FileManager.default.contentsOfDirectory(atPath: folder)
    let around = try FileManager.default.contentsOfDirectory(atPath: folder + "/suites").map { "suites/" + $0 }
    let root = try FileManager.default.contentsOfDirectory(atPath: "/").map { "/" + $0 }
    return Set(own + around + root).subtracting(["r", "results", "p", ".output", ".errors"])
  }
}

/// A process that tries many inputs, and says of each what became of it.
private struct InputChild {
  let seed: UInt64
  let kind: InputTrial.Kind
  let count: Int

  struct Outcome {
    var seed: UInt64
    var accepted = 0
    var refused = 0
    var breaches: [String] = []
    var isHung = false
  }

  func run() throws -> Outcome {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe")
    var environment = ProcessInfo.processInfo.environment
    environment["CHAOS_INPUTS"] = "\(seed) \(kind.rawValue) \(count)"
    process.environment = environment
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let said = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var outcome = Outcome(seed: seed)
    for line in said.split(separator: "\n") {
      if line == "accepted" {
        outcome.accepted += 1
      } else if line == "refused" {
        outcome.refused += 1
      } else {
        outcome.breaches.append(String(line))
      }
    }
    outcome.isHung = process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGALRM
    return outcome
  }

  /// The child's own part.
  static func main(_ task: String) throws {
    let parts = task.split(separator: " ")
    guard parts.count == 3, let seed = UInt64(parts[0]), let kind = InputTrial.Kind(rawValue: String(parts[1])),
      let count = Int(parts[2])
    else { preconditionFailure("InputChild: no task in '\(task)'") }
    var trial = try InputTrial(seed: seed)
    for _ in 0..<count {
      alarm(InputTrial.patience)
      let (isAccepted, breach) = trial.run(kind)
      if let breach { print(breach.replacing("\n", with: " ")) }
      print(isAccepted ? "accepted" : "refused")
      fflush(nil)
    }
  }
}

/// Tries inputs instead of starting the harness.
func tryInputs(_ task: String) throws { try InputChild.main(task) }
