/// One mini-batch, augmented once: every pass of an iteration sees exactly these pixels.
///
/// The memory belongs to the source of the batch and stays valid until the next batch is requested.
public struct Batch {
  /// Normalized pixels `[N, P, C]`, P = H * W row-major, channels innermost.
  public let images: UnsafeBufferPointer<Float>
  /// Class indices `[N]`.
  public let labels: UnsafeBufferPointer<Int32>
  /// Index of each example in the training set `[N]`; SAF's store is addressed by it.
  public let samples: UnsafeBufferPointer<Int32>

  /// A batch without examples.
  package static var none: Batch {
    Batch(
      images: UnsafeBufferPointer(start: nil, count: 0), labels: UnsafeBufferPointer(start: nil, count: 0),
      samples: UnsafeBufferPointer(start: nil, count: 0))
  }

  /// The examples of a range of positions, in the same memory.
  package subscript(range: Range<Int>) -> Batch {
    let size = images.count / max(count, 1)
    return Batch(
      images: UnsafeBufferPointer(rebasing: images[range.lowerBound * size..<range.upperBound * size]),
      labels: UnsafeBufferPointer(rebasing: labels[range]), samples: UnsafeBufferPointer(rebasing: samples[range]))
  }

  /// N, the number of examples.
  public var count: Int { labels.count }

  /// A view of memory that the caller owns; labels and samples must both have N elements.
  public init(
    images: UnsafeBufferPointer<Float>, labels: UnsafeBufferPointer<Int32>, samples: UnsafeBufferPointer<Int32>
  ) {
    precondition(labels.count == samples.count, "Batch: labels and samples must both be [N]")
    self.images = images
    self.labels = labels
    self.samples = samples
  }
}
