import Core

/// Memory for one batch, allocated once and reused.
package final class BatchBuffer {
  /// Floats of an image.
  private let size: Int
  private let images: UnsafeMutableBufferPointer<Float>
  private let labels: UnsafeMutableBufferPointer<Int32>
  private let samples: UnsafeMutableBufferPointer<Int32>
  private let draws: UnsafeMutableBufferPointer<AugmentationDraw>
  private var count = 0

  package init(capacity: Int, imageSize size: Int = 3072) {
    self.size = size
    // Kernels load whole groups of 16 channels, so the last image needs as much slack.
    let memory = UnsafeMutableRawPointer.allocate(byteCount: (capacity * size + 16) * 4, alignment: 64)
    images = UnsafeMutableBufferPointer(
      start: memory.initializeMemory(as: Float.self, repeating: 0, count: capacity * size + 16), count: capacity * size)
    labels = .allocate(capacity: capacity)
    samples = .allocate(capacity: capacity)
    draws = .allocate(capacity: capacity)
    labels.initialize(repeating: 0)
    samples.initialize(repeating: 0)
    draws.initialize(repeating: .none)
  }

  deinit {
    UnsafeMutableRawPointer(images.baseAddress!).deallocate()
    labels.deallocate()
    samples.deallocate()
    draws.deallocate()
  }

  func put(
    at i: Int, sample: Int, of set: ImageSet, _ augmentation: Augmentation, _ draw: AugmentationDraw
  ) {
    set.pixels.withUnsafeBufferPointer { pixels in
      augmentation.apply(draw, to: pixels.baseAddress! + sample * 3072, into: images.baseAddress! + i * 3072)
    }
    labels[i] = Int32(set.labels[sample])
    samples[i] = Int32(sample)
    draws[i] = draw
    count = i + 1
  }

  package func copy(_ rows: [Int32], of batch: Batch) -> Batch {
    for (k, row) in rows.enumerated() {
      let source = batch.images.baseAddress! + Int(row) * size
      (images.baseAddress! + k * size).update(from: source, count: size)
      labels[k] = batch.labels[Int(row)]
      samples[k] = batch.samples[Int(row)]
    }
    count = rows.count
    return self.batch
  }

  var batch: Batch {
    Batch(
      images: UnsafeBufferPointer(rebasing: images[..<(count * size)]),
      labels: UnsafeBufferPointer(rebasing: labels[..<count]),
      samples: UnsafeBufferPointer(rebasing: samples[..<count]))
  }

  var batchDraws: UnsafeBufferPointer<AugmentationDraw> { UnsafeBufferPointer(rebasing: draws[..<count]) }
}
