import Core

/// Random directions in parameter space. Each depends on seed and index only, not on the number of threads.
package enum Directions {
  /// Independent elements of +1 and -1.
  package static func rademacher(seed: UInt64, index: Int, in space: ParameterSpace) -> Vector {
    let v = space.zeros()
    v.forEachBlock { range in
      var stream = RandomStream(seed: seed, purpose: .probes, epoch: 1 + range.lowerBound, index: index)
      var bits: UInt64 = 0
      for (k, i) in range.enumerated() {
        if k % 64 == 0 { bits = stream.next() }
        v.elements[i] = bits & 1 == 1 ? 1 : -1
        bits >>= 1
      }
    }
    return v
  }

  /// Independent normal elements.
  package static func normal(seed: UInt64, index: Int, in space: ParameterSpace) -> Vector {
    let v = space.zeros()
    v.forEachBlock { range in
      // Other streams than those of the signs.
      var stream = RandomStream(seed: seed, purpose: .probes, epoch: 1 + range.lowerBound, index: (1 << 20) + index)
      for i in range { v.elements[i] = Float(stream.normal()) }
    }
    return v
  }

  /// A normal direction whose filters have the norms of the filters of `w`, which makes a unit step comparable between
  /// networks of different scale: Li et al. 2018, section 4. A filter is the weights of one output channel. Scales,
  /// offsets and biases are zero.
  package static func filterNormalized(like w: Vector, seed: UInt64, index: Int, in space: ParameterSpace) -> Vector {
    let d = normal(seed: seed, index: index, in: space)
    for entry in space.layout.entries {
      guard let filters = entry.role.filters else {
        for i in entry.range { d[i] = 0 }
        continue
      }
      // Output channels are innermost.
      var (own, wanted) = ([Double](repeating: 0, count: filters), [Double](repeating: 0, count: filters))
      for (k, i) in entry.range.enumerated() {
        own[k % filters] += Double(d[i]) * Double(d[i])
        wanted[k % filters] += Double(w[i]) * Double(w[i])
      }
      let factors = zip(own, wanted).map { $0 > 0 ? Float(($1 / $0).squareRoot()) : 0 }
      for (k, i) in entry.range.enumerated() { d[i] *= factors[k % filters] }
    }
    return d
  }
}

extension ParameterEntry.Role {
  /// Number of filters; nil for a tensor without filters.
  fileprivate var filters: Int? {
    switch self {
    case .convolution(_, _, let output), .linear(_, let output): output
    case .depthwise(_, let channels): channels
    case .scale, .offset, .bias, .stepSize: nil
    }
  }
}
