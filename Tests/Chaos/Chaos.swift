import ArgumentParser
import Foundation
import Store

/// Kills, faults and flipped bits, with counts. Exit code 0 only when every law held.
struct Chaos: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chaos",
    abstract: "Kills, starves and damages small runs, mistypes their inputs, and counts what was lost.")

  @Option(help: "SIGKILLs at random moments and inside file operations.")
  var kills = 500

  @Option(help: "Bits flipped in result files and checkpoints.")
  var flips = 10_000

  @Option(help: "Suites, printed values, plans, options and command lines with random changes.")
  var inputs = 10_000

  @Option(help: "Results, checkpoints and claims mutated, most of them under a right seal, for every command to read.")
  var mutants = 10_000

  @Option(help: "Seed of every random choice.")
  var seed: UInt64 = 1

  @Flag(help: "Also train the smoke profile with other threads, jobs and orders, and compare all bits.")
  var smoke = false

  @Flag(help: "A part of the faults, enough to see that the harness works.")
  var short = false

  @Option(help: "Work in this folder, which is emptied.")
  var folder: String?

  func run() throws {
    let folder = self.folder ?? FileManager.default.temporaryDirectory.path + "/sambench-chaos-\(getpid())"
    try? FileManager.default.removeItem(atPath: folder)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var ledger = Ledger()
    let bench = try Bench(folder: folder, generator: Dice(seed: seed), isShort: short)
    try bench.kill(times: kills, &ledger)
    try bench.mistype(times: inputs, &ledger)
    try bench.flip(times: flips, &ledger)
    try bench.mutate(times: mutants, &ledger)
    try bench.injectFaults(&ledger)
    try bench.fillDisk(&ledger)
    if smoke { try bench.compareSmoke(&ledger) }
    print(ledger.isClean ? "All laws held." : "\(ledger.broken.count) laws broken.")
    if !ledger.isClean { throw ExitCode(1) }
  }
}

/// What was seen, and what should not have been.
struct Ledger {
  private(set) var broken: [String] = []
  var isClean: Bool { broken.isEmpty }

  mutating func require(_ holds: Bool, _ law: @autoclosure () -> String) {
    guard !holds else { return }
    broken.append(law())
    print("BROKEN: \(broken.last!)")
  }

  func say(_ line: String) {
    print(line)
    fflush(nil)
  }
}

/// SplitMix64: the same choices for the same seed.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
