/// A flat vector of all trainable parameters, or of anything shaped like them: gradient, PSF, momentum, perturbation.
///
/// Arithmetic is lazy and never allocates: `d.assign(g + decay * psf)` is one pass over memory. Sums are taken in
/// double precision over fixed blocks that are added in order, so they do not depend on the number of workers.
public final class Vector {
  /// The values, 64-byte aligned.
  public let elements: UnsafeMutableBufferPointer<Float>
  /// The workers that compute on it.
  public let pool: WorkerPool
  /// One partial sum per block, so that a norm allocates nothing.
  fileprivate let partialSums: UnsafeMutableBufferPointer<Double>

  /// Floats per unit of work: 256 KiB, a quarter of a core's second-level cache.
  static let block = 1 << 16

  /// A vector of `count` zeros.
  public init(count: Int, pool: WorkerPool) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let memory = allocateAligned(bytes: bytes)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    elements = UnsafeMutableBufferPointer(start: memory.assumingMemoryBound(to: Float.self), count: count)
    partialSums = .allocate(capacity: (count + Vector.block - 1) / Vector.block + 1)
    self.pool = pool
  }

  deinit {
    UnsafeMutableRawPointer(elements.baseAddress!).deallocate()
    partialSums.deallocate()
  }

  /// Number of values.
  public var count: Int { elements.count }

  /// One value, for tests and small vectors: arithmetic is faster.
  public subscript(i: Int) -> Float {
    get { elements[i] }
    set { elements[i] = newValue }
  }

  /// The values, read-only.
  public var readOnly: UnsafeBufferPointer<Float> { UnsafeBufferPointer(elements) }

  /// The values of a range, read-only.
  public subscript(range: Range<Int>) -> UnsafeBufferPointer<Float> { UnsafeBufferPointer(rebasing: elements[range]) }
}

/// A vector times a number, not yet computed.
public struct Scaled {
  let factor: Float
  let vector: Vector
}

/// The sum of two scaled vectors, not yet computed.
public struct Combination {
  let first: Scaled
  let second: Scaled
}

/// `factor * vector`, not yet computed.
public func * (factor: Float, vector: Vector) -> Scaled { Scaled(factor: factor, vector: vector) }
/// `a + b`, not yet computed.
public func + (a: Vector, b: Vector) -> Combination { Combination(first: 1 * a, second: 1 * b) }
/// `a - b`, not yet computed.
public func - (a: Vector, b: Vector) -> Combination { Combination(first: 1 * a, second: -1 * b) }
/// `a + factor * b`, not yet computed.
public func + (a: Vector, b: Scaled) -> Combination { Combination(first: 1 * a, second: b) }
/// `a - factor * b`, not yet computed.
public func - (a: Vector, b: Scaled) -> Combination { a + -b.factor * b.vector }
/// The sum of two scaled vectors, not yet computed.
public func + (a: Scaled, b: Scaled) -> Combination { Combination(first: a, second: b) }

extension Vector {
  /// Calls `body` with consecutive ranges that cover a range (the whole vector by default), in parallel.
  public func forEachBlock(in range: Range<Int>? = nil, _ body: (Range<Int>) -> Void) {
    let range = range ?? 0..<count
    pool.run(over: range.count, by: Vector.block) { part, _ in
      body(range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
    }
  }

  /// Copies values to the positions from `start` on.
  public func write(_ values: UnsafeBufferPointer<Float>, at start: Int) {
    precondition(
      start >= 0 && start + values.count <= count, "Vector.write: \(values.count) values at \(start) of \(count)")
    guard let source = values.baseAddress else { return }
    (elements.baseAddress! + start).update(from: source, count: values.count)
  }

  /// Sets the elements to zero whose mask is false.
  public func keep(_ mask: [Bool]) {
    precondition(mask.count == count, "Vector.keep: \(mask.count) bits for \(count) values")
    let y = elements.baseAddress!
    mask.withUnsafeBufferPointer { mask in
      let z = mask.baseAddress!
      forEachBlock { range in for k in range where !z[k] { y[k] = 0 } }
    }
  }

  /// Copies another vector of the same count.
  public func assign(_ other: Vector) { assign(1 * other) }

  /// Sets every element to one value.
  public func assign(_ value: Float) {
    let y = elements.baseAddress!
    forEachBlock { range in for i in range { y[i] = value } }
  }

  /// `y = a * x` over a range (the whole vector by default). `self` may appear on the right. Precondition: equal
  /// counts.
  public func assign(_ scaled: Scaled, in range: Range<Int>? = nil) {
    precondition(scaled.vector.count == count, "Vector.assign: \(scaled.vector.count) values into \(count)")
    let (y, a, x) = (elements.baseAddress!, scaled.factor, scaled.vector.elements.baseAddress!)
    forEachBlock(in: range) { range in for i in range { y[i] = a * x[i] } }
  }

  /// `y = a * p + b * q` in one pass over a range (the whole vector by default). `self` may appear on the right: every
  /// element is read before it is written. A factor of 0 leaves its vector out, whatever it holds, as in BLAS.
  /// Precondition: equal counts.
  public func assign(_ sum: Combination, in range: Range<Int>? = nil) {
    if sum.second.factor == 0 { return assign(sum.first, in: range) }
    if sum.first.factor == 0 { return assign(sum.second, in: range) }
    precondition(
      sum.first.vector.count == count && sum.second.vector.count == count,
      "Vector.assign: \(sum.first.vector.count) and \(sum.second.vector.count) values into \(count)")
    let y = elements.baseAddress!
    let (a, p) = (sum.first.factor, sum.first.vector.elements.baseAddress!)
    let (b, q) = (sum.second.factor, sum.second.vector.elements.baseAddress!)
    forEachBlock(in: range) { range in for i in range { y[i] = a * p[i] + b * q[i] } }
  }

  /// Inner product over a range (the whole vector by default), in double precision and a fixed order.
  public func dot(_ other: Vector, in range: Range<Int>? = nil) -> Double {
    let range = range ?? 0..<count
    precondition(
      range.lowerBound >= 0 && range.upperBound <= min(count, other.count),
      "Vector.dot: \(range) reaches outside \(count) and \(other.count) values")
    let (x, y) = (elements.baseAddress!, other.elements.baseAddress!)
    return sum(over: range) { blockDot(x + $0.lowerBound, y + $0.lowerBound, count: $0.count) }
  }

  /// Adds the sums of all blocks of a range, in order.
  fileprivate func sum(over range: Range<Int>, _ body: (Range<Int>) -> Double) -> Double {
    let sums = partialSums
    forEachBlock(in: range) { sums[($0.lowerBound - range.lowerBound) / Vector.block] = body($0) }
    return sums[..<((range.count + Vector.block - 1) / Vector.block)].reduce(0, +)
  }
}

/// Euclidean norm over a range (the whole vector by default), in double precision and a fixed order.
public func norm(_ vector: Vector, in range: Range<Int>? = nil) -> Double {
  vector.dot(vector, in: range).squareRoot()
}

/// Euclidean norm of `a * p + b * q` over a range (the whole by default): equal to the norm of a vector that holds the
/// sum, without that vector.
public func norm(_ sum: Combination, in range: Range<Int>? = nil) -> Double {
  let (p, q) = (sum.first.vector, sum.second.vector)
  let range = range ?? 0..<p.count
  precondition(
    range.upperBound <= min(p.count, q.count), "norm: \(range) reaches outside \(p.count), \(q.count) values")
  return p.sum(over: range) { blockSquares(sum, $0) }.squareRoot()
}

/// Swift keeps the order of floating-point sums, so a plain loop stays scalar; eight written-out accumulators are fast,
/// and the source fixes their order.
private func blockDot(_ x: UnsafeMutablePointer<Float>, _ y: UnsafeMutablePointer<Float>, count: Int) -> Double {
  var sums = SIMD8<Double>.zero
  var i = 0
  while i + 8 <= count {
    let a = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self)
    let b = UnsafeRawPointer(y + i).loadUnaligned(as: SIMD8<Float>.self)
    sums += SIMD8<Double>(a) * SIMD8<Double>(b)
    i += 8
  }
  var total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
  while i < count {
    total += Double(x[i]) * Double(y[i])
    i += 1
  }
  return total
}

/// The squares of a combination's elements, each rounded to single precision, added in the order of `blockDot`.
private func blockSquares(_ sum: Combination, _ range: Range<Int>) -> Double {
  let (a, x) = (sum.first.factor, sum.first.vector.elements.baseAddress! + range.lowerBound)
  let (b, y) = (sum.second.factor, sum.second.vector.elements.baseAddress! + range.lowerBound)
  var sums = SIMD8<Double>.zero
  var i = 0
  while i + 8 <= range.count {
    let p = UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Float>.self)
    let q = UnsafeRawPointer(y + i).loadUnaligned(as: SIMD8<Float>.self)
    let value = SIMD8<Double>(a * p + b * q)
    sums += value * value
    i += 8
  }
  var total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
  while i < range.count {
    let value = Double(a * x[i] + b * y[i])
    total += value * value
    i += 1
  }
  return total
}

/// The space of one network's parameters: their layout, and the workers that compute on its vectors.
public final class ParameterSpace {
  /// Names, ranges and roles of the tensors.
  public let layout: ParameterLayout
  /// The workers that compute on its vectors.
  public let pool: WorkerPool

  /// Number of running means and variances of the network.
  public let statisticsCount: Int

  /// A space for vectors of this layout.
  public init(layout: ParameterLayout, statisticsCount: Int = 0, pool: WorkerPool) {
    (self.layout, self.statisticsCount, self.pool) = (layout, statisticsCount, pool)
  }

  /// A new vector of zeros.
  public func zeros() -> Vector { Vector(count: layout.count, pool: pool) }
}
