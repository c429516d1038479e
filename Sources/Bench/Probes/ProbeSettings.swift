import Configuration
import Methods

/// Settings of a probe. `docs/probes.md` has the cost of the defaults.
package struct ProbeSettings: Hashable, Sendable {
  /// rho: the radius for sharpness and PSF.
  package var radius: Double
  /// Examples per batch.
  package var batchSize: Int
  /// Maximum of Lanczos steps, and random vectors for the trace; each takes two gradients over all examples.
  package var lanczosSteps = 20
  package var traceVectors = 8
  /// h of the central differences; nil for the step at which they agree best.
  package var step: Double?
  /// Values of m for the sharpness.
  package var groups = [1, 8, 64, 128]
  /// Points of a curve, and of each side of the map; odd. If the points of a side are points of a curve, as they are by
  /// default, the map takes its middle row and column from the curves.
  package var curvePoints = 13
  package var mapPoints = 7
  /// Seed of vectors, directions and images: not the run's, so that two runs are probed alike.
  package var seed: UInt64 = 1

  package init(radius: Double, batchSize: Int) { (self.radius, self.batchSize) = (radius, batchSize) }

  /// The radius for a run: that of its method, or SAM's default for a method without one or with 0, which is SGD.
  ///
  /// - Parameter rho: the setting of the method, nil if it has none.
  package static func radius(_ rho: Value?) -> Double {
    if let rho = rho?.double, rho > 0 { return rho }
    return SAM.rho.content
  }
}
