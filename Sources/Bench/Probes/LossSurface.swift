import Core
import Methods
import Training

/// The mean loss over some examples as a function of the weights:
///
///     L(w) = 1/N * sum over batches of n * L(w; batch)
///
/// Sums over batches have a fixed order, so bits do not depend on the number of threads.
package final class LossSurface {
  package let oracle: any EvaluationOracle
  package let normalizing: Normalization
  private let examples: Batch
  private let batches: [Range<Int>]
  /// Gradients of one batch.
  private let part, other: Vector

  /// - Parameters:
  ///   - examples: all N examples; their memory must outlive the surface.
  ///   - size: examples per batch; the last batch may be shorter.
  package init(_ oracle: any EvaluationOracle, on examples: Batch, batches size: Int, normalizing: Normalization) {
    (self.oracle, self.examples, self.normalizing) = (oracle, examples, normalizing)
    batches = examples.ranges(of: size)
    (part, other) = (oracle.space.zeros(), oracle.space.zeros())
  }

  package func loss(at w: Vector) -> Double {
    batches.reduce(0) { sum, range in
      sum + share(range) * oracle.evaluate(at: w, on: examples[range], normalizing: normalizing).loss
    }
  }

  /// - Parameter g: overwritten; must not be `w`.
  /// - Returns: the loss.
  @discardableResult
  package func gradient(at w: Vector, into g: Vector) -> Double {
    var loss = 0.0
    for range in batches {
      let target = range.lowerBound == 0 ? g : part
      loss += share(range) * oracle.gradient(at: w, on: examples[range], normalizing: normalizing, into: target).loss
      if range.lowerBound == 0 {
        g.assign(Float(share(range)) * g)
      } else {
        g.assign(g + Float(share(range)) * part)
      }
    }
    return loss
  }

  /// grad L(b) - grad L(a), with every ReLU on the side that it takes at `center`.
  ///
  /// Subtracted batch by batch: the difference of two close numbers is exact, that of two sums is not.
  ///
  /// - Parameter g: overwritten; must not be one of the points.
  package func difference(from a: Vector, to b: Vector, holdingGatesOf center: Vector, into g: Vector) {
    for range in batches {
      let batch = examples[range]
      oracle.holdingGates(at: center, on: batch, normalizing: normalizing) {
        _ = oracle.gradient(at: b, on: batch, normalizing: normalizing, into: part)
        _ = oracle.gradient(at: a, on: batch, normalizing: normalizing, into: other)
      }
      part.assign(part - other)
      if range.lowerBound == 0 {
        g.assign(Float(share(range)) * part)
      } else {
        g.assign(g + Float(share(range)) * part)
      }
    }
  }

  /// grad L(w + t * d) - grad L(w) for every t, with every ReLU on the side that it takes at `w`. Subtracted batch by
  /// batch; one gradient for every t, and one more.
  package func differences(at w: Vector, along d: Vector, _ distances: [Double]) -> [Vector] {
    let point = oracle.space.zeros()
    let results = distances.map { _ in oracle.space.zeros() }
    for range in batches {
      let batch = examples[range]
      oracle.holdingGates(at: w, on: batch, normalizing: normalizing) {
        _ = oracle.gradient(at: w, on: batch, normalizing: normalizing, into: other)
        for (t, result) in zip(distances, results) {
          point.assign(w + Float(t) * d)
          _ = oracle.gradient(at: point, on: batch, normalizing: normalizing, into: part)
          part.assign(part - other)
          result.assign(result + Float(share(range)) * part)
        }
      }
    }
    return results
  }

  private func share(_ range: Range<Int>) -> Double { Double(range.count) / Double(examples.count) }
}

extension Batch {
  /// Consecutive ranges of at most `size` examples that cover the batch.
  func ranges(of size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
  }
}
