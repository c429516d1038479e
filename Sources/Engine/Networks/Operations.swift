import Core
import Kernels

/// A convolution; a second input is added to the result (WideResNet's residual sum costs no extra pass).
final class ConvolutionOperation: Binding, Operation {
  private let layerWeight: LayerWeight
  private let kernel: any ConvolutionKernel

  init(_ inputs: [Activation], output: Activation, weight: LayerWeight, kernel: any ConvolutionKernel) {
    (layerWeight, self.kernel) = (weight, kernel)
    super.init(inputs, output: output)
  }

  var residual: Activation? { inputs.count > 1 ? inputs[1] : nil }
  var weight: LayerWeight? { layerWeight }
  var multiplyAdds: Int { kernel.multiplyAdds }
  func scratch(batch: Int) -> ScratchNeed { kernel.scratch(batch: batch) }

  func forward(_ pass: Pass) {
    kernel.forward(
      inputs[0].values, weight: layerWeight.forward(pass), batch: pass.batch,
      residual: residual.map { Floats($0.values) }, into: output.values, scratch: pass.scratch, pool: pass.pool)
  }

  func backward(_ pass: Pass) {
    let (x, dy) = (inputs[0], output.gradient)
    if let dw = layerWeight.gradient(pass) {
      kernel.weightGradient(dy, x: x.values, batch: pass.batch, into: dw, scratch: pass.scratch, pool: pass.pool)
      layerWeight.finish(dw, pass)
    }
    guard x.slot != nil else { return }
    kernel.inputGradient(
      dy, weight: layerWeight.current(pass), batch: pass.batch, into: x.gradient, adding: adds[0],
      scratch: pass.scratch, pool: pass.pool)
  }
}

/// Batch norm fused with the operations that follow it: a residual sum, a ReLU, or both.
final class BatchNormOperation: Binding, Operation {
  private let scale: (index: Int, entry: ParameterEntry)
  private let offset: (index: Int, entry: ParameterEntry)
  private let mean: Range<Int>
  private let variance: Range<Int>
  let hasReLU: Bool
  /// gain, shift, mean, inverse deviation and two rows of scratch, each `[C]` padded to lanes.
  private let table: MutableFloats

  static let epsilon = 1e-5
  /// Weight of the new batch in the running statistics.
  static let statisticsRate: Float = 0.1

  init(
    _ inputs: [Activation], output: Activation, scale: (index: Int, entry: ParameterEntry),
    offset: (index: Int, entry: ParameterEntry), mean: Range<Int>, variance: Range<Int>, hasReLU: Bool
  ) {
    (self.scale, self.offset, self.mean, self.variance, self.hasReLU) = (scale, offset, mean, variance, hasReLU)
    table = .allocate(capacity: 6 * output.shape.channels.paddedToLanes)
    table.initialize(repeating: 0, count: 6 * output.shape.channels.paddedToLanes)
    super.init(inputs, output: output)
  }

  deinit { table.deallocate() }

  var residual: Activation? { inputs.count > 1 ? inputs[1] : nil }
  var replacesGradient: Bool { true }
  private var channels: Int { output.shape.channels }
  private func row(_ i: Int) -> MutableFloats { table + i * channels.paddedToLanes }

  func forward(_ pass: Pass) {
    let rows = pass.batch * output.shape.height * output.shape.width
    let (gain, shift, mu, inverse, batchVariance) = (row(0), row(1), row(2), row(3), row(4))
    switch pass.mode {
    case .batch(let running):
      batchNormStatistics(
        inputs[0].values, rows: rows, channels: channels, sums: pass.scratch.sums, mean: mu, variance: batchVariance,
        pool: pass.pool)
      if let running {
        let rate = BatchNormOperation.statisticsRate
        let unbiased = Float(rows) / Float(max(rows - 1, 1))
        for c in 0..<channels {
          let (m, v) = (running + mean.lowerBound + c, running + variance.lowerBound + c)
          m.pointee = (1 - rate) * m.pointee + rate * mu[c]
          v.pointee = (1 - rate) * v.pointee + rate * (batchVariance[c] * unbiased)
        }
      }
    case .running(let running):
      for c in 0..<channels {
        mu[c] = running[mean.lowerBound + c]
        batchVariance[c] = running[variance.lowerBound + c]
      }
    }
    let (s, b) = (pass.w + scale.entry.range.lowerBound, pass.w + offset.entry.range.lowerBound)
    for c in 0..<channels {
      inverse[c] = Float(1 / (Double(batchVariance[c]) + BatchNormOperation.epsilon).squareRoot())
      gain[c] = s[c] * inverse[c]
      shift[c] = b[c] - mu[c] * gain[c]
    }
    var tail = BatchNormEpilogue(hasReLU: hasReLU)
    if inputs.count > 1 {
      tail.residual = Floats(inputs[1].values)
      tail.residualChannels = inputs[1].shape.channels
    }
    batchNormForward(
      inputs[0].values, rows: rows, channels: channels, gain: gain, shift: shift, tail: tail, into: output.values,
      pool: pass.pool)
  }

  func backward(_ pass: Pass) {
    let rows = pass.batch * output.shape.height * output.shape.width
    let hasResidual = inputs.count > 1
    let rectifier: ReLUSource =
      !hasReLU ? .none : hasResidual ? .stored(output.values) : .recomputed
    let isConstant = if case .running = pass.mode { true } else { false }
    batchNormBackward(
      output.gradient, x: inputs[0].values, rows: rows, channels: channels,
      saved: BatchNormSaved(gain: row(0), shift: row(1), mean: row(2), inverseDeviation: row(3)), rectifier: rectifier,
      sums: pass.scratch.sums, table: row(4), dscale: pass.gradient(of: scale.entry, at: scale.index),
      doffset: pass.gradient(of: offset.entry, at: offset.index), into: inputs[0].gradient, adding: adds[0],
      isConstant: isConstant, pool: pass.pool)
    // A residual of the same shape shares the output's gradient; a narrower one takes its leading channels.
    if hasResidual, let slot = inputs[1].slot, slot !== output.slot {
      leadingChannels(
        output.gradient, rows: rows, channels: channels, residualChannels: inputs[1].shape.channels, into: slot.memory,
        adding: adds[1], pool: pass.pool)
    }
  }
}

/// A ReLU that is not fused with a batch norm.
final class ReLUOperation: Binding, Operation {
  func forward(_ pass: Pass) {
    reluForward(inputs[0].values, count: pass.batch * output.shape.count, into: output.values, pool: pass.pool)
  }

  func backward(_ pass: Pass) {
    guard inputs[0].slot != nil else { return }
    reluBackward(
      output.gradient, y: output.values, count: pass.batch * output.shape.count, into: inputs[0].gradient,
      adding: adds[0], pool: pass.pool)
  }
}

/// A residual sum that is fused with neither a convolution nor a batch norm.
final class SumOperation: Binding, Operation {
  func forward(_ pass: Pass) {
    addPadded(
      inputs[0].values, inputs[1].values, rows: pass.batch * output.shape.height * output.shape.width,
      channels: output.shape.channels, residualChannels: inputs[1].shape.channels, into: output.values, pool: pass.pool)
  }

  func backward(_ pass: Pass) {
    for (input, adds) in zip(inputs, adds) {
      guard let slot = input.slot else { continue }
      leadingChannels(
        output.gradient, rows: pass.batch * output.shape.height * output.shape.width, channels: output.shape.channels,
        residualChannels: input.shape.channels, into: slot.memory, adding: adds, pool: pass.pool)
    }
  }
}

/// Mean over windows, or over the whole plane if the window is the plane.
final class AveragePoolOperation: Binding, Operation {
  private let size: Int

  init(_ input: Activation, output: Activation, size: Int) {
    self.size = size
    super.init([input], output: output)
  }

  func forward(_ pass: Pass) {
    let shape = inputs[0].shape
    averagePoolForward(
      inputs[0].values, batch: pass.batch, height: shape.height, width: shape.width, channels: shape.channels,
      size: size, into: output.values, pool: pass.pool)
  }

  func backward(_ pass: Pass) {
    guard let slot = inputs[0].slot else { return }
    let shape = inputs[0].shape
    averagePoolBackward(
      output.gradient, batch: pass.batch, height: shape.height, width: shape.width, channels: shape.channels,
      size: size, into: slot.memory, adding: adds[0], pool: pass.pool)
  }
}

/// The classifier: y = x * weight + bias, weight `[in, out]`.
final class LinearOperation: Binding, Operation {
  private let layerWeight: LayerWeight
  private let bias: (index: Int, entry: ParameterEntry)

  init(
    _ input: Activation, output: Activation, weight: LayerWeight, bias: (index: Int, entry: ParameterEntry)
  ) {
    (layerWeight, self.bias) = (weight, bias)
    super.init([input], output: output)
  }

  var weight: LayerWeight? { layerWeight }
  private var features: Int { inputs[0].shape.count }
  private var outputs: Int { output.shape.count }
  var multiplyAdds: Int { features * outputs }

  func forward(_ pass: Pass) {
    let b = pass.w + bias.entry.range.lowerBound
    for n in 0..<pass.batch { (output.values + n * outputs).update(from: b, count: outputs) }
    BLAS.multiply(
      .plain(inputs[0].values, stride: features), .plain(layerWeight.forward(pass), stride: outputs),
      into: output.values, stride: outputs, m: pass.batch, n: outputs, k: features, beta: 1)
  }

  func backward(_ pass: Pass) {
    let dy = output.gradient
    if let dw = layerWeight.gradient(pass) {
      BLAS.multiply(
        .transposed(inputs[0].values, stride: features), .plain(dy, stride: outputs), into: dw, stride: outputs,
        m: features, n: outputs, k: pass.batch)
      layerWeight.finish(dw, pass)
    }
    if let db = pass.gradient(of: bias.entry, at: bias.index) {
      for o in 0..<outputs {
        var sum = 0.0
        for n in 0..<pass.batch { sum += Double(dy[n * outputs + o]) }
        db[o] = Float(sum)
      }
    }
    guard let slot = inputs[0].slot else { return }
    BLAS.multiply(
      .plain(dy, stride: outputs), .transposed(layerWeight.current(pass), stride: outputs),
      into: slot.memory, stride: features, m: pass.batch, n: features, k: outputs, beta: adds[0] ? 1 : 0)
  }
}
