import Core
import Networks
import Probes
import Training

/// Computes one cell: the engine, or a substitute in tests.
package protocol CellTrainer: Sendable {
  /// Trains one job to its end, or until the observer stops it.
  ///
  /// - Parameters:
  ///   - state: the state to resume from; nil to start from the beginning.
  ///   - keep: receives the state whenever the observer requests a checkpoint.
  func train(
    _ job: TrainingJob, threads: Int, from state: TrainingState?, keeping keep: (TrainingState) throws -> Void,
    observing observe: (TrainingProgress) -> Directive
  ) throws -> TrainingOutcome
}

/// The tensors from which a cell starts do not match its network.
struct UnfitStart: Error, CustomStringConvertible {
  let description: String
}

package struct EngineTrainer: CellTrainer {
  private let isAudited: Bool
  private let stepsPerTurn: Int?
  private let buffers: SharedBuffers?

  /// - Parameters:
  ///   - isAudited: whether to record the data that another program needs to recompute a cell.
  ///   - stepsPerTurn: the length of a turn, for interleaved cells that store the time of each step.
  ///   - sharesBuffers: whether at most one cell at a time is in a step, so that cells of one network can share
  ///     buffers.
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
    try TooLittleMemory.check(
      Trainer.leastBytes(of: job) + NetworkProbe.leastBytes(of: job) + stacks, in: MemoryLimit.current())
    let pool = WorkerPool(workers: threads)
    let trainer = Trainer(
      job, pool: pool, isAudited: isAudited, stepsPerTurn: stepsPerTurn, buffers: buffers)
    if let problem = trainer.startProblem { throw UnfitStart(description: problem) }
    if job.probes != nil { trainer.probe = { NetworkProbe.summary(of: job, at: $0, pool: pool) } }
    if let state { try trainer.restore(state) }
    return try trainer.run(keeping: keep, observing: observe)
  }
}
