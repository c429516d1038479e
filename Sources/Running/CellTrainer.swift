import Tensors
import Training

/// Who computes one cell: the engine, or a test's stand-in for it.
package protocol CellTrainer: Sendable {
  /// Trains one job to its end, or until the observer asks for the end.
  ///
  /// - Parameters:
  ///   - state: where to take it up; nil for the beginning.
  ///   - keep: takes the state whenever the observer asks to keep it.
  func train(
    _ job: TrainingJob, threads: Int, from state: TrainingState?, keeping keep: (TrainingState) throws -> Void,
    observing observe: (TrainingProgress) -> Directive
  ) throws -> TrainingOutcome
}

/// The tensors that a cell starts from are not those of its network.
struct UnfitStart: Error, CustomStringConvertible {
  let description: String
}

/// The engine.
package struct EngineTrainer: CellTrainer {
  private let isAudited: Bool

  /// - Parameter isAudited: whether to keep what another program needs to compute a cell again.
  package init(isAudited: Bool = false) { self.isAudited = isAudited }

  package func train(
    _ job: TrainingJob, threads: Int, from state: TrainingState?, keeping keep: (TrainingState) throws -> Void,
    observing observe: (TrainingProgress) -> Directive
  ) throws -> TrainingOutcome {
    let stacks = threads * WorkerPool.stackBytes
    try TooLittleMemory.check(Trainer.leastBytes(of: job) + stacks, in: MemoryRoom.current())
    let trainer = Trainer(job, pool: WorkerPool(workers: threads), isAudited: isAudited)
    if let problem = trainer.startProblem { throw UnfitStart(description: problem) }
    if let state { try trainer.restore(state) }
    return try trainer.run(keeping: keep, observing: observe)
  }
}
