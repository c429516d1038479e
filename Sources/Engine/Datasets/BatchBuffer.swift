import Core

/// Memory for one batch, allocated once and reused.
final class BatchBuffer {
  private let images: UnsafeMutableBufferPointer<Float>
  private let labels: UnsafeMutableBufferPointer<Int32>
  private let samples: UnsafeMutableBufferPointer<Int32>
  private let draws: UnsafeMutableBufferPointer<AugmentationDraw>
  private(set) var count = 0

  init(capacity: Int) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity * 3072 * 4, alignment: 64)
    images = UnsafeMutableBufferPointer(
      start: memory.initializeMemory(as: Float.self, repeating: 0, count: capacity * 3072), count: capacity * 3072)
    labels = .allocate(capacity: capacity)
    samples = .allocate(capacity: capacity)
    draws = .allocate(capacity: capacity)
    labels.initialize(repeating: 0)
    samples.initialize(repeating: 0)
    draws.initialize(
      repeating: AugmentationDraw(
        top: 0, left: 0, isFlipped: false, isErased: false, erasedTop: 0, erasedLeft: 0))
  }

  deinit {
    UnsafeMutableRawPointer(images.baseAddress!).deallocate()
    labels.deallocate()
    samples.deallocate()
    draws.deallocate()
  }

  /// Puts one image at position `i`.
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

  var batch: Batch {
    Batch(
      images: UnsafeBufferPointer(rebasing: images[..<(count * 3072)]),
      labels: UnsafeBufferPointer(rebasing: labels[..<count]),
      samples: UnsafeBufferPointer(rebasing: samples[..<count]))
  }

  var batchDraws: UnsafeBufferPointer<AugmentationDraw> { UnsafeBufferPointer(rebasing: draws[..<count]) }
}
