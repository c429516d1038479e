import Networks
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
  private let stepsPerTurn: Int?
  private let buffers: SharedBuffers?

  /// - Parameters:
  ///   - isAudited: whether to keep what another program needs to compute a cell again.
  ///   - stepsPerTurn: of cells that take turns step by step and store what each step took.
  ///   - sharesBuffers: whether at most one cell at a time is in a step, so that cells of one network can share its buffers.
  package init(isAudited: Bool = false, stepsPerTurn: Int? = nil, sharesBuffers: Bool = false) {
    self.isAudited = isAudited
    self.stepsPerTurn = stepsPerTurn
    buffers = sharesBuffers ? SharedBuffers() : nil
  }

  package func train(
    _ job: TrainingJob, threads: Int, from state: TrainingState?, keeping keep: (TrainingState) throws -> Void,
    observing observe: (TrainingProgress) -> Directive
  ) throws -> TrainingOutcome {
    let stacks = threads * WorkerPool.stackBytes
    try TooLittleMemory.check(Trainer.leastBytes(of: job) + stacks, in: MemoryRoom.current())
    let trainer = Trainer(
      job, pool: WorkerPool(workers: threads), isAudited: isAudited, stepsPerTurn: stepsPerTurn, buffers: buffers)
    if let problem = trainer.startProblem { throw UnfitStart(description: problem) }
    if let state { try trainer.restore(state) }
    return try trainer.run(keeping: keep, observing: observe)
  }
}
