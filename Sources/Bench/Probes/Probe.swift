import Core
import Methods
import Records
import Training

/// All measurements of the loss around given weights, from the losses and gradients of an oracle. Bits do not depend on
/// the number of threads.
package final class Probe {
  private let oracle: any EvaluationOracle
  private let w: Vector
  private let examples: Batch
  private let settings: ProbeSettings
  private let progress: (String) -> Void
  /// Largest Lanczos residual of the first five eigenvalues, relative to the largest. Their errors are about its square.
  private static let tolerance = 0.02

  /// - Parameters:
  ///   - examples: without augmentation; their memory must outlive the probe.
  ///   - progress: receives the name of each part as it starts.
  package init(
    _ oracle: any EvaluationOracle, at w: Vector, on examples: Batch, _ settings: ProbeSettings,
    progress: @escaping (String) -> Void = { _ in }
  ) {
    (self.oracle, self.w, self.examples, self.settings, self.progress) = (oracle, w, examples, settings, progress)
  }

  package func values(_ mode: ProbeMode) -> [ProbeValue] {
    let place = Place(self, mode)
    var values = curvature(place, isComplete: true)
    progress("\(mode): sharpness")
    values += sharpness(place)
    progress("\(mode): PSF")
    let psf = PSFProbe(of: place.surface, at: w, gradient: place.g, place.hessian, radius: settings.radius)
    if let psf { values += psf.values(mode) }
    progress("\(mode): curves")
    return values + curves(place, psf)
  }

  /// Eigenvalues, trace, sharpness and the size and direction of PSF in one mode; as in `values`.
  package func summary(_ mode: ProbeMode) -> [ProbeValue] {
    let place = Place(self, mode)
    return curvature(place, isComplete: false) + sharpness(place) + psf(place)
  }

  /// The loss in one mode, with what all measurements need of it.
  private struct Place {
    let mode: ProbeMode
    let normalizing: Normalization
    let surface: LossSurface
    /// Loss and gradient at w.
    let loss: Double
    let g: Vector
    let hessian: HessianProduct

    init(_ probe: Probe, _ mode: ProbeMode) {
      let (oracle, settings, w) = (probe.oracle, probe.settings, probe.w)
      normalizing = mode == .evaluation ? .running(oracle.statistics) : .batch(.freeze)
      surface = LossSurface(oracle, on: probe.examples, batches: settings.batchSize, normalizing: normalizing)
      probe.progress("\(mode): step")
      g = oracle.space.zeros()
      loss = surface.gradient(at: w, into: g)
      let length = norm(g)
      // The gradient is near the eigenvectors of the largest eigenvalues; at a minimum, a random direction must do.
      let direction =
        length > 0 && length.isFinite ? g : Directions.normal(seed: settings.seed, index: 2, in: oracle.space)
      hessian = HessianProduct(
        of: surface, at: w, step: settings.step ?? HessianProduct.step(of: surface, at: w, along: direction))
      self.mode = mode
    }
  }

  /// Eigenvalues and trace.
  private func curvature(_ place: Place, isComplete: Bool) -> [ProbeValue] {
    let mode = place.mode
    progress("\(mode): eigenvalues")
    var values = spectrum(place.hessian, mode, isComplete: isComplete)
    if isComplete {
      values.insert(
        ProbeValue("difference_step", mode, unit: "1", "step of the central differences", place.hessian.step), at: 0)
    }
    progress("\(mode): trace")
    let trace = TraceEstimate(of: place.hessian, vectors: settings.traceVectors, seed: settings.seed, in: oracle.space)
    values += [
      ProbeValue("trace", mode, unit: "nat", "trace of the Hessian, estimated by Hutchinson's method", trace.mean),
      ProbeValue("trace_standard_error", mode, unit: "nat", "standard error of the trace", trace.standardError),
    ]
    if isComplete {
      values.append(
        ProbeValue("trace_vectors", mode, unit: "1", "random vectors for the trace", Double(trace.vectors)))
    }
    return values
  }

  private func spectrum(_ hessian: HessianProduct, _ mode: ProbeMode, isComplete: Bool) -> [ProbeValue] {
    let start = Directions.normal(seed: settings.seed, index: 2, in: oracle.space)
    let lanczos = Lanczos(from: start, steps: settings.lanczosSteps, wanted: 5, tolerance: Probe.tolerance) {
      hessian.apply(to: $0, into: $1)
    }
    var values: [ProbeValue] = []
    for (place, name) in [(0, "lambda_max"), (4, "lambda_5")] where place < lanczos.ritz.count {
      let which = place == 0 ? "largest" : "fifth largest"
      values += [
        ProbeValue(name, mode, unit: "nat", "\(which) eigenvalue of the Hessian", lanczos.ritz[place].value),
        ProbeValue(
          "\(name)_residual", mode, unit: "nat", "an eigenvalue lies within this distance of \(name)",
          lanczos.ritz[place].residual),
      ]
    }
    guard isComplete else { return values }
    return values + [
      ProbeValue(
        "lambda_min", mode, unit: "nat", "lowest eigenvalue found, an upper bound of the lowest one",
        lanczos.ritz.last?.value ?? .nan),
      ProbeValue("lanczos_steps", mode, unit: "1", "Lanczos steps", Double(lanczos.steps)),
      ProbeValue(
        "difference_error", mode, unit: "1",
        "relative change of the Hessian-vector product along the first eigenvector if the step is halved",
        hessian.stepError(along: lanczos.vector(0))),
      ProbeValue(
        "eigenvalues", mode, unit: "nat", "all Lanczos eigenvalues in descending order",
        lanczos.ritz.map(\.value)),
    ]
  }

  /// m = 1 is omitted with batch statistics: nothing is trained on batches of one example.
  private func sharpness(_ place: Place) -> [ProbeValue] {
    let groups = settings.groups.filter { $0 <= examples.count && (place.mode == .evaluation || $0 > 1) }
    return groups.map { m in
      let rise = Probes.sharpness(
        of: oracle, at: w, on: examples, groups: m, radius: settings.radius, normalizing: place.normalizing)
      return ProbeValue(
        "sharpness_\(m)", place.mode, unit: "nat", "m-sharpness at rho, m = \(m)", rise)
    }
  }

  /// PSF at rho; empty where the gradient or PSF is zero or not finite.
  private func psf(_ place: Place) -> [ProbeValue] {
    let (length, psf, point) = (norm(place.g), oracle.space.zeros(), oracle.space.zeros())
    // Rounded as in PSFProbe: both give the same bits.
    guard length > 0, length.isFinite else { return [] }
    psf.assign(Float(1 / length) * place.g)
    point.assign(w + Float(settings.radius) * psf)
    place.surface.gradient(at: point, into: psf)
    psf.assign(psf - place.g)
    let psfLength = norm(psf)
    guard psfLength > 0, psfLength.isFinite else { return [] }
    return ProbeValue.psf(
      place.mode, norm: psfLength, gradientNorm: length, cosine: psf.dot(place.g) / (psfLength * length))
  }

  private func curves(_ place: Place, _ psf: PSFProbe?) -> [ProbeValue] {
    let (mode, surface) = (place.mode, place.surface)
    let distances = positions(settings.curvePoints, reach: 4 * settings.radius)
    let scales = positions(settings.curvePoints, reach: 1)
    let random = (0..<2).map {
      Directions.filterNormalized(like: w, seed: settings.seed, index: $0, in: oracle.space)
    }
    func curve(_ name: String, _ longName: String, along d: Vector, _ positions: [Double]) -> ProbeValue {
      ProbeValue(
        name, mode, unit: "nat", longName,
        surface.losses(at: w, along: d, positions) { $0 == 0 ? place.loss : nil })
    }
    var values: [ProbeValue] = []
    if let psf {
      values += [
        ProbeValue(
          "curve_distance", mode, unit: "1", "distance from w, axis of curve_gradient and curve_psf", distances),
        curve("curve_gradient", "loss along the gradient", along: psf.gradientDirection, distances),
        curve("curve_psf", "loss along PSF", along: psf.psfDirection, distances),
      ]
    }
    values.append(
      ProbeValue("curve_scale", mode, unit: "1", "multiple of the random direction, axis of its curves", scales))
    let curves = random.enumerated().map { k, direction in
      curve(
        "curve_random_\(k + 1)", "loss along filter-normalized random direction \(k + 1)", along: direction, scales)
    }
    values += curves
    // In evaluation mode only, as in Li et al. 2018.
    guard mode == .evaluation else { return values }
    progress("\(mode): map")
    let (side, count) = (positions(settings.mapPoints, reach: 1), settings.mapPoints)
    let axes = curves.map { Dictionary(uniqueKeysWithValues: zip(scales, $0.values)) }
    let losses = surface.losses(at: w, along: random[0], side, and: random[1], side) { s, t in
      t == 0 ? axes[0][s] : s == 0 ? axes[1][t] : nil
    }
    return values + [
      ProbeValue("map_scale", mode, unit: "1", "multiples of the random directions, axis of rows and columns", side),
      ProbeValue(
        "map", mode, unit: "nat", "loss over random direction 1 (rows) and 2 (columns)", shape: [count, count],
        losses),
    ]
  }
}

extension ProbeValue {
  fileprivate static func psf(
    _ mode: ProbeMode, norm: Double, gradientNorm: Double, cosine: Double
  ) -> [ProbeValue] {
    [
      ProbeValue("gradient_norm", mode, unit: "1", "Euclidean norm of the gradient g", gradientNorm),
      ProbeValue("psf_norm", mode, unit: "1", "Euclidean norm of PSF at rho", norm),
      ProbeValue("psf_ratio", mode, unit: "1", "norm of PSF relative to that of g", norm / gradientNorm),
      ProbeValue("psf_cosine", mode, unit: "1", "cosine between PSF and g", cosine),
    ]
  }
}

extension PSFProbe {
  fileprivate func values(_ mode: ProbeMode) -> [ProbeValue] {
    ProbeValue.psf(mode, norm: psfNorm, gradientNorm: gradientNorm, cosine: cosine) + [
      ProbeValue(
        "eq6_error", mode, unit: "1", "difference between PSF at rho and rho H g / |g|, relative to the latter",
        comparisons[0].error),
      ProbeValue(
        "eq6_cosine", mode, unit: "1", "cosine between PSF at rho and H g", comparisons[0].cosine),
      ProbeValue(
        "eq6_order", mode, unit: "1",
        "power of the radius to which eq6_error is proportional over the readable radii; 1 by Eq. 6", order ?? .nan),
      ProbeValue(
        "eq6_held_error", mode, unit: "1", "eq6_error if all ReLUs stay on their sides", comparisons[0].heldError),
      ProbeValue(
        "eq6_held_order", mode, unit: "1", "eq6_order if all ReLUs stay on their sides; 1 for a smooth loss",
        heldOrder ?? .nan),
      ProbeValue(
        "eq6_readable", mode, unit: "1", "radii from which the orders are read",
        Double(comparisons.count { $0.isReadable })),
      ProbeValue("lemma1_norm", mode, unit: "1", "left side of Lemma 1: norm of rho H g / |g|", lemmaNorm),
      ProbeValue(
        "lemma1_bound", mode, unit: "1", "right side of Lemma 1, from Lanczos eigenpairs",
        lemmaBound),
      ProbeValue("eq6_radius", mode, unit: "1", "radii, axis of eq6_errors", comparisons.map(\.radius)),
      ProbeValue(
        "eq6_errors", mode, unit: "1", "eq6_error at every radius",
        comparisons.map(\.error)),
      ProbeValue(
        "eq6_held_errors", mode, unit: "1", "eq6_held_error at every radius",
        comparisons.map(\.heldError)),
    ]
  }
}
