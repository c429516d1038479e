import Foundation
import Running
import Synchronization
import Training

/// How far a running task is, as its file says.
package struct TaskProgress: Codable, Hashable, Sendable {
  package var epoch: Int
  package var epochs: Int
  package var iteration: Int
  package var iterations: Int
  package var loss: Double
  package var imagesPerSecond: Double
  /// Seconds to the end, at the speed since this process began.
  package var secondsLeft: Double

  package static func read(_ path: String) -> TaskProgress? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let progress = try? JSONDecoder().decode(TaskProgress.self, from: data)
    return progress.flatMap { $0.isPlausible ? $0 : nil }
  }

  /// Whether a task can have written it; the file may have been changed by others.
  private var isPlausible: Bool {
    epoch >= 0 && epochs >= 0 && iteration >= 0 && iterations >= 0 && loss.isFinite
      && (0...1e12).contains(imagesPerSecond) && (0...1e12).contains(secondsLeft)
  }
}

/// Writes how far a task is to a file, now and then, so that `status` can tell without the scheduler. It is a service: a
/// file that cannot be written stops nothing.
package final class ProgressFile: RunObserver {
  private struct State {
    var first: (iteration: Int, time: ContinuousClock.Instant)?
    var written: ContinuousClock.Instant?
    var steps = 0
  }

  private let path: String
  private let interval: Duration
  private let state = Mutex(State())

  package init(_ path: String, every interval: Duration = .seconds(15)) {
    self.path = path
    self.interval = interval
  }

  /// Steps that this process has made.
  package var steps: Int { state.withLock { $0.steps } }

  package func began(_ agenda: Agenda, due: [Agenda.Item]) {}
  package func started(_ item: Agenda.Item, slot: Int) {}

  package func stepped(_ item: Agenda.Item, slot: Int, _ progress: TrainingProgress) {
    state.withLock { state in
      state.steps += 1
      let now = ContinuousClock.now
      guard let first = state.first else { return state.first = (progress.iteration, now) }
      guard state.written.map({ $0.duration(to: now) >= interval }) ?? true else { return }
      state.written = now
      let secondsEach = first.time.duration(to: now) / .seconds(1) / Double(progress.iteration - first.iteration)
      let file = TaskProgress(
        epoch: progress.epoch, epochs: progress.epochs, iteration: progress.iteration, iterations: progress.iterations,
        loss: progress.loss,
        imagesPerSecond: progress.trainingSeconds > 0 ? Double(progress.images) / progress.trainingSeconds : 0,
        secondsLeft: secondsEach * Double(progress.iterations - progress.iteration))
      if let data = try? JSONEncoder().encode(file) {
        try? data.write(to: URL(fileURLWithPath: path), options: .atomic)
      }
    }
  }

  package func finished(_ item: Agenda.Item, slot: Int, outcome: RunReport.Outcome, seconds: Double) {
    try? FileManager.default.removeItem(atPath: path)
  }

  package func ended() {}
}
