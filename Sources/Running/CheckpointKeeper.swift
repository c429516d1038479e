import Foundation
import Kernels
import Store
import Training

/// What the bits of a run depend on beside its cell. Threads are not among it.
package struct Bitwise: Sendable {
  package let facts: [String: String]

  package init(_ facts: [String: String]) { self.facts = facts }

  /// This program on this machine.
  package static var current: Bitwise {
    Bitwise([
      "program": Program.version, "processor": Machine.current.processor, "BLAS core": BLAS.core,
      "BLAS": BLAS.build.trimmingCharacters(in: .whitespaces),
    ])
  }

  /// Where `other` differs, in words; nil where it agrees.
  func difference(from other: [String: String]) -> String? {
    let names = Set(facts.keys).union(other.keys).sorted().filter { facts[$0] != other[$0] }
    guard !names.isEmpty else { return nil }
    return names.map { "\($0) '\(other[$0] ?? "unknown")' there, '\(facts[$0] ?? "unknown")' here" }
      .joined(separator: "; ")
  }
}

/// Decides when a running cell's state is kept, writes it and takes it up again.
final class CheckpointKeeper {
  /// Why a cell is not continued, and the way out.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  private let folder: WorkFolder
  private let id: String
  private let interval: Duration
  private let bitwise: Bitwise
  /// This process' part of the run.
  private var stretch: Checkpoint.Stretch
  private var earlier: [Checkpoint.Stretch] = []
  private var sequence = 0
  private var last = ContinuousClock.now
  /// How long the last one took to write.
  private var cost = Duration.zero

  init(
    _ folder: WorkFolder, id: String, every interval: Duration, bitwise: Bitwise, stretch: Checkpoint.Stretch
  ) {
    self.folder = folder
    self.id = id
    self.interval = interval
    self.bitwise = bitwise
    self.stretch = stretch
  }

  /// The state to go on from, nil where there is none.
  ///
  /// - Parameters:
  ///   - isFresh: forget what is there and start anew.
  ///   - report: told of files that are of no use.
  func takeUp(isFresh: Bool, reporting report: (String) -> Void) throws -> TrainingState? {
    if isFresh {
      try folder.removeCheckpoints()
      return nil
    }
    let (found, problems) = try folder.newest()
    for problem in problems { report("\(problem.what)") }
    guard let found else {
      if !problems.isEmpty { report("no checkpoint is whole, so the cell starts anew") }
      return nil
    }
    if !problems.isEmpty { report("it goes on from the other checkpoint, iteration \(found.head.iteration)") }
    if let difference = bitwise.difference(from: found.head.machine) {
      throw Refusal(
        description: "its checkpoint (\(folder.path), iteration \(found.head.iteration)) was written under other "
          + "conditions, and going on would change bits: \(difference). Continue it where it began, or start it anew "
          + "with --fresh")
    }
    earlier = found.head.stretches
    sequence = found.head.sequence
    return TrainingState(iteration: found.head.iteration, bytes: found.state)
  }

  /// Whether the state should be kept now: at the interval, and at an epoch's end when that costs less than one percent
  /// of the time since the last one.
  func isDue(_ progress: TrainingProgress) -> Bool {
    let passed = last.duration(to: .now)
    return passed >= interval || progress.isEpochDone && passed >= max(interval / 10, cost * 100)
  }

  /// The process was stopped while it trained: its seconds are not those of the training.
  func noteSuspension() { stretch.timingNote = stretch.timingNote ?? "the process was stopped for a time" }

  func keep(_ state: TrainingState) throws(StoreError) {
    let start = ContinuousClock.now
    sequence += 1
    try folder.write(
      Checkpoint(
        head: Checkpoint.Head(
          cellID: id, sequence: sequence, iteration: state.iteration, machine: bitwise.facts,
          stretches: stretches), state: state.bytes))
    last = .now
    cost = start.duration(to: last)
  }

  /// The result is safe: nothing of the work is needed any more.
  func finish() throws(StoreError) { try folder.remove() }

  /// Neighbours that agree are told once, however often the cell was stopped.
  private var stretches: [Checkpoint.Stretch] { earlier.last == stretch ? earlier : earlier + [stretch] }

  /// Why the run's time is not one measurement, or nil. Seconds count training only, so a run that was stopped is as good
  /// as another as long as every part of it ran on equal machines with equal threads.
  var timingNote: String? {
    if let note = stretches.compactMap(\.timingNote).first { return note }
    let threads = Set(stretches.map(\.threads)), machines = Set(stretches.map(\.machine))
    if machines.count > 1 { return "continued on another machine" }
    if threads.count > 1 {
      return "continued with other threads: " + stretches.map { String($0.threads) }.joined(separator: ", then ")
    }
    return nil
  }
}
