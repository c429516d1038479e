import Foundation
import Methods
import Store

/// A small suite, its uninterrupted results, and folders to ruin.
final class Bench {
  let folder: String
  let isShort: Bool
  var dice: Dice
  /// Science digests of the cells of a run that nothing happened to.
  private(set) var reference: [String: String] = [:]
  private var titles: [String: String] = [:]

  /// Every method, and one of them quantised, in cells of less than a second: all that a run can keep between iterations.
  private static func suite(isShort: Bool) -> String {
    let methods = MethodCatalogue.all.map { "    - {name: \($0.name), label: \($0.name)}\n" }.joined()
    return """
      title: Chaos
      axes:
        datasets: [{name: cifar10, label: CIFAR-10}]
        models: [{name: resnet, label: ResNet, depth: 10, width: 4}]
        methods:
      \(methods)
          - name: vsam
            label: LSQ+vsam
            starts_from: sgd
            quantization: {scheme: lsq, weights: 4, activations: 4, first_last: 8}
        seeds: [1]
      rules:
        - set: {dataset: {source: generated, training: 20, test: 10}, recipe: {epochs: \(isShort ? 20 : 60), batch_size: 10}}
        - {when: {method: vsam}, set: {method: {start: 10, window: 10, slices: 5}}}
      profiles: {quick: {evidence: false}}
      """
  }

  init(folder: String, generator: Dice, isShort: Bool) throws {
    (self.folder, self.isShort, dice) = (folder, isShort, generator)
    try FileManager.default.createDirectory(atPath: folder + "/suites", withIntermediateDirectories: true)
    try Bench.suite(isShort: isShort).write(toFile: folder + "/suites/chaos.yaml", atomically: true, encoding: .utf8)
    let ending = try run(in: "reference")
    guard ending.status == 0 else {
      throw Failure("the reference run ended with \(ending.status): \(ending.complaint)")
    }
    reference = try digests(in: "reference")
    for id in reference.keys { titles[id] = try store("reference").record(of: id, .summary).alias }
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  func run(
    in results: String, sabotage: String = "none", killAfter: Double? = nil, every: String = "0.05s",
    _ more: [String] = ["--threads", "1"]
  ) throws -> Ending {
    return try Child(
      folder: folder, sabotage: sabotage,
      arguments: ["run", "--quiet", "--oversubscribe", "--results", results, "--checkpoint-every", every] + more,
      killAfter: killAfter
    ).run()
  }

  func store(_ results: String) -> RunStore { RunStore(folder: "\(folder)/\(results)/quick") }

  func digests(in results: String) throws -> [String: String] {
    let store = store(results)
    return try Dictionary(
      uniqueKeysWithValues: store.ids().map { ($0, try store.record(of: $0, .summary).scienceDigest) })
  }

  /// Whether so many cells are there, each as in a run that nothing happened to.
  func hasReferenceBits(_ results: String, count: Int) throws -> Bool {
    let found = try digests(in: results)
    return found.count == count && found.allSatisfy { reference[$0] == $1 }
  }

  func remove(_ results: String) { try? FileManager.default.removeItem(atPath: "\(folder)/\(results)") }

  /// Final files that are not whole.
  func halfFiles(in results: String) throws -> [FileVerdict] {
    let seals = TrialReader { _, _, _, _ in nil }
    return try FileVerdict.files(below: "\(folder)/\(results)").paths.compactMap { path in
      FileVerdict.judge(fileInFolder: path, with: seals)
    }.filter(\.isBad)
  }
}

// MARK: - Kills

extension Bench {
  /// What the kills have done so far.
  private struct Toll {
    var kills = 0
    var inside = 0
    var finished = 0
    var differing = 0
    var half = 0
    var checkpointsLost = 0
    /// Seconds of a cell in work that its kill cost, and seconds between two of its proven checkpoints.
    var losses: [Double] = []
    var intervals: [Double] = []
    /// How often each cell went on from a checkpoint after a kill.
    var continued: [String: Int] = [:]
  }

  func kill(times: Int, _ ledger: inout Ledger) throws {
    var toll = Toll()
    var runs = 0
    let methods = MethodCatalogue.all.map { $0.name } + ["sgd|LSQ+vsam"]
    let start = DispatchTime.now().uptimeNanoseconds
    while toll.kills < times {
      let before = try sequences()
      let isInside = Bool.random(using: &dice)
      var options = [["--threads", "1"], ["--threads", "2"], ["--threads", "1", "-j", "2"]].randomElement(using: &dice)!
      // Every other run trains one method, each in its turn: few kills reach the last cells of a whole run.
      runs += 1
      let only = runs % 2 == 0 ? nil : methods[runs / 2 % methods.count]
      if let only { options += ["--only", "method=\(only)"] }
      let ending =
        try isInside
        ? run(in: "work", sabotage: "kill:\(Int.random(in: 1...150, using: &dice))", options)
        : run(in: "work", killAfter: Double.random(in: 0.02...1.2, using: &dice), options)
      for verdict in try halfFiles(in: "work") {
        toll.half += 1
        ledger.require(false, "\(verdict.path) \(verdict.reason)")
      }
      guard ending.isKilled else {
        ledger.require(ending.status == 0, "a run ended with \(ending.status): \(ending.complaint)")
        if only == nil { try finish(&toll, &ledger) }
        continue
      }
      toll.kills += 1
      if isInside { toll.inside += 1 }
      try examine(ending, before: before, &toll, &ledger)
      if toll.kills % 50 == 0 {
        let minutes = Double(DispatchTime.now().uptimeNanoseconds - start) / 6e10
        ledger.say(String(format: "  %d kills, %.1f minutes", toll.kills, minutes))
      }
    }
    let end = try run(in: "work")
    ledger.require(end.status == 0, "the last run ended with \(end.status): \(end.complaint)")
    try finish(&toll, &ledger)
    tell(toll, &ledger)
  }

  /// All cells are there: with the bits of a run that nothing happened to.
  private func finish(_ toll: inout Toll, _ ledger: inout Ledger) throws {
    let found = try digests(in: "work")
    toll.finished += 1
    for (id, digest) in reference where found[id] != digest {
      toll.differing += 1
      ledger.require(false, "\(titles[id]!) has other bits than a run that nothing happened to")
    }
    ledger.require(found.count == reference.count, "a run left \(found.count) of \(reference.count) cells")
    remove("work")
  }

  /// Every checkpoint that was proven is still there, or its cell is finished.
  private func examine(
    _ ending: Ending, before: [String: Int], _ toll: inout Toll, _ ledger: inout Ledger
  ) throws {
    let after = try sequences()
    let done = Set(try store("work").ids())
    let death = ending.told.last { $0.what == "killed" }?.time ?? ending.end
    for (id, told) in Dictionary(grouping: ending.told, by: \.cell) {
      guard let id else { continue }
      if before[id] ?? 0 > 0 { toll.continued[id, default: 0] += 1 }
      let checkpoints = told.filter { $0.what == "checkpoint" }.map(\.time)
      for (one, next) in zip(checkpoints, checkpoints.dropFirst()) { toll.intervals.append(Double(next - one) / 1e9) }
      guard !done.contains(id) else { continue }
      let proven = (before[id] ?? 0) + checkpoints.count
      if after[id] ?? 0 < proven {
        toll.checkpointsLost += 1
        ledger.require(false, "\(titles[id]!): checkpoint \(proven) was proven, \(after[id] ?? 0) is there")
      }
      // What was not kept yet: all since the last checkpoint, or since the cell was taken up.
      if let last = told.last?.time, death > last { toll.losses.append(Double(death - last) / 1e9) }
    }
  }

  private func tell(_ toll: Toll, _ ledger: inout Ledger) {
    ledger.say(
      "\(toll.kills) kills (\(toll.inside) inside file operations), "
        + "\(toll.finished) suites of \(reference.count) cells finished")
    ledger.say("  \(toll.differing) differing science digests")
    ledger.say("  \(toll.half) unreadable or half-written final files")
    ledger.say("  \(toll.checkpointsLost) proven checkpoints lost")
    let losses = toll.losses.sorted()
    let intervals = toll.intervals.sorted()
    func milliseconds(_ sorted: [Double], _ part: Double) -> String {
      sorted.isEmpty ? "none" : String(format: "%.0f ms", 1000 * sorted[Int(part * Double(sorted.count - 1))])
    }
    let longest = intervals.last ?? 0
    ledger.say(
      "  lost of a cell in work: median \(milliseconds(losses, 0.5)), longest \(milliseconds(losses, 1)); "
        + "between its checkpoints (--checkpoint-every 50ms): median \(milliseconds(intervals, 0.5)), "
        + "longest \(milliseconds(intervals, 1))")
    ledger.say("  \(losses.count { $0 > longest }) of \(losses.count) losses longer than an interval")
    let continued = reference.keys.map { ($0, toll.continued[$0] ?? 0) }.sorted { titles[$0.0]! < titles[$1.0]! }
    ledger.say("  went on from a checkpoint after a kill:")
    for (id, times) in continued {
      ledger.say("    \(titles[id]!): \(times) times")
      ledger.require(
        isShort || toll.kills < 10 * reference.count || times > 0, "\(titles[id]!) was never continued after a kill")
    }
  }

  /// The newest whole checkpoint of each cell in work.
  private func sequences() throws -> [String: Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/work/quick/work")) ?? []
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try store("work").work(of: $0).newest().checkpoint?.head.sequence ?? 0) })
  }
}
