import Core
import Kernels

/// Memory for kernel tests: buffers with slack, and scratch as a network would plan it.
final class Workbench {
  let pool: WorkerPool
  private var blocks: [MutableFloats] = []
  private var sums: UnsafeMutablePointer<Double>?

  init(workers: Int = 2) { pool = WorkerPool(workers: workers) }

  deinit {
    for block in blocks { block.deallocate() }
    sums?.deallocate()
  }

  func buffer(_ values: [Float]) -> MutableFloats {
    let p = buffer(count: values.count)
    for (i, value) in values.enumerated() { p[i] = value }
    return p
  }

  /// NaNs, so that a kernel that forgets to write or reads a neighbor is detected.
  func buffer(count: Int) -> MutableFloats {
    let p = MutableFloats.allocate(capacity: count + loadSlack)
    p.initialize(repeating: .nan, count: count + loadSlack)
    blocks.append(p)
    return p
  }

  func scratch(_ need: ScratchNeed, channels: Int = 1) -> Scratch {
    sums?.deallocate()
    sums = .allocate(capacity: 2 * RowUnits.most * (channels + 16).paddedToLanes)
    return Scratch(
      shared: buffer(count: need.shared), perWorker: buffer(count: need.perWorker * pool.workers),
      count: need.perWorker, sums: sums!)
  }

  static func random(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed, purpose: .generation)
    return (0..<count).map { _ in Float(2 * stream.uniform() - 1) }
  }
}

/// The largest deviation relative to the largest expected value.
func deviation(_ actual: MutableFloats, _ expected: [Double]) -> Double {
  var worst = 0.0
  var largest = 1e-30
  for (i, value) in expected.enumerated() {
    let difference = abs(Double(actual[i]) - value)
    worst = difference.isNaN ? .infinity : max(worst, difference)
    largest = max(largest, abs(value))
  }
  return worst / largest
}
