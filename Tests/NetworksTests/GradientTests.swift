import Core
import Kernels
import Networks
import Testing

/// Small networks that together contain every operation and every fusion.
struct TinyNetwork: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let node: Node

  private static func conv(_ name: String, _ output: Int, kernel: Int = 3, stride: Int = 1) -> Node {
    .convolution(name, kernel: kernel, stride: stride, output: output, initialization: .normalFanOut)
  }
  private static let head: [Node] = [
    .globalAveragePool, .linear("fc", output: 3, weight: .uniformFanIn, bias: .uniformFanIn),
  ]

  /// A convolution, a ReLU and the head.
  static let gate = Node.sequence([conv("a", 4), .relu] + head)

  static let all = [
    TinyNetwork(
      testDescription: "residual block with projection, batch norm fused with the sum",
      node: .sequence(
        [
          conv("a", 5), .batchNorm("b"), .relu,
          .sum(
            .sequence([conv("c", 6, stride: 2), .batchNorm("d"), .relu, conv("e", 6), .batchNorm("f")]),
            shortcut: .sequence([conv("g", 6, kernel: 1, stride: 2), .batchNorm("h")])), .relu,
          .sum(
            .sequence([conv("i", 6), .batchNorm("j"), .relu, conv("k", 6), .batchNorm("l")]), shortcut: .sequence([])),
          .relu,
        ] + head)),
    TinyNetwork(
      testDescription: "pre-activation blocks, convolution fused with the sum",
      node: .sequence(
        [
          conv("a", 4), .batchNorm("b"), .relu,
          .sum(.sequence([conv("c", 6), .batchNorm("d"), .relu, conv("e", 6)]), shortcut: conv("f", 6, kernel: 1)),
          .sum(
            .sequence([.batchNorm("g"), .relu, conv("h", 6), .batchNorm("i"), .relu, conv("j", 6)]),
            shortcut: .sequence([])),
          .sum(
            .sequence([.batchNorm("k"), .relu, conv("l", 6), .batchNorm("m"), .relu, conv("n", 6)]),
            shortcut: .sequence([])), .batchNorm("o"), .relu,
        ] + head)),
    TinyNetwork(
      testDescription: "zero-padded and pooled shortcuts",
      node: .sequence(
        [
          conv("a", 4), .batchNorm("b"),
          .sum(
            .sequence([.batchNorm("c"), conv("d", 5), .batchNorm("e"), .relu, conv("f", 5), .batchNorm("g")]),
            shortcut: .sequence([])),
          .sum(
            .sequence([.batchNorm("h"), conv("i", 7, stride: 2), .batchNorm("j"), .relu, conv("k", 7), .batchNorm("l")]
            ),
            shortcut: .averagePool(size: 2)), .batchNorm("m"), .relu,
        ] + head)),
    TinyNetwork(
      testDescription: "a ReLU and a sum without fusion, wide enough for Winograd",
      node: .sequence(
        [
          conv("a", 16), .relu, conv("b", 16), .batchNorm("c"), .relu,
          .sum(.sequence([conv("d", 18), .relu]), shortcut: .sequence([])), conv("e", 16),
        ] + head)),
    TinyNetwork(
      testDescription: "depthwise and 1x1 convolutions, stride 1 and 2, a residual sum",
      node: .sequence(
        [
          conv("a", 5), .batchNorm("b"), .relu, .depthwise("c", stride: 1, initialization: .uniformFanIn),
          .batchNorm("d"), .relu, conv("e", 9, kernel: 1), .batchNorm("f"), .relu,
          .depthwise("g", stride: 2, initialization: .uniformFanIn), .batchNorm("h"), .relu,
          .sum(
            .sequence([
              conv("i", 12, kernel: 1), .batchNorm("j"), .relu,
              .depthwise("k", stride: 1, initialization: .uniformFanIn), .batchNorm("l"), .relu,
              conv("m", 9, kernel: 1), .batchNorm("n"),
            ]), shortcut: .sequence([])),
        ] + head)),
  ]
}

@Suite struct GradientTests {
  private let image = Shape(height: 8, width: 8, channels: 3)
  private let batch = 4

  /// Central differences of the loss along random directions. With h = 2e-3 the rounding of a single-precision loss
  /// (about 1e-7 / h) and the curvature (h^2) both stay below one percent of a typical slope.
  @Test("Backward is the derivative of forward", arguments: TinyNetwork.all)
  func derivative(_ tiny: TinyNetwork) {
    let run = Run(tiny.node, image: image, batch: batch, workers: 2)
    let g = run.gradient()
    for seed in 10..<16 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: .generation)
      let direction = run.network.space.zeros()
      for i in 0..<direction.count { direction[i] = Float(stream.normal()) }
      // Along the gradient first, where the slope is largest; then mixtures.
      direction.assign(direction + Float(seed == 10 ? 1e3 : 30 / norm(g) * norm(direction) / 30) * g)
      direction.assign(Float(1 / norm(direction)) * direction)
      let h: Float = 2e-3
      let center = run.network.space.zeros()
      center.assign(run.w)
      run.w.assign(center + h * direction)
      let up = run.loss()
      run.w.assign(center - h * direction)
      let down = run.loss()
      run.w.assign(center)
      let slope = (up - down) / Double(2 * h)
      let expected = g.dot(direction)
      #expect(abs(slope - expected) < 0.01 * norm(g), "slope \(slope), expected \(expected), norm \(norm(g))")
    }
  }

  @Test("Bits do not depend on the number of workers", arguments: TinyNetwork.all)
  func workers(_ tiny: TinyNetwork) {
    let bits = (1...3).map { workers in
      Run(tiny.node, image: image, batch: batch, workers: workers).gradientBits()
    }
    let areEqual = bits[0] == bits[1] && bits[0] == bits[2]
    #expect(areEqual)
  }

  @Test("Winograd and the direct path agree to rounding", arguments: TinyNetwork.all)
  func paths(_ tiny: TinyNetwork) {
    let fast = Run(tiny.node, image: image, batch: batch, workers: 1)
    let reference = Run(tiny.node, image: image, batch: batch, workers: 1, path: .direct)
    let (a, b) = (fast.gradient(), reference.gradient())
    let difference = fast.network.space.zeros()
    difference.assign(a - b)
    #expect(norm(difference) < 2e-4 * norm(b))
  }

  @Test("Gated ReLUs give the same gradient to rounding", arguments: TinyNetwork.all)
  func gates(_ tiny: TinyNetwork) {
    let gated = Run(tiny.node, image: image, batch: batch, workers: 2, isGated: true).gradient()
    let fused = Run(tiny.node, image: image, batch: batch, workers: 2).gradient()
    #expect(norm(gated - fused) < 1e-5 * norm(fused))
  }

  @Test("Held gates let through what was positive in the pass before, whatever its sign is now")
  func heldGates() {
    let run = Run(TinyNetwork.gate, image: image, batch: batch, workers: 2, isGated: true)
    let entries = run.network.space.layout.entries
    let (weight, bias) = (entries[0].range, entries[2].range)
    let before = Array(UnsafeBufferPointer(start: run.forward(updating: false), count: batch * 3))
    // All inputs of the ReLU change their sign, and the linear map after it has only its bias that does not.
    for i in weight { run.w[i] = -run.w[i] }
    let free = Array(UnsafeBufferPointer(start: run.forward(updating: false), count: batch * 3))
    for i in weight { run.w[i] = -run.w[i] }
    run.forward(updating: false)
    run.network.holdsGates = true
    for i in weight { run.w[i] = -run.w[i] }
    let held = Array(UnsafeBufferPointer(start: run.forward(updating: false), count: batch * 3))
    for (k, logit) in held.enumerated() {
      #expect(abs(logit + before[k] - 2 * run.w[bias.lowerBound + k % 3]) < 1e-5)
      #expect(abs(free[k] - logit) > 1e-3)
    }
    run.network.holdsGates = false
    #expect(Array(UnsafeBufferPointer(start: run.forward(updating: false), count: batch * 3)) == free)
  }

  @Test("Entries that are not wanted are zero, the others unchanged", arguments: TinyNetwork.all)
  func wanted(_ tiny: TinyNetwork) {
    let run = Run(tiny.node, image: image, batch: batch, workers: 2)
    let all = run.gradient()
    let wanted = run.network.space.layout.entries.indices.map { $0 % 3 == 0 }
    let some = run.gradient(wanted: wanted)
    for (entry, isWanted) in zip(run.network.space.layout.entries, wanted) {
      #expect(entry.range.allSatisfy { some[$0] == (isWanted ? all[$0] : 0) }, "\(entry.name)")
    }
  }

  @Test("A smaller batch in a network planned for a larger one gives the same result")
  func smallerBatch() {
    let node = TinyNetwork.all[0].node
    let large = Run(node, image: image, batch: batch, workers: 1, planned: 9)
    let exact = Run(node, image: image, batch: batch, workers: 1)
    let areEqual = large.gradientBits() == exact.gradientBits()
    #expect(areEqual)
  }

  @Test("Running statistics: a tenth of the new batch, unbiased variance; untouched when frozen")
  func statistics() {
    let run = Run(.sequence([.batchNorm("b")]), image: Shape(height: 2, width: 2, channels: 3), batch: 3, workers: 1)
    run.forward(updating: true)
    for c in 0..<3 {
      let values = (0..<12).map { Double(run.images[$0 * 3 + c]) }
      let mean = values.reduce(0, +) / 12
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 11
      #expect(abs(Double(run.statistics[c]) - 0.1 * mean) < 1e-7)
      #expect(abs(Double(run.statistics[3 + c]) - (0.9 + 0.1 * variance)) < 1e-6)
    }
    let before = Array(run.statistics.elements)
    run.forward(updating: false)
    #expect(Array(run.statistics.elements) == before)
  }
}

/// One network with weights, images and labels.
private final class Run {
  let network: Network
  let w: Vector
  let statistics: Vector
  let images: MutableFloats
  private let labels: UnsafeMutablePointer<Int32>
  private let losses: MutableFloats
  private let batch: Int

  init(
    _ node: Node, image: Shape, batch: Int, workers: Int, path: ConvolutionPath = .automatic, planned: Int? = nil,
    isGated: Bool = false
  ) {
    network = Network(
      node, input: image, batch: planned ?? batch, pool: WorkerPool(workers: workers), convolution: path,
      isGated: isGated)
    self.batch = batch
    w = network.space.zeros()
    statistics = Vector(count: network.statisticsCount, pool: network.space.pool)
    network.initialize(w, statistics: statistics, seed: 7)
    images = .allocate(capacity: batch * image.count + loadSlack)
    labels = .allocate(capacity: batch)
    losses = .allocate(capacity: batch)
    images.initialize(repeating: 0, count: batch * image.count + loadSlack)
    var stream = RandomStream(seed: 5, purpose: .generation)
    for i in 0..<batch * image.count { images[i] = Float(stream.normal()) }
    for n in 0..<batch { labels[n] = Int32(n % 3) }
  }

  deinit {
    images.deallocate()
    labels.deallocate()
    losses.deallocate()
  }

  @discardableResult
  func forward(updating: Bool) -> Floats {
    network.forward(
      at: w, images: images, count: batch, mode: .batch(updating: updating ? statistics.elements.baseAddress! : nil))
  }

  func loss() -> Double {
    _ = crossEntropyForward(
      forward(updating: false), labels: labels, count: batch, classes: network.classes, losses: losses)
    return (0..<batch).reduce(0) { $0 + Double(losses[$1]) } / Double(batch)
  }

  func gradientBits() -> [UInt32] {
    let g = gradient()
    return (0..<g.count).map { g[$0].bitPattern }
  }

  func gradient(wanted: [Bool]? = nil) -> Vector {
    let logits = forward(updating: false)
    crossEntropyBackward(
      logits, labels: labels, count: batch, classes: network.classes, into: network.logitsGradient)
    let g = network.space.zeros()
    g.assign(.nan)
    network.backward(at: w, count: batch, wanted: wanted, into: g)
    return g
  }
}
