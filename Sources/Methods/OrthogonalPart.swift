import Configuration
import Tensors

/// gV, the part of gS orthogonal to g: LookSAM's and AE-LookSAM's memory.
struct OrthogonalPart {
  /// The PSF of a `SAMGradient`, overwritten by gV.
  private let vector: Vector
  /// Norm of gV; 0 before the first projection.
  private(set) var norm = 0.0

  init(_ psf: Vector) { vector = psf }

  /// Turns the PSF h = gS - g into gV.
  ///
  /// gS and h differ by g, so their parts orthogonal to g are the same; starting from the short vector loses fewer
  /// digits. With k = <h, g> / norm(g)^2 and g = gS - h:
  ///
  ///     gV = h - k * g = (1 + k) * h - k * gS
  ///
  /// A zero or non-finite g has no direction to remove.
  mutating func project(gS: Vector, gNorm: Double) {
    if gNorm > 0 && gNorm.isFinite {
      let k = (vector.dot(gS) - vector.dot(vector)) / (gNorm * gNorm)
      vector.assign(Float(1 + k) * vector + Float(-k) * gS)
    }
    norm = Tensors.norm(vector)
  }

  /// d = g + alpha * norm(g) / (norm(gV) + 1e-12) * gV; d = g before the first projection.
  func add(to d: Vector, alpha: Double, gNorm: Double) {
    let factor = Float(alpha * gNorm / (norm + 1e-12))
    if norm > 0 && factor > 0 { d.assign(d + factor * vector) }
  }

  mutating func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.vector("orthogonal", vector)
    try visitor.value("orthogonalNorm", &norm)
  }

  static let trace = TraceDeclaration(
    "l2_orthogonal", unit: "1", "Euclidean norm of the part of gS orthogonal to g; recorded where it was computed")
}

extension Setting {
  static let orthogonalGain = Setting(
    "alpha", .number(0...10), default: 0.7, "length of the reused part in units of norm(g), alpha of LookSAM",
    from: .code("rollovd/LookSAM looksam.py default; the paper gives none, and 0.3 is worth a second run"))
}
