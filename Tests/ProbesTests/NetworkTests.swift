import Core
import Foundation
import Kernels
import Methods
import Networks
import Records
import Testing
import Training

@testable import Probes

/// A network whose weights, images and statistics are written down as sines, so that another program can have them too.
struct WrittenNetwork {
  let oracle: NetworkOracle
  let w: Vector
  private let images: UnsafeMutableBufferPointer<Float>
  private let labels: UnsafeMutableBufferPointer<Int32>
  static let image = Shape(height: 8, width: 8, channels: 3)

  /// Without kinks.
  static let smooth = node { [$0, $1] }
  static let rectified = node { [$0, $1, .relu] }

  private static func node(_ layer: (Node, Node) -> [Node]) -> Node {
    .sequence(
      layer(.convolution("a", kernel: 3, stride: 1, output: 4, initialization: .uniformFanIn), .batchNorm("b"))
        + layer(.convolution("c", kernel: 3, stride: 2, output: 5, initialization: .uniformFanIn), .batchNorm("d"))
        + [.globalAveragePool, .linear("fc", output: 3, weight: .uniformFanIn, bias: .uniformFanIn)])
  }

  init(_ node: Node = smooth, workers: Int = 1) {
    let network = Network(
      node, input: Self.image, batch: 6, pool: WorkerPool(workers: workers), isGated: true)
    oracle = NetworkOracle(network)
    w = network.space.zeros()
    for (k, entry) in network.space.layout.entries.enumerated() {
      let (base, reach): (Double, Double) =
        switch entry.role {
        case .convolution, .depthwise, .linear: (0, 0.4)
        case .scale: (1, 0.2)
        case .offset, .bias, .stepSize: (0, 0.2)
        }
      entry.take(
        (0..<entry.range.count).map { Float(base + reach * sin(0.7 * Double($0) + 1.3 * Double(k))) },
        into: w.elements)
    }
    for (layer, pair) in [0, 1].map({ ($0, network.statistics[2 * $0..<2 * $0 + 2]) }) {
      for (name, range) in pair {
        for (i, place) in range.enumerated() {
          let x = Double(i + layer)
          oracle.statistics[place] = Float(name.hasSuffix("running_mean") ? 0.1 * sin(x + 1) : 1 + 0.3 * cos(x))
        }
      }
    }
    images = .allocate(capacity: 6 * 192 + 64)
    images.initialize(repeating: 0)
    for n in 0..<6 {
      for j in 0..<192 {
        // Channels outermost there, innermost here.
        images[n * 192 + j % 64 * 3 + j / 64] = Float(
          sin(0.37 * Double(j) + 1.1 * Double(n)) + 0.5 * cos(0.11 * Double(j * (n + 1))))
      }
    }
    labels = .allocate(capacity: 6)
    _ = labels.initialize(from: [0, 1, 2, 1, 0, 2])
  }

  /// The memory is kept: tests are short.
  var batch: Batch {
    Batch(
      images: UnsafeBufferPointer(rebasing: images[0..<6 * 192]), labels: UnsafeBufferPointer(labels),
      samples: UnsafeBufferPointer(labels))
  }

  func normalizing(_ mode: ProbeMode) -> Normalization {
    mode == .evaluation ? .running(oracle.statistics) : .batch(.freeze)
  }

  func surface(_ mode: ProbeMode) -> LossSurface {
    LossSurface(oracle, on: batch, batches: 3, normalizing: normalizing(mode))
  }
}

@Suite("Probes of a network")
struct NetworkTests {
  /// `WrittenNetwork.smooth` on two batches of three images with rho 0.1, computed with PyTorch in double precision:
  /// `torch.autograd.functional.hessian` of the mean loss, and its eigenvalues by `torch.linalg.eigh`.
  struct Dense: Sendable {
    let mode: ProbeMode
    let loss, gradientNorm: Double
    let eigenvalues: [Double]
    let lowest, trace: Double
    let productNorm, psfNorm, psfCosine, distance, bound, sharpness: Double
  }

  static let dense = [
    Dense(
      mode: .evaluation, loss: 1.2468041651288282, gradientNorm: 1.7466636980477361,
      eigenvalues: [7.469735322, 5.806345221, 3.677601303, 1.191215586, 1.104317661], lowest: -2.23876122035671,
      trace: 15.027699977875669, productNorm: 7.1305209753690395, psfNorm: 0.7216784738007012,
      psfCosine: 0.9464337647301954, distance: 0.0529488325825671, bound: 0.9248594971951563,
      sharpness: 0.28636310171524243),
    Dense(
      mode: .batch, loss: 1.0550461571778667, gradientNorm: 0.2749302678278361,
      eigenvalues: [0.858602036, 0.655511593, 0.370150778, 0.324727691, 0.236437339], lowest: -0.3456516211495285,
      trace: 1.9597680984439216, productNorm: 0.5190068437325681, psfNorm: 0.053579866178985455,
      psfCosine: 0.2303784287414563, distance: 0.07606276417931242, bound: 0.10882003658275219,
      sharpness: 0.053181475177960846),
  ]

  private func close(_ a: Double, _ b: Double, within tolerance: Double) -> Bool { abs(a - b) <= tolerance * abs(b) }

  @Test("eigenvalues and trace are those of the dense Hessian", arguments: dense)
  func hessian(_ dense: Dense) {
    let network = WrittenNetwork()
    let surface = network.surface(dense.mode)
    let space = network.oracle.space
    let g = space.zeros()
    #expect(close(surface.gradient(at: network.w, into: g), dense.loss, within: 1e-6))
    #expect(close(surface.loss(at: network.w), dense.loss, within: 1e-6))
    #expect(close(norm(g), dense.gradientNorm, within: 1e-5))
    let hessian = HessianProduct(of: surface, at: network.w)
    let start = Directions.normal(seed: 1, index: 2, in: space)
    let lanczos = Lanczos(from: start, steps: 60, wanted: 5, tolerance: 1e-3) { hessian.apply(to: $0, into: $1) }
    for (ritz, exact) in zip(lanczos.ritz, dense.eigenvalues) {
      #expect(close(ritz.value, exact, within: 2e-3), "\(ritz.value) for \(exact)")
    }
    #expect(hessian.stepError(along: lanczos.vector(0)) < 1e-3)
    // Every direction at once: the sum of the diagonal, column by column.
    let column = space.zeros()
    let trace = (0..<space.layout.count).reduce(0) { sum, i in
      column.assign(0)
      column[i] = 1
      return sum + hessian.curvature(along: column)
    }
    #expect(close(trace, dense.trace, within: 2e-3), "\(trace) for \(dense.trace)")
    let estimate = TraceEstimate(of: hessian, vectors: 100, seed: 1, in: space)
    #expect(abs(estimate.mean - dense.trace) < 4 * estimate.standardError)
  }

  @Test("PSF, the product that Eq. 6 names, and both sides of Lemma 1", arguments: dense)
  func psf(_ dense: Dense) throws {
    let network = WrittenNetwork()
    let surface = network.surface(dense.mode)
    let (hessian, gradient) = (HessianProduct(of: surface, at: network.w), network.oracle.space.zeros())
    surface.gradient(at: network.w, into: gradient)
    let probe = try #require(
      PSFProbe(of: surface, at: network.w, gradient: gradient, hessian, radius: 0.1, steps: 60))
    #expect(close(probe.lemmaNorm, 0.1 * dense.productNorm, within: 2e-3))
    #expect(close(probe.psfNorm, dense.psfNorm, within: 1e-3))
    #expect(abs(probe.cosine - dense.psfCosine) < 1e-3)
    #expect(close(probe.comparisons[0].error, dense.distance, within: 0.05))
    // Eq. 6: what is left out is of second order in the radius.
    #expect(abs(try #require(probe.order) - 1) < 0.2, "\(probe.comparisons)")
    // Without ReLUs, nothing is held.
    let (order, heldOrder) = (try #require(probe.order), try #require(probe.heldOrder))
    #expect(abs(order - heldOrder) < 0.02, "\(order) and \(heldOrder)")
    #expect(probe.comparisons.allSatisfy { $0.noise < 0.01 || $0.radius < 0.001 }, "\(probe.comparisons)")
    // Lemma 1: exact eigenvectors that Lanczos has not told apart can only add to the bound.
    #expect(probe.lemmaBound >= probe.lemmaNorm && probe.lemmaBound <= 1.01 * dense.bound)
    let rise = sharpness(
      of: network.oracle, at: network.w, on: network.batch, groups: 3, radius: 0.1,
      normalizing: network.normalizing(dense.mode))
    #expect(close(rise, dense.sharpness, within: 1e-3))
  }

  /// `WrittenNetwork.rectified`, from the same program: mode, largest and fifth eigenvalue, trace, |H g / |g||.
  static let rectified: [(ProbeMode, first: Double, fifth: Double, trace: Double, product: Double)] = [
    (.evaluation, 6.8347572151890785, 0.6038213417589169, 8.997378775791383, 4.171316054358872),
    (.batch, 1.0057178213353484, 0.16966392154688167, 1.6832715405477666, 0.5124277516510986),
  ]

  @Test(
    "with ReLUs, the Hessian is that of automatic differentiation, and kinks do not disturb it", arguments: rectified)
  func kinks(_ mode: ProbeMode, first: Double, fifth: Double, trace: Double, product: Double) throws {
    let network = WrittenNetwork(WrittenNetwork.rectified)
    let (surface, space) = (network.surface(mode), network.oracle.space)
    let g = space.zeros()
    surface.gradient(at: network.w, into: g)
    let step = HessianProduct.step(of: surface, at: network.w, along: g)
    #expect(step > 0x1p-13 && step < 0x1p-5)
    let hessian = HessianProduct(of: surface, at: network.w, step: step)
    let start = Directions.normal(seed: 1, index: 2, in: space)
    let lanczos = Lanczos(from: start, steps: 60, wanted: 5, tolerance: 1e-3) { hessian.apply(to: $0, into: $1) }
    #expect(close(lanczos.ritz[0].value, first, within: 2e-3), "\(lanczos.ritz[0].value)")
    #expect(close(lanczos.ritz[4].value, fifth, within: 5e-3), "\(lanczos.ritz[4].value)")
    #expect(hessian.stepError(along: lanczos.vector(0)) < 1e-3)
    let column = space.zeros()
    let sum = (0..<space.layout.count).reduce(0) { sum, i in
      column.assign(0)
      column[i] = 1
      return sum + hessian.curvature(along: column)
    }
    #expect(close(sum, trace, within: 2e-3), "\(sum) for \(trace)")
    // The same products from free gradients cross kinks.
    let (above, below) = (space.zeros(), space.zeros())
    g.assign(Float(1 / norm(g)) * g)
    hessian.apply(to: g, into: column)
    #expect(close(norm(column), product, within: 2e-3), "\(norm(column)) for \(product)")
    surface.gradient(at: network.w, into: above)
    let probe = try #require(
      PSFProbe(of: surface, at: network.w, gradient: above, hessian, radius: 0.1, steps: 4))
    #expect(abs(try #require(probe.heldOrder) - 1) < 0.2, "\(probe.comparisons)")
    let farthest = probe.comparisons[0]
    above.assign(network.w + 0.1 * g)
    surface.gradient(at: above, into: below)
    surface.gradient(at: network.w, into: above)
    below.assign(below - above)
    #expect(close(norm(below - 0.1 * column) / (0.1 * norm(column)), farthest.error, within: 0.01))
    #expect(farthest.error != farthest.heldError)
  }

  @Test("the gradient in evaluation mode is the derivative of the loss in evaluation mode")
  func evaluationMode() {
    let network = WrittenNetwork(WrittenNetwork.rectified)
    let surface = network.surface(.evaluation)
    let space = network.oracle.space
    let (g, point) = (space.zeros(), space.zeros())
    let before = Array(network.oracle.statistics.readOnly)
    surface.gradient(at: network.w, into: g)
    let h: Float = 2e-3
    for seed in 1...6 as ClosedRange<UInt64> {
      let d = Directions.normal(seed: seed, index: 0, in: space)
      d.assign(Float(1 / norm(d)) * d)
      point.assign(network.w + h * d)
      let up = surface.loss(at: point)
      point.assign(network.w - h * d)
      let slope = (up - surface.loss(at: point)) / Double(2 * h)
      #expect(abs(slope - g.dot(d)) < 0.01 * norm(g))
    }
    #expect(Array(network.oracle.statistics.readOnly) == before)
  }

  @Test("bits do not depend on the number of threads", arguments: ProbeMode.allCases)
  func bits(_ mode: ProbeMode) {
    var settings = ProbeSettings(radius: 0.05, batchSize: 3)
    (settings.groups, settings.lanczosSteps, settings.traceVectors) = ([1, 3, 6], 6, 3)
    (settings.curvePoints, settings.mapPoints) = (3, 3)
    let found = (1...3).map { workers in
      let network = WrittenNetwork(WrittenNetwork.rectified, workers: workers)
      return Probe(network.oracle, at: network.w, on: network.batch, settings).values(mode)
    }
    let areFinite = found[0].allSatisfy { $0.values.allSatisfy { $0.isFinite } }
    #expect(areFinite)
    #expect(found[0] == found[1] && found[0] == found[2])
    let names = found[0].map(\.name)
    #expect(Set(names).count == names.count && found[0].allSatisfy { $0.mode == mode && !$0.longName.isEmpty })
    // One image has no batch statistics.
    #expect(names.contains("sharpness_1") == (mode == .evaluation) && names.contains("sharpness_3"))
    #expect(found[0].first { $0.name == "map" }?.shape == (mode == .evaluation ? [3, 3] : nil))
  }

  @Test("all curves and the map agree with the loss at the weights themselves")
  func center() {
    let network = WrittenNetwork()
    var settings = ProbeSettings(radius: 0.05, batchSize: 3)
    (settings.groups, settings.lanczosSteps, settings.traceVectors) = ([3], 5, 2)
    let values = Probe(network.oracle, at: network.w, on: network.batch, settings).values(.evaluation)
    let loss = network.surface(.evaluation).loss(at: network.w)
    for name in ["curve_gradient", "curve_psf", "curve_random_1", "curve_random_2", "map"] {
      let curve = values.first { $0.name == name }?.values ?? []
      #expect(curve.count > 2 && curve[curve.count / 2] == loss, "\(name)")
    }
  }
}
