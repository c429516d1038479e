import Core

extension LossSurface {
  /// L(w + t * d) at every t, `[T]`; one forward pass over all examples each.
  ///
  /// - Parameter known: the losses that need no pass; nil for all others.
  package func losses(
    at w: Vector, along d: Vector, _ positions: [Double], known: (Double) -> Double? = { _ in nil }
  ) -> [Double] {
    let point = oracle.space.zeros()
    return positions.map { t in
      if let loss = known(t) { return loss }
      point.assign(w + Float(t) * d)
      return loss(at: point)
    }
  }

  /// L(w + s * d + t * e) at every s and t, `[S, T]`: Li et al. 2018, section 3.
  package func losses(
    at w: Vector, along d: Vector, _ rows: [Double], and e: Vector, _ columns: [Double],
    known: (Double, Double) -> Double? = { _, _ in nil }
  ) -> [Double] {
    let start = oracle.space.zeros()
    return rows.flatMap { s -> [Double] in
      start.assign(w + Float(s) * d)
      return losses(at: start, along: e, columns) { known(s, $0) }
    }
  }
}

/// Equidistant positions from `-reach` to `reach`; with an odd count, the middle one is 0.
func positions(_ count: Int, reach: Double) -> [Double] {
  (0..<count).map { reach * (2 * Double($0) / Double(count - 1) - 1) }
}
