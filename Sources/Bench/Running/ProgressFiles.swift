import Foundation
import Store
import Synchronization
import Training

/// Writes the progress of each running cell, `progress.json`, and one line per epoch, `metrics.csv`, to its work
/// folder, for `status`, `inspect`, `tail -f` and plotting programs. A failed write does not affect the run.
package final class ProgressFiles: RunObserver {
  private struct Running {
    var first: (iteration: Int, time: ContinuousClock.Instant)?
    var written: ContinuousClock.Instant?
  }

  private struct State {
    var running: [String: Running] = [:]
    var steps = 0
  }

  private let store: RunStore
  private let interval: Duration
  private let state = Mutex(State())

  package init(_ store: RunStore, every interval: Duration = .seconds(5)) {
    self.store = store
    self.interval = interval
  }

  /// Steps done by this process.
  package var steps: Int { state.withLock { $0.steps } }

  package func started(_ item: RunPlan.Item, slot: Int) { state.withLock { $0.running[item.id] = Running() } }

  package func stepped(_ item: RunPlan.Item, slot: Int, _ progress: TrainingProgress) {
    state.withLock { state in
      state.steps += 1
      var running = state.running[item.id] ?? Running()
      defer { state.running[item.id] = running }
      if let record = progress.record { write(record, of: item, progress) }
      let now = ContinuousClock.now
      guard let first = running.first else {
        running.first = (progress.iteration, now)
        return
      }
      guard progress.record != nil || running.written.map({ $0.duration(to: now) >= interval }) ?? true else { return }
      running.written = now
      let secondsEach = first.time.duration(to: now) / .seconds(1) / Double(progress.iteration - first.iteration)
      try? store.work(of: item.id).write(
        CellProgress(
          alias: item.alias, epoch: progress.epoch, epochs: progress.epochs, iteration: progress.iteration,
          iterations: progress.iterations, loss: progress.loss, testAccuracy: progress.testAccuracy,
          imagesPerSecond: progress.trainingSeconds > 0 ? Double(progress.images) / progress.trainingSeconds : 0,
          secondsLeft: secondsEach * Double(progress.iterations - progress.iteration)))
    }
  }

  private func write(_ record: EpochRecord, of item: RunPlan.Item, _ progress: TrainingProgress) {
    let values = [
      record.trainLoss, record.trainAccuracy, record.testLoss, record.testAccuracy, record.learningRate,
      record.trainSeconds, record.evaluationSeconds,
    ]
    let texts = values.map { $0.isFinite ? "\(Float($0))" : "" }
    try? store.work(of: item.id).writeMetrics(
      head: ProgressFiles.head, line: (["\(progress.epoch)", "\(progress.iteration)"] + texts).joined(separator: ","),
      epoch: progress.epoch)
  }

  /// The columns of metrics.csv: losses in nats, accuracies in percent, times in seconds.
  private static let head =
    "epoch,iteration,train_loss,train_accuracy,test_loss,test_accuracy,learning_rate,train_seconds,eval_seconds"

  package func finished(_ item: RunPlan.Item, slot: Int, ending: RunReport.Ending, seconds: Double) {
    state.withLock { $0.running[item.id] = nil }
  }
}
