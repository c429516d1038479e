import Core
import Testing

@testable import Datasets

@Suite("Batches")
struct TrainingBatchesTests {
  private let images = makeImages(10)
  private let augmentation = AugmentationTests.paper

  /// A copy of a batch, whose memory is reused.
  private struct Copy: Equatable {
    let images: [Float], labels: [Int32], samples: [Int32], draws: [AugmentationDraw], iteration: Int, epoch: Int

    init(_ prepared: TrainingBatches.Prepared) {
      images = Array(prepared.batch.images)
      labels = Array(prepared.batch.labels)
      samples = Array(prepared.batch.samples)
      draws = Array(prepared.draws)
      iteration = prepared.iteration
      epoch = prepared.epoch
    }
  }

  private func batches(startingAt iteration: Int = 1, seed: UInt64 = 5, count: Int) -> [Copy] {
    let batches = TrainingBatches(
      images, augmentation: augmentation, batchSize: 4, seed: seed, startingAt: iteration)
    return (0..<count).map { _ in Copy(batches.next()) }
  }

  @Test("an epoch contains every image once; the smaller last batch is kept")
  func epoch() {
    let epoch = batches(count: 3)
    #expect(epoch.map(\.labels.count) == [4, 4, 2])
    #expect(epoch.flatMap(\.samples).sorted() == Array(0..<10))
    #expect(epoch.flatMap(\.samples) == TrainingBatches.order(count: 10, seed: 5, epoch: 0))
    for batch in epoch {
      #expect(batch.images.count == batch.labels.count * 3072)
      #expect(batch.labels == batch.samples.map { Int32(images.labels[Int($0)]) })
    }
  }

  @Test("iterations count over the whole run, and every epoch has its own order")
  func epochs() {
    let run = batches(count: 7)
    #expect(run.map(\.iteration) == Array(1...7))
    #expect(run.map(\.epoch) == [0, 0, 0, 1, 1, 1, 2])
    #expect(run[0..<3].flatMap(\.samples) != run[3..<6].flatMap(\.samples))
  }

  @Test("every image is transformed with the draw of its epoch and index")
  func pixels() {
    for batch in batches(count: 5) {
      for (i, sample) in batch.samples.enumerated() {
        let draw = augmentation.draw(seed: 5, epoch: batch.epoch, index: Int(sample))
        var y = [Float](repeating: 0, count: 3072)
        images.pixels.withUnsafeBufferPointer {
          augmentation.apply(draw, to: $0.baseAddress! + Int(sample) * 3072, into: &y)
        }
        #expect(batch.draws[i] == draw)
        #expect(Array(batch.images[i * 3072..<(i + 1) * 3072]) == y)
      }
    }
  }

  @Test("a run that starts at iteration i gets the batches of an uninterrupted one", arguments: 1...8)
  func resume(iteration: Int) {
    #expect(batches(startingAt: iteration, count: 3) == Array(batches(count: 10)[(iteration - 1)..<(iteration + 2)]))
  }

  @Test("another seed gives another order")
  func seeds() {
    #expect(batches(seed: 6, count: 3).flatMap(\.samples) != batches(count: 3).flatMap(\.samples))
  }

  @Test("a batch stays unchanged until the next one is requested, and two buffers suffice")
  func buffers() {
    let batches = TrainingBatches(images, augmentation: augmentation, batchSize: 10, seed: 5)
    var addresses: Set<UnsafePointer<Float>> = []
    for _ in 0..<20 {
      let prepared = batches.next()
      let before = Copy(prepared)
      addresses.insert(prepared.batch.images.baseAddress!)
      // Meanwhile the thread fills the other buffer; this one must not change.
      var sum: Float = 0
      for _ in 0..<20 { sum += prepared.batch.images.reduce(0, +) }
      #expect(sum.isFinite && Copy(prepared) == before && prepared.waited >= 0)
    }
    #expect(addresses.count == 2)
  }

  @Test("a batch size above the size of the set gives the whole set")
  func largeBatch() {
    let batches = TrainingBatches(images, augmentation: augmentation, batchSize: 128, seed: 5)
    #expect(batches.iterationsPerEpoch == 1 && batches.next().batch.count == 10)
  }

  @Test("evaluation gives the set in order, only normalized")
  func evaluation() {
    let evaluation = EvaluationBatches(images, batchSize: 4)
    #expect(evaluation.count == 3)
    var samples: [Int32] = []
    for b in 0..<3 {
      let batch = evaluation.batch(b)
      samples += Array(batch.samples)
      for (i, sample) in batch.samples.enumerated() {
        for (p, c) in [(0, 0), (517, 1), (1023, 2)] {
          let byte = images.pixels[Int(sample) * 3072 + c * 1024 + p]
          let expected = Float((Double(byte) - PixelScale.mean[c]) / PixelScale.deviation[c])
          #expect(batch.images[i * 3072 + p * 3 + c] == expected)
        }
      }
    }
    #expect(samples == Array(0..<10))
  }
}
