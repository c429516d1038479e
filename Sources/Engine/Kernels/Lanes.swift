import COpenBLAS

/// Sixteen neighboring channels of one pixel. Every kernel walks over channels in groups of this width; the last group
/// of a channel count that is no multiple of 16 computes unused lanes and stores only the valid ones.
package typealias Lanes = SIMD16<Float>

enum Registers {
  /// Whether there are 32 registers of 512 bits; otherwise there are sixteen of 256.
  @inline(__always)
  static var have512Bits: Bool { HAS_512_BIT_REGISTERS == 1 }
}

package typealias Floats = UnsafePointer<Float>
package typealias MutableFloats = UnsafeMutablePointer<Float>

/// Floats that every activation, parameter-like table and scratch buffer must own beyond its last value, because the
/// last group of channels is loaded whole.
package let loadSlack = 16

extension Int {
  /// The next multiple of a group of channels.
  package var paddedToLanes: Int { (self + 15) & ~15 }
}

@inline(__always)
func load(_ p: Floats) -> Lanes { UnsafeRawPointer(p).loadUnaligned(as: Lanes.self) }

@inline(__always)
func load(_ p: MutableFloats) -> Lanes { UnsafeRawPointer(p).loadUnaligned(as: Lanes.self) }

/// Loads the first `valid` lanes, 1 ... 16, and sets the others to zero: weights and their gradients have no slack after
/// their last value.
@inline(__always)
func load(_ p: Floats, valid: Int) -> Lanes { valid >= 16 ? load(p) : loadSome(p, valid: valid) }

@inline(never)
private func loadSome(_ p: Floats, valid: Int) -> Lanes {
  var v = Lanes.zero
  for lane in 0..<valid { v[lane] = p[lane] }
  return v
}

@inline(__always)
func store(_ v: Lanes, to p: MutableFloats) { UnsafeMutableRawPointer(p).storeBytes(of: v, as: Lanes.self) }

@inline(__always)
func store(_ v: Lanes, to p: MutableFloats, valid: Int) {
  if valid >= 16 { return store(v, to: p) }
  storeSome(v, to: p, valid: valid)
}

@inline(never)
private func storeSome(_ v: Lanes, to p: MutableFloats, valid: Int) {
  withUnsafeBytes(of: v) { bytes in
    UnsafeMutableRawPointer(p).copyMemory(from: bytes.baseAddress!, byteCount: valid * MemoryLayout<Float>.stride)
  }
}

/// max(v, 0) lane by lane; NaN stays NaN, so that a diverged run is noticed.
@inline(__always)
func rectified(_ v: Lanes) -> Lanes { v.replacing(with: 0, where: v .< 0) }
