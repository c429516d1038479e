import Core
import Foundation

/// The batches of a training run, prepared on a separate thread while the previous batch trains.
///
/// The content of batch i depends only on the seed and on i, so a resumed run starts at its iteration with the same
/// batches as an uninterrupted one. Two buffers are allocated once; nothing is allocated per batch.
public final class TrainingBatches {
  /// One batch and its origin. All of it stays valid until the next call of `next()`.
  public struct Prepared {
    /// Valid until the next call of `next()`.
    public let batch: Batch
    /// The random decisions for each image `[N]`.
    public let draws: UnsafeBufferPointer<AugmentationDraw>
    /// Counted from 1 over the whole run.
    public let iteration: Int
    /// Counted from 0.
    public let epoch: Int
    /// Seconds that the caller waited for the batch.
    public let waited: Double
  }

  /// Number of batches per epoch, including a smaller last one.
  public let iterationsPerEpoch: Int
  private let preparation: BatchPreparation

  /// - Parameters:
  ///   - batchSize: images per batch; the last batch of an epoch has the rest.
  ///   - iteration: the iteration of the first batch, counted from 1 over the whole run.
  public init(
    _ images: ImageSet, augmentation: Augmentation, batchSize: Int, seed: UInt64, startingAt iteration: Int = 1
  ) {
    precondition(images.count > 0 && batchSize > 0 && iteration > 0, "TrainingBatches: nothing to prepare")
    iterationsPerEpoch = (images.count + batchSize - 1) / batchSize
    preparation = BatchPreparation(
      images, augmentation: augmentation, batchSize: batchSize, seed: seed, startingAt: iteration)
    let thread = Thread { [preparation] in preparation.serve() }
    thread.name = "batches"
    thread.start()
  }

  deinit { preparation.stop() }

  /// The next batch. The buffer of the previous one is reused from now on.
  public func next() -> Prepared {
    let start = ContinuousClock.now
    let (buffer, iteration) = preparation.take()
    let waited = start.duration(to: .now)
    return Prepared(
      batch: buffer.batch, draws: buffer.batchDraws, iteration: iteration,
      epoch: (iteration - 1) / iterationsPerEpoch, waited: waited / .seconds(1))
  }

  /// The order of the images in an epoch: position to dataset index.
  public static func order(count: Int, seed: UInt64, epoch: Int) -> [Int32] {
    var stream = RandomStream(seed: seed, purpose: .order, epoch: epoch)
    return stream.permutation(of: count)
  }
}

/// Fills two buffers alternately.
///
/// `@unchecked Sendable`: `condition` guards `prepared`, `taken` and `isStopping`. Buffer i % 2 and `order` belong to
/// the preparing thread until batch i is prepared; then the buffer belongs to the caller until it takes the next batch.
private final class BatchPreparation: @unchecked Sendable {
  private let images: ImageSet
  private let augmentation: Augmentation
  private let batchSize: Int
  private let seed: UInt64
  private let iterationsPerEpoch: Int
  private let buffers: [BatchBuffer]
  private let condition = NSCondition()
  /// The last iteration whose batch is ready, and the last one handed out.
  private var prepared: Int
  private var taken: Int
  private var isStopping = false
  private var order: [Int32] = []
  private var orderEpoch = -1

  init(_ images: ImageSet, augmentation: Augmentation, batchSize: Int, seed: UInt64, startingAt iteration: Int) {
    self.images = images
    self.augmentation = augmentation
    self.batchSize = batchSize
    self.seed = seed
    iterationsPerEpoch = (images.count + batchSize - 1) / batchSize
    let capacity = min(batchSize, images.count)
    buffers = [BatchBuffer(capacity: capacity), BatchBuffer(capacity: capacity)]
    prepared = iteration - 1
    taken = iteration - 1
  }

  /// Waits for the next batch and hands it out.
  func take() -> (BatchBuffer, iteration: Int) {
    condition.lock()
    while prepared == taken { condition.wait() }
    taken += 1
    let iteration = taken
    condition.broadcast()
    condition.unlock()
    return (buffers[iteration % 2], iteration)
  }

  func stop() {
    condition.lock()
    isStopping = true
    condition.broadcast()
    condition.unlock()
  }

  /// Prepares batches until stopped. The caller uses batch `taken`, so only batch `taken + 1` may be filled.
  func serve() {
    while true {
      condition.lock()
      while prepared > taken && !isStopping { condition.wait() }
      let (next, isDone) = (prepared + 1, isStopping)
      condition.unlock()
      if isDone { return }
      fill(buffers[next % 2], iteration: next)
      condition.lock()
      prepared = next
      condition.broadcast()
      condition.unlock()
    }
  }

  private func fill(_ buffer: BatchBuffer, iteration: Int) {
    let epoch = (iteration - 1) / iterationsPerEpoch
    let start = (iteration - 1) % iterationsPerEpoch * batchSize
    if epoch != orderEpoch {
      order = TrainingBatches.order(count: images.count, seed: seed, epoch: epoch)
      orderEpoch = epoch
    }
    for (i, position) in (start..<min(start + batchSize, images.count)).enumerated() {
      let sample = Int(order[position])
      let draw = augmentation.draw(seed: seed, epoch: epoch, index: sample)
      buffer.put(at: i, sample: sample, of: images, augmentation, draw)
    }
  }
}
