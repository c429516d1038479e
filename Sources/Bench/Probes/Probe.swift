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

  /// - Parameters:
  ///   - examples: without augmentation; their memory must outlive the probe.
  ///   - progress: receives the name of each part as it starts.
  package init(
    _ oracle: any EvaluationOracle, at w: Vector, on examples: Batch, _ settings: ProbeSettings,
    progress: @escaping (String) -> Void = { _ in }
  ) {
    (self.oracle, self.w, self.examples, self.settings, self.progress) = (oracle, w, examples, settings, progress)
  }

  /// All values in one mode.
  package func values(_ mode: ProbeMode) -> [ProbeValue] {
    let normalizing: Normalization = mode == .evaluation ? .running(oracle.statistics) : .batch(.freeze)
    let surface = LossSurface(oracle, on: examples, batches: settings.batchSize, normalizing: normalizing)
    progress("\(mode): step")
    let hessian = HessianProduct(of: surface, at: w, step: settings.step ?? step(of: surface))
    progress("\(mode): eigenvalues")
    var values = [
      ProbeValue("difference_step", mode, unit: "1", "step of the central differences", hessian.step)
    ]
    values += spectrum(hessian, mode)
    progress("\(mode): trace")
    let trace = TraceEstimate(of: hessian, vectors: settings.traceVectors, seed: settings.seed, in: oracle.space)
    values += [
      ProbeValue("trace", mode, unit: "nat", "trace of the Hessian, estimated by Hutchinson's method", trace.mean),
      ProbeValue(
        "trace_standard_error", mode, unit: "nat", "standard error of the trace",
        trace.standardError),
      ProbeValue("trace_vectors", mode, unit: "1", "random vectors for the trace", Double(trace.vectors)),
    ]
    progress("\(mode): sharpness")
    values += sharpness(normalizing, mode)
    progress("\(mode): PSF")
    let psf = PSFProbe(of: surface, at: w, hessian, radius: settings.radius)
    if let psf { values += psf.values(mode) }
    progress("\(mode): curves")
    return values + curves(surface, psf, mode)
  }

  /// The step for the direction of the gradient, which is near the eigenvectors of the largest eigenvalues, or for a
  /// random direction at a minimum.
  private func step(of surface: LossSurface) -> Double {
    let g = oracle.space.zeros()
    surface.gradient(at: w, into: g)
    let length = norm(g)
    return HessianProduct.step(
      of: surface, at: w,
      along: length > 0 && length.isFinite ? g : Directions.normal(seed: settings.seed, index: 2, in: oracle.space))
  }

  private func spectrum(_ hessian: HessianProduct, _ mode: ProbeMode) -> [ProbeValue] {
    let start = Directions.normal(seed: settings.seed, index: 2, in: oracle.space)
    let lanczos = Lanczos(from: start, steps: settings.lanczosSteps, wanted: 5, tolerance: 0.01) {
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
  private func sharpness(_ normalizing: Normalization, _ mode: ProbeMode) -> [ProbeValue] {
    let groups = settings.groups.filter { $0 <= examples.count && (mode == .evaluation || $0 > 1) }
    return groups.map { m in
      let rise = Probes.sharpness(
        of: oracle, at: w, on: examples, groups: m, radius: settings.radius, normalizing: normalizing)
      return ProbeValue(
        "sharpness_\(m)", mode, unit: "nat", "m-sharpness at rho, m = \(m)", rise)
    }
  }

  private func curves(_ surface: LossSurface, _ psf: PSFProbe?, _ mode: ProbeMode) -> [ProbeValue] {
    let distances = positions(settings.curvePoints, reach: 4 * settings.radius)
    let scales = positions(settings.curvePoints, reach: 1)
    let random = (0..<2).map {
      Directions.filterNormalized(like: w, seed: settings.seed, index: $0, in: oracle.space)
    }
    var values: [ProbeValue] = []
    if let psf {
      values += [
        ProbeValue(
          "curve_distance", mode, unit: "1", "distance from w, axis of curve_gradient and curve_psf", distances),
        ProbeValue(
          "curve_gradient", mode, unit: "nat", "loss along the gradient",
          surface.losses(at: w, along: psf.gradientDirection, distances)),
        ProbeValue(
          "curve_psf", mode, unit: "nat", "loss along PSF", surface.losses(at: w, along: psf.psfDirection, distances)),
      ]
    }
    values.append(
      ProbeValue("curve_scale", mode, unit: "1", "multiple of the random direction, axis of its curves", scales))
    for (k, direction) in random.enumerated() {
      values.append(
        ProbeValue(
          "curve_random_\(k + 1)", mode, unit: "nat", "loss along filter-normalized random direction \(k + 1)",
          surface.losses(at: w, along: direction, scales)))
    }
    // In evaluation mode only, as in Li et al. 2018.
    guard mode == .evaluation else { return values }
    progress("\(mode): map")
    let (side, count) = (positions(settings.mapPoints, reach: 1), settings.mapPoints)
    return values + [
      ProbeValue("map_scale", mode, unit: "1", "multiples of the random directions, axis of rows and columns", side),
      ProbeValue(
        "map", mode, unit: "nat", "loss over random direction 1 (rows) and 2 (columns)", shape: [count, count],
        surface.losses(at: w, along: random[0], side, and: random[1], side)),
    ]
  }
}

extension PSFProbe {
  fileprivate func values(_ mode: ProbeMode) -> [ProbeValue] {
    [
      ProbeValue("gradient_norm", mode, unit: "1", "Euclidean norm of the gradient g", gradientNorm),
      ProbeValue("psf_norm", mode, unit: "1", "Euclidean norm of PSF at rho", psfNorm),
      ProbeValue("psf_ratio", mode, unit: "1", "norm of PSF relative to that of g", psfNorm / gradientNorm),
      ProbeValue("psf_cosine", mode, unit: "1", "cosine between PSF and g", cosine),
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
