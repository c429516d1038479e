/// Settings of a probe. The defaults take about 380 gradients over all examples.
package struct ProbeSettings: Hashable, Sendable {
  /// rho: the radius for sharpness and PSF.
  package var radius: Double
  /// Examples per batch.
  package var batchSize: Int
  /// Maximum of Lanczos steps, and random vectors for the trace; each takes two gradients over all examples.
  package var lanczosSteps = 24
  package var traceVectors = 12
  /// h of the central differences; nil for the step at which they agree best.
  package var step: Double?
  /// Values of m for the sharpness.
  package var groups = [1, 8, 64, 128]
  /// Points of a curve, and of each side of the map; odd.
  package var curvePoints = 21
  package var mapPoints = 9
  /// Seed of vectors, directions and images: not the run's, so that two runs are probed alike.
  package var seed: UInt64 = 1

  package init(radius: Double, batchSize: Int) { (self.radius, self.batchSize) = (radius, batchSize) }
}
