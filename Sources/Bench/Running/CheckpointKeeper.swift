import Foundation
import Kernels
import Store
import Training

/// Everything besides the cell that the bits of a run depend on. The number of threads is not part of it.
package struct ReproducibilityKey: Sendable {
  package let facts: [String: String]

  package init(_ facts: [String: String]) { self.facts = facts }

  /// This program on this machine.
  package static var current: ReproducibilityKey {
    ReproducibilityKey([
      "program": Program.version, "processor": Machine.current.processor, "BLAS core": BLAS.core,
      "BLAS": BLAS.build.trimmingCharacters(in: .whitespaces),
    ])
  }

  /// The differences from `other` in words; nil if there are none.
  func difference(from other: [String: String]) -> String? {
    let names = Set(facts.keys).union(other.keys).sorted().filter { facts[$0] != other[$0] }
    guard !names.isEmpty else { return nil }
    return names.map { "\($0) '\(other[$0] ?? "unknown")' there, '\(facts[$0] ?? "unknown")' here" }
      .joined(separator: "; ")
  }
}

/// Decides when to write a checkpoint of a running cell, writes it, and resumes from it.
final class CheckpointKeeper {
  /// Why a cell is not resumed, and how to fix it.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  private let folder: WorkFolder
  private let id: String
  private let interval: Duration
  private let reproducibility: ReproducibilityKey
  /// This process' part of the run.
  private var stretch: Checkpoint.Stretch
  private var earlier: [Checkpoint.Stretch] = []
  private var sequence = 0
  private var last = ContinuousClock.now
  /// The time taken to write the last checkpoint.
  private var cost = Duration.zero

  init(
    _ folder: WorkFolder, id: String, every interval: Duration, reproducibility: ReproducibilityKey,
    stretch: Checkpoint.Stretch
  ) {
    self.folder = folder
    self.id = id
    self.interval = interval
    self.reproducibility = reproducibility
    self.stretch = stretch
  }

  /// The state to resume from; nil if there is none.
  ///
  /// - Parameters:
  ///   - isFresh: whether to remove existing checkpoints and start from the beginning.
  ///   - report: receives messages about unusable files.
  func takeUp(isFresh: Bool, reporting report: (String) -> Void) throws -> TrainingState? {
    if isFresh {
      try folder.removeCheckpoints()
      return nil
    }
    let (found, problems) = try folder.newest()
    for problem in problems { report("\(problem.what)") }
    guard let found else {
      if !problems.isEmpty { report("no checkpoint is intact, so the cell starts from the beginning") }
      return nil
    }
    if !problems.isEmpty { report("resuming from the other checkpoint, iteration \(found.head.iteration)") }
    if let difference = reproducibility.difference(from: found.head.machine) {
      throw Refusal(
        description: "its checkpoint (\(folder.path), iteration \(found.head.iteration)) was written under different "
          + "conditions, and resuming would change the result: \(difference). Resume it where it started, or restart "
          + "it with --fresh")
    }
    earlier = found.head.stretches
    sequence = found.head.sequence
    return TrainingState(iteration: found.head.iteration, bytes: found.state)
  }

  /// Whether to write a checkpoint now: after the interval, or at the end of an epoch if that costs less than one
  /// percent of the time since the last one.
  func isDue(_ progress: TrainingProgress) -> Bool {
    let passed = last.duration(to: .now)
    return passed >= interval || progress.isEpochDone && passed >= max(interval / 10, cost * 100)
  }

  /// Records that the process was suspended during training, so that the measured time is not valid.
  func noteSuspension() { stretch.timingNote = stretch.timingNote ?? "the process was suspended during training" }

  func keep(_ state: TrainingState) throws(StoreError) {
    let start = ContinuousClock.now
    sequence += 1
    try folder.write(
      Checkpoint(
        head: Checkpoint.Head(
          cellID: id, sequence: sequence, iteration: state.iteration, machine: reproducibility.facts,
          stretches: stretches), state: state.bytes))
    last = .now
    cost = start.duration(to: last)
  }

  /// Removes the work folder, once the result is stored.
  func finish() throws(StoreError) { try folder.remove() }

  /// Equal neighbors are merged, so the list does not grow with every stop.
  private var stretches: [Checkpoint.Stretch] { earlier.last == stretch ? earlier : earlier + [stretch] }

  /// Why the run's time is not a valid measurement, or nil. Seconds count training only, so a resumed run remains valid
  /// as long as all its parts ran on equal machines with equal thread counts.
  var timingNote: String? {
    if let note = stretches.compactMap(\.timingNote).first { return note }
    let threads = Set(stretches.map(\.threads))
    let machines = Set(stretches.map(\.machine))
    if machines.count > 1 { return "resumed on a different machine" }
    if threads.count > 1 {
      return "resumed with another thread count: " + stretches.map { String($0.threads) }.joined(separator: ", then ")
    }
    return nil
  }
}
