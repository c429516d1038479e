import Core
import Methods
import Networks
import Testing
import Training

@Suite("The network as an oracle")
struct NetworkOracleTests {
  /// Examples in memory that outlives the test, with slack after the images, which kernels may read.
  private func batch(_ images: [[Float]], labels: [Int32]) -> Batch {
    let pixels = images.flatMap { $0 }
    let memory = UnsafeMutableBufferPointer<Float>.allocate(capacity: pixels.count + 64)
    memory.initialize(repeating: 0)
    for (i, value) in pixels.enumerated() { memory[i] = value }
    let own = UnsafeMutableBufferPointer<Int32>.allocate(capacity: labels.count)
    _ = own.initialize(from: labels)
    return Batch(
      images: UnsafeBufferPointer(rebasing: UnsafeBufferPointer(memory)[0..<pixels.count]),
      labels: UnsafeBufferPointer(own), samples: UnsafeBufferPointer(own))
  }

  @Test("the gradient on selected rows equals that of a batch of these rows alone, bit for bit")
  func rows() {
    let node: Node = .sequence([
      .convolution("c", kernel: 3, stride: 1, output: 4, initialization: .uniformFanIn), .batchNorm("b"), .relu,
      .globalAveragePool, .linear("l", output: 5, weight: .uniformFanIn, bias: .zero),
    ])
    let network = Network(
      node, input: Shape(height: 8, width: 8, channels: 3), batch: 8, pool: WorkerPool(workers: 1))
    let oracle = NetworkOracle(network)
    let (w, g, h) = (network.space.zeros(), network.space.zeros(), network.space.zeros())
    network.initialize(w, statistics: oracle.statistics, seed: 1)
    var stream = RandomStream(seed: 2, purpose: .generation)
    let images = (0..<8).map { _ in (0..<192).map { _ in Float(stream.normal()) } }
    let labels: [Int32] = [0, 1, 2, 3, 4, 0, 3, 2]
    let rows: [Int32] = [6, 1, 4]
    let part = oracle.gradient(
      at: w, on: batch(images, labels: labels), objective: .crossEntropy, statistics: .freeze, rows: rows,
      tensors: nil, into: g)
    let losses = Array(part.exampleLosses)
    let alone = oracle.gradient(
      at: w, on: batch(rows.map { images[Int($0)] }, labels: rows.map { labels[Int($0)] }), objective: .crossEntropy,
      statistics: .freeze, rows: nil, tensors: nil, into: h)
    #expect(losses.count == 3 && losses == Array(alone.exampleLosses))
    #expect((0..<w.count).allSatisfy { g[$0].bitPattern == h[$0].bitPattern })
    #expect(oracle.cost.backwardExamples == 6)
  }
}
