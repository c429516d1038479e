import Core

/// A small training set in memory, and batches of it.
///
/// Features are standard normal numbers. A label is the class with the largest of `classes` fixed linear scores of the
/// features, so that the set is learnable but not trivial.
package final class ExampleSet {
  package let count: Int
  package let features: Int
  package let classes: Int
  private let values: [Float]
  private let labels: [Int32]
  private var memory: [UnsafeMutableRawPointer] = []

  package init(count: Int = 14, features: Int = 4, classes: Int = 3, seed: UInt64 = 1) {
    (self.count, self.features, self.classes) = (count, features, classes)
    var stream = RandomStream(seed: seed, purpose: .generation)
    let values = (0..<count * features).map { _ in Float(stream.normal()) }
    let teacher = (0..<features * classes).map { _ in Float(stream.normal()) }
    labels = (0..<count).map { k in
      let scores = (0..<classes).map { c in
        (0..<features).reduce(Float(0)) { $0 + values[k * features + $1] * teacher[$1 * classes + c] }
      }
      return Int32(scores.indices.max { scores[$0] < scores[$1] } ?? 0)
    }
    self.values = values
  }

  deinit { for pointer in memory { pointer.deallocate() } }

  /// The examples at these indices; their memory lives as long as the set.
  package func batch(_ samples: [Int]) -> Batch {
    Batch(
      images: keep(samples.flatMap { values[$0 * features..<($0 + 1) * features] }),
      labels: keep(samples.map { labels[$0] }), samples: keep(samples.map(Int32.init)))
  }

  /// The batch of iteration i (1-based): a new order in every epoch; the short last batch is kept.
  package func batch(at i: Int, size: Int, seed: UInt64) -> Batch {
    let perEpoch = (count + size - 1) / size
    let (epoch, position) = ((i - 1) / perEpoch, (i - 1) % perEpoch)
    var stream = RandomStream(seed: seed, purpose: .order, epoch: epoch)
    let order = stream.permutation(of: count)
    return batch(order[position * size..<min(count, (position + 1) * size)].map(Int.init))
  }

  private func keep<T>(_ array: [T]) -> UnsafeBufferPointer<T> {
    let buffer = UnsafeMutableBufferPointer<T>.allocate(capacity: array.count)
    _ = buffer.initialize(from: array)
    memory.append(UnsafeMutableRawPointer(buffer.baseAddress!))
    return UnsafeBufferPointer(buffer)
  }
}
