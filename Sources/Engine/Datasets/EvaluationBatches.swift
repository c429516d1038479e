import Core

/// The batches of a test set, in order and only normalized. All share one buffer.
public final class EvaluationBatches {
  /// Number of batches; the last may be smaller.
  public let count: Int
  private let images: ImageSet
  private let batchSize: Int
  private let buffer: BatchBuffer

  /// - Precondition: at least one image, and at least one image per batch.
  public init(_ images: ImageSet, batchSize: Int) {
    precondition(images.count > 0 && batchSize > 0, "EvaluationBatches: nothing to prepare")
    self.images = images
    self.batchSize = min(batchSize, images.count)
    count = (images.count + self.batchSize - 1) / self.batchSize
    buffer = BatchBuffer(capacity: self.batchSize)
  }

  /// Batch number b, counted from 0. It stays valid until the next call.
  public func batch(_ b: Int) -> Batch {
    precondition(b >= 0 && b < count, "EvaluationBatches: batch \(b) of \(count)")
    for (i, sample) in (b * batchSize..<min((b + 1) * batchSize, images.count)).enumerated() {
      buffer.put(at: i, sample: sample, of: images, .none, .none)
    }
    return buffer.batch
  }
}
