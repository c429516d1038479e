import Models
import Networks
import Suites
import Tensors
import Training

/// Who computes one cell: the engine, or a test's stand-in for it.
package protocol CellTrainer: Sendable {
  /// Trains one job to its end, or until the observer asks for the end.
  func train(
    _ job: TrainingJob, threads: Int, observing observe: (TrainingProgress) -> Directive
  ) throws -> TrainingOutcome
}

/// The engine.
package struct EngineTrainer: CellTrainer {
  package init() {}

  package func train(
    _ job: TrainingJob, threads: Int, observing observe: (TrainingProgress) -> Directive
  ) throws -> TrainingOutcome {
    Trainer(job, pool: WorkerPool(workers: threads)).run(observing: observe)
  }
}
