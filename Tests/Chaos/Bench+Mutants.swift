import Foundation
import Store

// MARK: - Files that somebody else may have made

extension Bench {
  /// What is done to a file.
  private enum Mutation: CaseIterable {
    /// One bit, anywhere or where the library's own structures stand.
    case bit, earlyBit
    /// A stretch of other bytes, of zeros, of ones, or of another part of the file.
    case noise, zeros, ones, copy
    /// A number of eight bytes that is small, huge or negative.
    case number
    case cut, extended
  }

  /// What a file is mutated as.
  private enum Kind: CaseIterable { case cell, unsealedCell, checkpoint, unsealedCheckpoint, claim }

  /// Lets every command read folders in which each file was mutated, most under a right seal; counts what must not happen.
  func mutate(times: Int, _ ledger: inout Ledger) throws {
    // A cell with probes.
    let sam = try store("reference").ids().filter { $0.contains("resnet-sam-") }
    for id in sam {
      let probe = ["probe", id, "--results", "reference", "--images", "2", "--vectors", "2", "--threads", "1"]
      let ending = try Child(folder: folder, arguments: probe).run()
      ledger.require(ending.status == 0, "\(probe) ended with \(ending.status): \(ending.complaint)")
    }
    _ = try run(in: "mutants-work", sabotage: "kill:60", every: "0.001s")
    let checkpoints = try FileVerdict.files(below: "\(folder)/mutants-work").paths.filter {
      $0.contains("/checkpoint-")
    }
    guard !checkpoints.isEmpty else { throw Failure("no checkpoints to mutate") }
    let commands = [
      ["status"], ["plan"], ["report", "--quiet"], ["verify", "mutants"], ["compare", "sam", "sgd"],
      ["merge", "mutants/quick", "--results", "mutants/merged"], ["run", "--threads", "1", "--only", "method=sgd"],
      ["inspect", "seed 1 vsam"], ["inspect", "cifar10-resnet-sam-", "--format", "json"], ["list", "cells"],
      ["compare", "vsam,esam", "sam", "--format", "csv"], ["export", "--runs"], ["export", "--traces"],
      ["export", "--light", "mutants/light"],
      ["probe", "cifar10-resnet-sam-", "--no-store", "--images", "2", "--vectors", "2"],
      ["scale-rate", "cifar10-resnet-sam-"], ["replay"],
    ]
    var (mutants, traps, hangs, outside) = (0, 0, 0, 0)
    while mutants < times {
      remove("mutants")
      try FileManager.default.copyItem(atPath: "\(folder)/reference", toPath: "\(folder)/mutants")
      let store = store("mutants")
      for id in try store.ids() {
        let path = store.path(of: id)
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        switch Kind.allCases.randomElement(using: &dice)! {
        case .cell:
          try write(RunStore.sealed(mutated(Array(whole.dropFirst(512)))), to: path)
        case .unsealedCell: try write(mutated(whole), to: path)
        case let kind:
          // Of a cell that is still to be trained.
          try FileManager.default.removeItem(atPath: path)
          let work = "\(folder)/mutants/quick/work/\(id)"
          try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
          if kind == .claim {
            let claim = #"{"host":"node7","process":12,"start":"1","system":"elsewhere"}"#
            try write(mutated(Array(claim.utf8)), to: "\(work)/claim-1")
          } else {
            let any = [UInt8](try Data(contentsOf: URL(fileURLWithPath: checkpoints.randomElement(using: &dice)!)))
            let file =
              kind == .unsealedCheckpoint
              ? mutated(any) : RunStore.sealed(mutated(Array(any.dropFirst(512))), as: .checkpoint)
            try write(file, to: "\(work)/checkpoint-0")
          }
        }
        mutants += 1
      }
      let arguments = commands.randomElement(using: &dice)!
      let before = try surroundings()
      let results = arguments.contains("--results") || arguments[0] == "verify" ? [] : ["--results", "mutants"]
      let ending = try Child(folder: folder, arguments: arguments + results, killAfter: 120).run()
      if ending.isKilled {
        hangs += 1
      } else if ending.status < 0 || ending.status >= 128 {
        traps += 1
      }
      ledger.require(
        ending.status >= 0 && ending.status < 128, "\(arguments) ended with \(ending.status): \(ending.complaint)")
      let strangers = try surroundings().subtracting(before)
      outside += strangers.count
      ledger.require(strangers.isEmpty, "\(arguments) wrote \(strangers.sorted())")
    }
    ledger.say("\(mutants) mutated results, checkpoints and claims, read by every command:")
    ledger.say("  \(traps) traps, \(hangs) hangs, \(outside) files outside")
    remove("mutants")
    remove("mutants-work")
  }

  private func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(fileURLWithPath: path)) }

  /// Files beside the results that a command works on.
  private func surroundings() throws -> Set<String> {
    let above = URL(fileURLWithPath: folder).deletingLastPathComponent().path
    let here = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
      !$0.hasPrefix("mutants/") && !$0.hasPrefix(".output") && !$0.hasPrefix(".errors")
    }
    return Set(here.map { "\(folder)/\($0)" })
      .union(try FileManager.default.contentsOfDirectory(atPath: above).filter { $0.hasPrefix("cell") || $0 == "work" })
  }

  private func mutated(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &dice) where !bytes.isEmpty {
      let start = Int.random(in: 0..<bytes.count, using: &dice)
      let end = min(bytes.count, start + Int.random(in: 1...64, using: &dice))
      switch Mutation.allCases.randomElement(using: &dice)! {
      case .bit: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
      case .earlyBit:
        bytes[Int.random(in: 0..<min(4096, bytes.count), using: &dice)] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
      case .noise: for k in start..<end { bytes[k] = UInt8.random(in: 0...255, using: &dice) }
      case .zeros: for k in start..<end { bytes[k] = 0 }
      case .ones: for k in start..<end { bytes[k] = 255 }
      case .copy:
        let from = Int.random(in: 0...(bytes.count - (end - start)), using: &dice)
        bytes.replaceSubrange(start..<end, with: Array(bytes[from..<from + end - start]))
      case .number:
        let numbers: [UInt64] = [0, 1, 1 << 31, 1 << 32, 1 << 40, 1 << 63, .max, .max >> 1]
        let number = withUnsafeBytes(of: numbers.randomElement(using: &dice)!.littleEndian) { Array($0) }
        for (k, byte) in zip(start..<min(bytes.count, start + 8), number) { bytes[k] = byte }
      case .cut: bytes.removeLast(min(bytes.count, Int.random(in: 1...600, using: &dice)))
      case .extended: bytes += Array(repeating: UInt8.random(in: 0...255, using: &dice), count: end - start)
      }
    }
    return bytes
  }
}
