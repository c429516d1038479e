import Core
import Kernels

/// One learned step in the flat parameters: its value, its calibration and its gradient.
struct LearnedStep {
  let grid: IntegerGrid
  let index: Int
  let entry: ParameterEntry

  /// The step in use. An update or a perturbation may have made s negative or nearly zero; every pass, at the weights
  /// or near them, uses max(|s|, 1e-8).
  func value(in pass: Pass) -> Float { positiveStep(pass.w[entry.range.lowerBound]) }

  /// Sets the step from the values that it will round, in a calibration pass.
  func calibrate(by v: Floats, count: Int, _ pass: Pass) {
    guard let w = pass.calibrating else { return }
    let mean = meanMagnitude(v, count: count, sums: pass.scratch.sums, pool: pass.pool)
    w[entry.range.lowerBound] = initialStep(meanMagnitude: mean, grid: grid)
  }

  /// Writes the gradient: the sum over the tensor, scaled.
  func write(_ sum: Double, count: Int, _ pass: Pass) {
    pass.gradient(of: entry, at: index)?.pointee = Float(sum * stepGradientScale(count: count, grid: grid))
  }
}

/// Rounds an activation to its grid: the input of a quantized convolution or classifier.
final class QuantizeOperation: Binding, Operation {
  let step: LearnedStep

  init(_ input: Activation, output: Activation, step: LearnedStep) {
    self.step = step
    super.init([input], output: output)
  }

  var replacesGradient: Bool { true }

  func forward(_ pass: Pass) {
    let count = pass.batch * output.shape.count
    step.calibrate(by: inputs[0].values, count: count, pass)
    fakeQuantize(
      inputs[0].values, count: count, step: step.value(in: pass), grid: step.grid, into: output.values, pool: pass.pool)
  }

  func backward(_ pass: Pass) {
    let count = pass.batch * output.shape.count
    let sum = fakeQuantizeBackward(
      output.gradient, v: inputs[0].values, count: count, step: step.value(in: pass), grid: step.grid,
      into: inputs[0].slot?.memory, adding: adds[0], sums: pass.scratch.sums, pool: pass.pool)
    step.write(sum, count: count, pass)
  }
}

/// The weight of one layer, rounded to its grid in each pass. Without a step the latent weight itself is used.
final class LayerWeight {
  let index: Int
  let entry: ParameterEntry
  let step: LearnedStep?
  private let rounded: MutableFloats?

  init(_ weight: (index: Int, entry: ParameterEntry), step: LearnedStep?) {
    (index, entry) = weight
    self.step = step
    rounded = step.map { _ in
      let p = MutableFloats.allocate(capacity: weight.entry.range.count + loadSlack)
      p.initialize(repeating: 0, count: weight.entry.range.count + loadSlack)
      return p
    }
  }

  deinit { rounded?.deallocate() }

  /// The weight used in the forward pass; `current` returns the same one to the backward pass.
  func forward(_ pass: Pass) -> Floats {
    guard let step, let rounded else { return pass.w + entry.range.lowerBound }
    let latent = pass.w + entry.range.lowerBound
    step.calibrate(by: latent, count: entry.range.count, pass)
    fakeQuantize(
      latent, count: entry.range.count, step: step.value(in: pass), grid: step.grid, into: rounded, pool: pass.pool)
    return Floats(rounded)
  }

  func current(_ pass: Pass) -> Floats { rounded.map { Floats($0) } ?? pass.w + entry.range.lowerBound }

  /// The destination of the gradient of the weight in use; nil if neither this gradient nor the step's is wanted.
  func gradient(_ pass: Pass) -> MutableFloats? {
    if let step, pass.gradient(of: step.entry, at: step.index) != nil {
      return pass.g.map { $0 + entry.range.lowerBound }
    }
    return pass.gradient(of: entry, at: index)
  }

  /// Converts that gradient, in place, to the latent weight's gradient, and writes the step's gradient.
  func finish(_ gradient: MutableFloats, _ pass: Pass) {
    guard let step else { return }
    let count = entry.range.count
    let sum = fakeQuantizeBackward(
      gradient, v: pass.w + entry.range.lowerBound, count: count, step: step.value(in: pass), grid: step.grid,
      into: gradient, adding: false, sums: pass.scratch.sums, pool: pass.pool)
    step.write(sum, count: count, pass)
    if pass.gradient(of: entry, at: index) == nil { gradient.update(repeating: 0, count: count) }
  }
}
