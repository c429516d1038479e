import Foundation

/// Random numbers that depend on their purpose, and on nothing else.
///
/// A stream is named by (seed, purpose, epoch, index) and counts its own draws: Philox 4x32-10 (Salmon et al. 2011)
/// turns that counter into bits. The draws of one stream cannot shift those of another, so all methods see the same
/// batches, and a resumed run needs no generator state.
public struct RandomStream: RandomNumberGenerator, Sendable {
  /// What the numbers are for. Raw values are part of every result: never renumber them.
  public enum Purpose: UInt32, Sendable {
    /// Initial weights.
    case initialization = 1
    /// The order of examples in an epoch.
    case order = 2
    /// Crops, flips and erased squares.
    case augmentation = 3
    /// Which iterations take a second gradient.
    case sampling = 4
    /// ESAM's choice of tensors or weights.
    case masks = 5
    /// Generated images.
    case generation = 6
    /// Resampling of results.
    case statistics = 7
    /// Label noise: labels that are wrong on purpose.
    case labelNoise = 8
    /// ESAM's random choice of examples.
    case selection = 9
    /// Vectors, directions and images of probes.
    case probes = 10
    /// Training images that are held out for validation.
    case validation = 11
  }

  private let key: (UInt32, UInt32)
  private var counter: (UInt32, UInt32, UInt32, UInt32)
  private var spare: UInt64?

  /// The stream of this key; equal keys give equal numbers.
  public init(seed: UInt64, purpose: Purpose, epoch: Int = 0, index: Int = 0) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = (0, UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: epoch), purpose.rawValue)
  }

  public mutating func next() -> UInt64 {
    if let spare {
      self.spare = nil
      return spare
    }
    let block = philox(counter, key: key)
    counter.0 += 1
    spare = UInt64(block.3) << 32 | UInt64(block.2)
    return UInt64(block.1) << 32 | UInt64(block.0)
  }

  /// Uniform on [0, 1), with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform on 0 ..< bound, exactly (Lemire 2019).
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "RandomStream.integer: bound must be positive")
    let bound = UInt64(bound)
    let threshold = (0 &- bound) % bound
    while true {
      let product = next().multipliedFullWidth(by: bound)
      if product.low >= threshold { return Int(product.high) }
    }
  }

  /// Normal with mean 0 and standard deviation 1 (Box and Muller 1958).
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// A uniformly random order of 0 ..< count (Fisher and Yates).
  public mutating func permutation(of count: Int) -> [Int32] {
    var order = (0..<Int32(count)).map { $0 }
    guard count > 1 else { return order }
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, integer(below: i + 1)) }
    return order
  }
}

/// Sets each element of a mask to true with probability `share`. Each block of 65,536 elements has its own stream, so
/// that the mask does not depend on the number of workers.
public func drawMask(
  _ mask: inout [Bool], keeping share: Double, seed: UInt64, index: Int, pool: WorkerPool
) {
  mask.withUnsafeMutableBufferPointer { mask in
    let z = mask.baseAddress!
    pool.run(over: mask.count, by: Vector.block) { range, _ in
      var stream = RandomStream(seed: seed, purpose: .masks, epoch: range.lowerBound, index: index)
      for k in range { z[k] = stream.uniform() < share }
    }
  }
}

typealias PhiloxBlock = (UInt32, UInt32, UInt32, UInt32)

/// Philox 4x32 with ten rounds; checked against the authors' known answers.
func philox(_ counter: PhiloxBlock, key: (UInt32, UInt32)) -> PhiloxBlock {
  var (c, k) = (counter, key)
  for _ in 0..<10 {
    let a = c.0.multipliedFullWidth(by: 0xD251_1F53)
    let b = c.2.multipliedFullWidth(by: 0xCD9E_8D57)
    c = (b.high ^ c.1 ^ k.0, b.low, a.high ^ c.3 ^ k.1, a.low)
    k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
  }
  return c
}
