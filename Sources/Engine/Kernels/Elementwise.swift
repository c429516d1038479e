import Core

/// y = max(x, 0), `count` values; y may be x.
package func reluForward(_ x: Floats, count: Int, into y: MutableFloats, pool: WorkerPool) {
  forEachSpan(count, pool: pool) { range in for i in range { y[i] = x[i] < 0 ? 0 : x[i] } }
}

/// dx = dy where y > 0, else 0; or added to dx.
package func reluBackward(
  _ dy: Floats, y: Floats, count: Int, into dx: MutableFloats, adding: Bool, pool: WorkerPool
) {
  if adding {
    forEachSpan(count, pool: pool) { range in for i in range { dx[i] += y[i] > 0 ? dy[i] : 0 } }
  } else {
    forEachSpan(count, pool: pool) { range in for i in range { dx[i] = y[i] > 0 ? dy[i] : 0 } }
  }
}

/// Calls `body` with spans of 32 Ki values that cover 0 ..< count, in parallel.
@inline(__always)
func forEachSpan(_ count: Int, pool: WorkerPool, _ body: (Range<Int>) -> Void) {
  pool.run(over: count, by: 32 << 10) { range, _ in body(range) }
}

/// y = x + r, where r has at most as many channels as x; missing channels count as zero (PyramidNet's shortcut).
package func addPadded(
  _ x: Floats, _ r: Floats, rows: Int, channels: Int, residualChannels: Int, into y: MutableFloats, pool: WorkerPool
) {
  let units = RowUnits(rows: rows, channels: channels)
  pool.run(units: units.count) { unit, _ in
    for row in units.range(unit) {
      let (p, q, s) = (x + row * channels, r + row * residualChannels, y + row * channels)
      for c in 0..<residualChannels { s[c] = p[c] + q[c] }
      for c in residualChannels..<channels { s[c] = p[c] }
    }
  }
}

/// dr = the first channels of dy, or added to dr: the backward pass of a zero-padded shortcut.
package func leadingChannels(
  _ dy: Floats, rows: Int, channels: Int, residualChannels: Int, into dr: MutableFloats, adding: Bool, pool: WorkerPool
) {
  let units = RowUnits(rows: rows, channels: channels)
  pool.run(units: units.count) { unit, _ in
    for row in units.range(unit) {
      let (p, q) = (dy + row * channels, dr + row * residualChannels)
      if adding {
        for c in 0..<residualChannels { q[c] += p[c] }
      } else {
        q.update(from: p, count: residualChannels)
      }
    }
  }
}

/// gates = 1 where x > 0, else 0.
package func signs(_ x: Floats, count: Int, into gates: UnsafeMutablePointer<UInt8>, pool: WorkerPool) {
  forEachSpan(count, pool: pool) { range in for i in range { gates[i] = x[i] > 0 ? 1 : 0 } }
}

/// y = x where the gate is 1, else 0; or added to y. y may be x.
package func gate(
  _ x: Floats, _ gates: UnsafePointer<UInt8>, count: Int, into y: MutableFloats, adding: Bool, pool: WorkerPool
) {
  if adding {
    forEachSpan(count, pool: pool) { range in for i in range { y[i] += gates[i] == 1 ? x[i] : 0 } }
  } else {
    forEachSpan(count, pool: pool) { range in for i in range { y[i] = gates[i] == 1 ? x[i] : 0 } }
  }
}
