import Core

/// A depthwise 3x3 convolution without bias, padding 1: x `[N, H * W, C]` -> y `[N, outHeight * outWidth, C]`, weight
/// `[3, 3, C]`.
///
/// Two output rows are computed at a time, so that each input row is loaded for both; the nine filter taps for a
/// register of channels stay in registers. Work is divided by images and sums have a fixed order: the bits depend
/// neither on the number of workers nor on the width of the registers.
package struct DepthwiseConvolution: ConvolutionKernel {
  package let height: Int
  package let width: Int
  /// C.
  package let channels: Int
  /// 1 or 2.
  package let stride: Int

  package init(height: Int, width: Int, channels: Int, stride: Int) {
    precondition(stride == 1 || stride == 2, "DepthwiseConvolution: stride 1 or 2, not \(stride)")
    self.height = height
    self.width = width
    self.channels = channels
    self.stride = stride
  }

  package var outHeight: Int { (height - 1) / stride + 1 }
  package var outWidth: Int { (width - 1) / stride + 1 }
  package var weightCount: Int { 9 * channels }
  package var multiplyAdds: Int { outHeight * outWidth * weightCount }

  private var plane: Int { height * width * channels }
  private var outPlane: Int { outHeight * outWidth * channels }
  /// Floats of the filter table: nine taps for all channels.
  private var table: Int { 9 * channels.paddedToLanes }
  /// Floats of a row of x, the widest row in use.
  private var row: Int { width * channels + loadSlack }
  /// Number of units of the weight gradient, each a partial sum over whole images.
  private func parts(_ batch: Int) -> Int { Swift.min(batch, 32) }

  /// Shared: the filters, a row of zeros, and partial sums. Per worker: a row whose contents are never read.
  package func scratch(batch: Int) -> ScratchNeed {
    ScratchNeed(shared: table + row.paddedToLanes + parts(batch) * table, perWorker: row)
  }

  package func forward(
    _ x: Floats, weight w: Floats, batch: Int, residual: Floats? = nil, into y: MutableFloats, scratch: Scratch,
    pool: WorkerPool
  ) {
    precondition(residual == nil, "DepthwiseConvolution: cannot add a residual")
    if Registers.have512Bits {
      forward(SIMD16<Float>.self, x, weight: w, batch: batch, into: y, scratch: scratch, pool: pool)
    } else {
      forward(SIMD8<Float>.self, x, weight: w, batch: batch, into: y, scratch: scratch, pool: pool)
    }
  }

  @inline(__always)
  func forward<Group: ChannelGroup>(
    _: Group.Type, _ x: Floats, weight w: Floats, batch: Int, into y: MutableFloats, scratch: Scratch, pool: WorkerPool
  ) {
    let memory = prepare(w, isFlipped: false, group: Group.scalarCount, scratch)
    pool.run(units: batch) { n, worker in
      let spare = scratch.own(worker)
      let (source, out) = (x + n * plane, y + n * outPlane)
      if stride == 1 {
        correlate(Group.self, source, memory, stride: 1, into: out, adding: false, spare: spare)
      } else {
        correlate(Group.self, source, memory, stride: 2, into: out, adding: false, spare: spare)
      }
    }
  }

  package func inputGradient(
    _ dy: Floats, weight w: Floats, batch: Int, into dx: MutableFloats, adding: Bool, scratch: Scratch, pool: WorkerPool
  ) {
    if Registers.have512Bits {
      inputGradient(
        SIMD16<Float>.self, dy, weight: w, batch: batch, into: dx, adding: adding, scratch: scratch, pool: pool)
    } else {
      inputGradient(
        SIMD8<Float>.self, dy, weight: w, batch: batch, into: dx, adding: adding, scratch: scratch, pool: pool)
    }
  }

  @inline(__always)
  func inputGradient<Group: ChannelGroup>(
    _: Group.Type, _ dy: Floats, weight w: Floats, batch: Int, into dx: MutableFloats, adding: Bool, scratch: Scratch,
    pool: WorkerPool
  ) {
    let memory = prepare(w, isFlipped: stride == 1, group: Group.scalarCount, scratch)
    pool.run(units: batch) { n, worker in
      let (source, out) = (dy + n * outPlane, dx + n * plane)
      if stride == 1 {
        // Padding 1 and stride 1: the transpose is the convolution with the filters rotated by 180 degrees.
        correlate(Group.self, source, memory, stride: 1, into: out, adding: adding, spare: scratch.own(worker))
      } else {
        spread(Group.self, source, memory, into: out, adding: adding, spare: scratch.own(worker))
      }
    }
  }

  /// dw = the weight gradient, overwritten. Up to 64 pixels are summed in registers, these sums in single precision
  /// over a few images, and everything above in double.
  package func weightGradient(
    _ dy: Floats, x: Floats, batch: Int, into dw: MutableFloats, scratch: Scratch, pool: WorkerPool
  ) {
    if Registers.have512Bits {
      weightGradient(SIMD16<Float>.self, dy, x: x, batch: batch, into: dw, scratch: scratch, pool: pool)
    } else {
      weightGradient(SIMD8<Float>.self, dy, x: x, batch: batch, into: dw, scratch: scratch, pool: pool)
    }
  }

  @inline(__always)
  func weightGradient<Group: ChannelGroup>(
    _: Group.Type, _ dy: Floats, x: Floats, batch: Int, into dw: MutableFloats, scratch: Scratch, pool: WorkerPool
  ) {
    let zeros = zeroRow(scratch)
    let partial = scratch.shared + table + row.paddedToLanes
    let (parts, padded) = (parts(batch), channels.paddedToLanes)
    let images = (batch + parts - 1) / parts
    pool.run(units: parts) { part, _ in
      let sums = partial + part * table
      sums.update(repeating: 0, count: table)
      for n in part * images..<Swift.max(part * images, Swift.min(batch, (part + 1) * images)) {
        let (source, gradient) = (x + n * plane, dy + n * outPlane)
        if stride == 1 {
          accumulate(Group.self, gradient, x: source, zeros: zeros, stride: 1, into: sums)
        } else {
          accumulate(Group.self, gradient, x: source, zeros: zeros, stride: 2, into: sums)
        }
      }
    }
    pool.run(units: 9) { tap, _ in
      let (out, first) = (dw + tap * channels, partial + tap * padded)
      for c in 0..<channels {
        var sum = 0.0
        for part in 0..<parts { sum += Double(first[part * table + c]) }
        out[c] = Float(sum)
      }
    }
  }
}

// MARK: - One image

/// Neighboring channels of one pixel that fill a register: nine filter taps and their inputs fit in sixteen registers
/// of 256 bits, or 32 of 512.
typealias ChannelGroup = SIMD<Float>

extension SIMD<Float> {
  @inline(__always)
  fileprivate init(_ p: Floats) { self = UnsafeRawPointer(p).loadUnaligned(as: Self.self) }

  /// Stores the first `valid` channels, or adds them to the values in memory.
  @inline(__always)
  fileprivate func store(to p: MutableFloats, valid: Int, adding: Bool) {
    let v = adding ? Self(Floats(p)) + self : self
    if valid >= Self.scalarCount {
      UnsafeMutableRawPointer(p).storeBytes(of: v, as: Self.self)
    } else {
      v.storeSome(to: p, valid)
    }
  }

  @inline(never)
  private func storeSome(to p: MutableFloats, _ valid: Int) { for lane in 0..<valid { p[lane] = self[lane] } }
}

/// Three neighboring pixels of a row, or the three filter taps that multiply them.
private struct Three<Group: ChannelGroup> {
  let left: Group
  let middle: Group
  let right: Group

  /// - Parameter p: the middle pixel, `step` floats from its neighbors; a neighbor outside the plane is zero.
  @inline(__always)
  init(_ p: Floats, step: Int, hasLeft: Bool = true, hasRight: Bool = true) {
    left = hasLeft ? Group(p - step) : .zero
    middle = Group(p)
    right = hasRight ? Group(p + step) : .zero
  }

  @inline(__always)
  static func * (a: Three, b: Three) -> Group { a.left * b.left + a.middle * b.middle + a.right * b.right }
}

/// The nine filter taps of a group of channels, from a table `[C / group, 3, 3, group]`.
private struct Filters<Group: ChannelGroup> {
  let top: Three<Group>
  let middle: Three<Group>
  let bottom: Three<Group>

  @inline(__always)
  init(_ p: Floats) {
    let size = Group.scalarCount
    top = Three(p + size, step: size)
    middle = Three(p + 4 * size, step: size)
    bottom = Three(p + 7 * size, step: size)
  }
}

extension DepthwiseConvolution {
  /// The filters in the layout of the kernels, and a row of zeros for use above and below every plane.
  private struct Memory {
    let filters: Floats
    let zeros: Floats
  }

  private func zeroRow(_ scratch: Scratch) -> Floats {
    let zeros = scratch.shared + table
    zeros.update(repeating: 0, count: row)
    return Floats(zeros)
  }

  private func prepare(_ w: Floats, isFlipped: Bool, group: Int, _ scratch: Scratch) -> Memory {
    let filters = scratch.shared
    filters.update(repeating: 0, count: table)
    for tap in 0..<9 {
      let source = w + (isFlipped ? 8 - tap : tap) * channels
      for c in 0..<channels { filters[(c / group * 9 + tap) * group + c % group] = source[c] }
    }
    return Memory(filters: Floats(filters), zeros: zeroRow(scratch))
  }

  /// y = x * w for one image; also the input gradient at stride 1.
  @inline(__always)
  private func correlate<Group: ChannelGroup>(
    _: Group.Type, _ x: Floats, _ memory: Memory, stride: Int, into y: MutableFloats, adding: Bool, spare: MutableFloats
  ) {
    let (c, outRow) = (channels, outWidth * channels)
    func input(_ i: Int) -> Floats { i >= 0 && i < height ? x + i * width * c : memory.zeros }
    var i = 0
    while i < outHeight {
      let top = i * stride - 1
      let rows = (
        input(top), input(top + 1), input(top + 2), input(top + 3), stride == 2 ? input(top + 4) : memory.zeros
      )
      // If the last pair has only one row, the second one is computed into memory that is never read.
      let (first, second) = (y + i * outRow, i + 1 < outHeight ? y + (i + 1) * outRow : spare)
      var group = 0
      while group < c {
        let filters = Filters<Group>(memory.filters + group * 9)
        let (f0, f1, f2) = (filters.top, filters.middle, filters.bottom)
        let valid = c - group
        @inline(__always)
        func pixel(_ j: Int, hasLeft: Bool, hasRight: Bool) {
          let at = j * stride * c + group
          @inline(__always)
          func three(_ p: Floats) -> Three<Group> { Three(p + at, step: c, hasLeft: hasLeft, hasRight: hasRight) }
          let (a, b, d) = (three(rows.0), three(rows.1), three(rows.2))
          (f0 * a + f1 * b + f2 * d).store(to: first + j * c + group, valid: valid, adding: adding)
          let e = three(rows.3)
          let below = stride == 1 ? f0 * b + f1 * d + f2 * e : f0 * d + f1 * e + f2 * three(rows.4)
          below.store(to: second + j * c + group, valid: valid, adding: adding)
        }
        let last = outWidth - 1
        let lastHasRight = last * stride + 1 < width
        if last == 0 {
          pixel(0, hasLeft: false, hasRight: lastHasRight)
        } else {
          pixel(0, hasLeft: false, hasRight: true)
          for j in 1..<last { pixel(j, hasLeft: true, hasRight: true) }
          pixel(last, hasLeft: true, hasRight: lastHasRight)
        }
        group += Group.scalarCount
      }
      i += 2
    }
  }

  /// The input gradient at stride 2: in each 2x2 block of pixels, one pixel meets one tap, two meet two, one meets
  /// four.
  @inline(__always)
  private func spread<Group: ChannelGroup>(
    _: Group.Type, _ dy: Floats, _ memory: Memory, into dx: MutableFloats, adding: Bool, spare: MutableFloats
  ) {
    let (c, outRow) = (channels, outWidth * channels)
    for i in 0..<outHeight {
      let here = dy + i * outRow
      let below = i + 1 < outHeight ? here + outRow : memory.zeros
      let even = dx + 2 * i * width * c
      let odd = 2 * i + 1 < height ? even + width * c : spare
      var group = 0
      while group < c {
        let filters = Filters<Group>(memory.filters + group * 9)
        let (f0, f1, f2) = (filters.top, filters.middle, filters.bottom)
        let valid = c - group
        for j in 0..<outWidth {
          let at = j * c + group
          let isLast = j + 1 == outWidth
          let (a, b) = (Group(here + at), isLast ? Group.zero : Group(here + at + c))
          let (d, e) = (Group(below + at), isLast ? Group.zero : Group(below + at + c))
          let to = 2 * j * c + group
          (f1.middle * a).store(to: even + to, valid: valid, adding: adding)
          (f2.middle * a + f0.middle * d).store(to: odd + to, valid: valid, adding: adding)
          if 2 * j + 1 < width {
            (f1.right * a + f1.left * b).store(to: even + to + c, valid: valid, adding: adding)
            let four = f2.right * a + f2.left * b + f0.right * d + f0.left * e
            four.store(to: odd + to + c, valid: valid, adding: adding)
          }
        }
        group += Group.scalarCount
      }
    }
  }

  /// Adds one image's part of the weight gradient to `sums`, `[9, C padded]`.
  @inline(__always)
  private func accumulate<Group: ChannelGroup>(
    _: Group.Type, _ dy: Floats, x: Floats, zeros: Floats, stride: Int, into sums: MutableFloats
  ) {
    let (c, padded) = (channels, channels.paddedToLanes)
    let block = Swift.max(1, 64 / outWidth)
    var first = 0
    while first < outHeight {
      let rows = first..<Swift.min(outHeight, first + block)
      var group = 0
      while group < c {
        var (s0, s1, s2) = (Group.zero, Group.zero, Group.zero)
        var (s3, s4, s5) = (Group.zero, Group.zero, Group.zero)
        var (s6, s7, s8) = (Group.zero, Group.zero, Group.zero)
        for i in rows {
          let top = i * stride - 1
          let a = (top >= 0 ? x + top * width * c : zeros) + group
          let b = x + (top + 1) * width * c + group
          let d = (top + 2 < height ? x + (top + 2) * width * c : zeros) + group
          var p = dy + i * outWidth * c + group
          for j in 0..<outWidth {
            let g = Group(p)
            p += c
            let at = j * stride * c
            if j > 0 {
              s0 += g * Group(a + at - c)
              s3 += g * Group(b + at - c)
              s6 += g * Group(d + at - c)
            }
            s1 += g * Group(a + at)
            s4 += g * Group(b + at)
            s7 += g * Group(d + at)
            if j * stride + 1 < width {
              s2 += g * Group(a + at + c)
              s5 += g * Group(b + at + c)
              s8 += g * Group(d + at + c)
            }
          }
        }
        let out = sums + group
        @inline(__always)
        func add(_ s: Group, _ tap: Int) {
          s.store(to: out + tap * padded, valid: Group.scalarCount, adding: true)
        }
        add(s0, 0)
        add(s1, 1)
        add(s2, 2)
        add(s3, 3)
        add(s4, 4)
        add(s5, 5)
        add(s6, 6)
        add(s7, 7)
        add(s8, 8)
        group += Group.scalarCount
      }
      first = rows.upperBound
    }
  }
}
