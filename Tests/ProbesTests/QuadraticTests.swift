import Contract
import Core
import Methods
import Testing

@testable import Probes

/// 1/2 (w - c)'H(w - c) with a Hessian of known eigenvalues, H = R diag(lambda) R for a reflection R = I - 2 u u'.
struct KnownQuadratic {
  let eigenvalues: [Double]
  let hessian: [[Double]]
  /// Column i is the eigenvector of eigenvalue i.
  let reflection: [[Double]]
  let examples = ExampleSet(count: 12)

  init(_ eigenvalues: [Double]) {
    let n = eigenvalues.count
    let u = (0..<n).map { Double($0 % 3 + 1) }
    let square = u.reduce(0) { $0 + $1 * $1 }
    let r = (0..<n).map { i in (0..<n).map { j in (i == j ? 1 : 0) - 2 * u[i] * u[j] / square } }
    hessian = (0..<n).map { i in
      (0..<n).map { j in (0..<n).reduce(0) { $0 + r[i][$1] * eigenvalues[$1] * r[$1][j] } }
    }
    (self.eigenvalues, reflection) = (eigenvalues, r)
  }

  var batch: Batch { examples.batch(Array(0..<examples.count)) }

  func oracle(centers: [[Double]] = [], workers: Int = 1) -> QuadraticOracle {
    QuadraticOracle(hessian: hessian, centers: centers, workers: workers)
  }

  func product(_ v: [Double]) -> [Double] { hessian.map { zip($0, v).reduce(0) { $0 + $1.0 * $1.1 } } }
}

@Suite("Probes of a quadratic, whose Hessian is known")
struct QuadraticTests {
  let known = KnownQuadratic([9, 5, 3, 2, 1.5, 1, 0.25, -2])

  private func surface(_ oracle: QuadraticOracle) -> LossSurface {
    LossSurface(oracle, on: known.batch, batches: 5, normalizing: .batch(.freeze))
  }

  private func close(_ a: Double, _ b: Double, within tolerance: Double) -> Bool {
    abs(a - b) <= tolerance * max(1, abs(b))
  }

  /// Without third derivatives the step is free: a large one leaves the rounding of the gradients alone, 6e-8.
  @Test("the product with a vector is the Hessian's, to 1e-6, wherever the weights are")
  func product() {
    let oracle = known.oracle(centers: [[1, 0, 0, 2, 0, 0, -1, 0.5], Array(repeating: 0, count: 8)])
    let (w, v, hv) = (oracle.space.zeros(), oracle.space.zeros(), oracle.space.zeros())
    for i in 0..<8 { (w[i], v[i]) = (Float(i) / 8, Float(3 - i)) }
    let hessian = HessianProduct(of: surface(oracle), at: w, step: 4)
    hessian.apply(to: v, into: hv)
    let expected = known.product((0..<8).map { Double(v[$0]) })
    let length = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
    for i in 0..<8 { #expect(abs(Double(hv[i]) - expected[i]) < 1e-6 * length, "element \(i)") }
    let curvature = (0..<8).reduce(0) { $0 + Double(v[$1]) * expected[$1] } / v.dot(v)
    #expect(close(hessian.curvature(along: v), curvature, within: 1e-6))
    #expect(hessian.stepError(along: v) < 1e-6)
    // Both products and both gradients of each took three batches of at most five examples.
    #expect(oracle.cost.gradients == (2 + 2 + 4) * 3)
  }

  @Test("Lanczos finds the eigenvalues to 1e-6, and eigenvectors; the residual bounds the error of a short run")
  func eigenvalues() {
    let oracle = known.oracle()
    let hessian = HessianProduct(of: surface(oracle), at: oracle.space.zeros())
    let start = Directions.normal(seed: 1, index: 2, in: oracle.space)
    let whole = Lanczos(from: start, steps: 20, wanted: 8, tolerance: 0) { hessian.apply(to: $0, into: $1) }
    #expect(whole.steps == 8)
    for (ritz, exact) in zip(whole.ritz, known.eigenvalues) {
      #expect(abs(ritz.value - exact) < 1e-6 * 9, "\(ritz.value) for \(exact)")
    }
    let first = whole.vector(0)
    for i in 0..<8 {
      let exact = known.reflection[i][0]
      #expect(abs(abs(Double(first[i])) - abs(exact)) < 1e-5)
    }
    let short = Lanczos(from: start, steps: 4, wanted: 4, tolerance: 0) { hessian.apply(to: $0, into: $1) }
    #expect(short.steps == 4)
    for ritz in short.ritz {
      let distance = known.eigenvalues.map { abs($0 - ritz.value) }.min() ?? .infinity
      #expect(distance <= ritz.residual + 1e-6)
    }
    let early = Lanczos(from: start, steps: 20, wanted: 1, tolerance: 0.01) { hessian.apply(to: $0, into: $1) }
    #expect(early.steps < 8 && close(early.ritz[0].value, 9, within: 1e-3))
  }

  @Test("Hutchinson's estimate is exact for a diagonal Hessian, and within its error for any other")
  func trace() {
    let oracle = known.oracle()
    let hessian = HessianProduct(of: surface(oracle), at: oracle.space.zeros())
    let trace = known.eigenvalues.reduce(0, +)
    let estimate = TraceEstimate(of: hessian, vectors: 64, seed: 3, in: oracle.space)
    #expect(abs(estimate.mean - trace) < 4 * estimate.standardError)
    // The variance of one vector is twice the sum of squares off the diagonal.
    let squares = (0..<8).reduce(0) { sum, i in
      sum + (0..<8).reduce(0) { $0 + ($1 == i ? 0 : known.hessian[i][$1] * known.hessian[i][$1]) }
    }
    let expected = (2 * squares / 64).squareRoot()
    #expect(estimate.standardError > 0.6 * expected && estimate.standardError < 1.6 * expected)

    let diagonal = QuadraticOracle(hessian: (0..<8).map { i in (0..<8).map { $0 == i ? known.eigenvalues[i] : 0 } })
    let product = HessianProduct(of: surface(diagonal), at: diagonal.space.zeros())
    let exact = TraceEstimate(of: product, vectors: 3, seed: 3, in: diagonal.space)
    #expect(close(exact.mean, trace, within: 1e-6) && exact.standardError < 1e-5)
  }

  @Test("PSF is rho H g / |g| exactly, and Lemma 1 has both sides as the eigenvectors give them")
  func psf() throws {
    let oracle = known.oracle()
    let w = oracle.space.zeros()
    for i in 0..<8 { w[i] = Float(i % 4) - 1.25 }
    let (surface, gradient) = (surface(oracle), oracle.space.zeros())
    surface.gradient(at: w, into: gradient)
    let before = oracle.cost.gradients
    let probe = try #require(
      PSFProbe(
        of: surface, at: w, gradient: gradient, HessianProduct(of: surface, at: w, step: 0.25), radius: 0.5, radii: 3))
    // In three batches: H g and its step error, four of held ReLUs, three free, seven more Lanczos products.
    #expect(oracle.cost.gradients - before == (2 + 2 + 4 + 3 + 14) * 3)
    let g = known.product((0..<8).map { Double(w[$0]) })
    let length = g.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let psf = known.product(g.map { 0.5 * $0 / length })
    let psfLength = psf.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(close(probe.gradientNorm, length, within: 1e-6) && close(probe.psfNorm, psfLength, within: 1e-5))
    #expect(close(probe.cosine, zip(psf, g).reduce(0) { $0 + $1.0 * $1.1 } / psfLength / length, within: 1e-5))
    for comparison in probe.comparisons { #expect(comparison.error < 1e-4 && comparison.cosine > 1 - 1e-6) }
    #expect(probe.comparisons.map(\.radius) == [0.5, 0.125, 0.03125])
    // Errors of nothing but rounding have no order.
    #expect(probe.order == nil && probe.heldOrder == nil)
    let cosines = (0..<8).map { k in (0..<8).reduce(0) { $0 + known.reflection[$1][k] * g[$1] } / length }
    let bound = zip(known.eigenvalues, cosines).reduce(0) { $0 + 0.5 * abs($1.0 * $1.1) }
    #expect(close(probe.lemmaNorm, psfLength, within: 1e-5) && close(probe.lemmaBound, bound, within: 1e-4))
    #expect(probe.lemmaBound >= probe.lemmaNorm)
  }

  @Test("sharpness is the mean over groups of the rise to each group's own worst point")
  func groups() {
    var centers: [[Double]] = []
    for k in 0..<12 { centers.append((0..<8).map { (p: Int) -> Double in Double((k * 5 + p * 3) % 7) / 7 }) }
    let oracle = known.oracle(centers: centers)
    let w = oracle.space.zeros()
    for m in [1, 4, 5, 12, 128] {
      var expected = 0.0
      for start in stride(from: 0, to: 12, by: m) {
        let group = Array(start..<min(start + m, 12))
        var mean = [Double](repeating: 0, count: 8)
        for p in 0..<8 { for k in group { mean[p] -= centers[k][p] / Double(group.count) } }
        let g = known.product(mean)
        let length = g.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let curvature = zip(g, known.product(g)).reduce(0) { $0 + $1.0 * $1.1 } / length / length
        expected += Double(group.count) / 12 * (0.1 * length + 0.005 * curvature)
      }
      let found = sharpness(
        of: oracle, at: w, on: known.batch, groups: m, radius: 0.1, normalizing: .batch(.freeze))
      #expect(close(found, expected, within: 1e-5), "m = \(m): \(found) for \(expected)")
    }
    // At a minimum there is no direction to go.
    let flat = sharpness(
      of: known.oracle(), at: w, on: known.batch, groups: 4, radius: 0.1, normalizing: .batch(.freeze))
    #expect(flat == 0)
  }

  @Test("curves and maps are the loss along straight lines")
  func curves() {
    let oracle = known.oracle()
    let (w, d, e) = (oracle.space.zeros(), oracle.space.zeros(), oracle.space.zeros())
    (d[0], e[3]) = (1, 2)
    let surface = surface(oracle)
    #expect(positions(5, reach: 2) == [-2, -1, 0, 1, 2])
    let curve = surface.losses(at: w, along: d, [-2, 0, 1])
    for (t, loss) in zip([-2.0, 0, 1], curve) { #expect(close(loss, known.hessian[0][0] * t * t / 2, within: 1e-6)) }
    let map = surface.losses(at: w, along: d, [0, 1], and: e, [0, 1, 2])
    for (k, (s, t)) in [(0.0, 0.0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)].enumerated() {
      let h = known.hessian
      let expected = h[0][0] * s * s / 2 + h[3][3] * 4 * t * t / 2 + h[0][3] * s * 2 * t
      #expect(close(map[k], expected, within: 1e-6))
    }
    // Known losses are taken as they are, and cost nothing.
    let before = oracle.cost.forwardExamples
    #expect(surface.losses(at: w, along: d, [-2, 0, 1]) { $0 == 0 ? 7 : nil } == [curve[0], 7, curve[2]])
    let partial = surface.losses(at: w, along: d, [0, 1], and: e, [0, 1, 2]) { s, t in s == 0 || t == 0 ? s + t : nil }
    #expect(partial == [0, 1, 2, 1, map[4], map[5]])
    #expect(oracle.cost.forwardExamples - before == 4 * 12)
  }

  @Test("a zero gradient leaves nothing to say of PSF") func minimum() {
    let oracle = known.oracle()
    let surface = surface(oracle)
    let w = oracle.space.zeros()
    let gradient = oracle.space.zeros()
    #expect(surface.gradient(at: w, into: gradient) == 0)
    #expect(PSFProbe(of: surface, at: w, gradient: gradient, HessianProduct(of: surface, at: w), radius: 0.1) == nil)
  }
}

@Suite("Eigenvalues of small matrices")
struct SymmetricEigenvalueTests {
  @Test("of matrices whose eigenvalues are known, in descending order, with vectors of length 1")
  func known() {
    #expect(symmetricEigenpairs([]).isEmpty)
    #expect(symmetricEigenpairs([[3]])[0].value == 3)
    // The second difference: 2 - 2 cos(k pi / (n + 1)).
    let n = 9
    let matrix = (0..<n).map { i in (0..<n).map { i == $0 ? 2.0 : abs(i - $0) == 1 ? -1 : 0 } }
    let pairs = symmetricEigenpairs(matrix)
    for (k, pair) in pairs.enumerated() {
      #expect(abs(pair.value - (2 + 2 * cosine(Double(k + 1) * .pi / Double(n + 1)))) < 1e-12)
      #expect(abs(pair.vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
      for i in 0..<n {
        #expect(abs(zip(matrix[i], pair.vector).reduce(0) { $0 + $1.0 * $1.1 } - pair.value * pair.vector[i]) < 1e-12)
      }
    }
  }
}
