import Core
import Kernels

/// One activation of the planned network, and the memory for its gradient.
final class Activation {
  let shape: Shape
  /// `[batch, P, C]`, set when the network is planned; the network's input is set at every pass.
  var values: MutableFloats!
  /// Shared by activations whose gradients are the same numbers (a residual sum passes its gradient on) or replace each
  /// other in place.
  var slot: GradientSlot?

  init(_ shape: Shape, hasGradient: Bool = true) {
    self.shape = shape
    slot = hasGradient ? GradientSlot(count: shape.count) : nil
  }

  var gradient: MutableFloats { slot!.memory }
}

/// Memory for one gradient, live from its first writer in the backward pass to the operation that made the activation.
final class GradientSlot {
  let count: Int
  var memory: MutableFloats!

  init(count: Int) { self.count = count }
}

/// How batch norm normalizes in a pass.
package enum StatisticsMode {
  /// With this batch's statistics, which update the running ones if given (flat, as `Network.statistics` names them).
  case batch(updating: MutableFloats?)
  case running(Floats)
}

/// One forward pass, or one forward and backward pass, through the planned network.
struct Pass {
  let batch: Int
  /// The flat parameters.
  let w: Floats
  let mode: StatisticsMode
  /// Where quantizers write their initial steps in a calibration pass.
  var calibrating: MutableFloats?
  /// The flat gradient, and which entries of the layout are wanted (nil: all).
  var g: MutableFloats?
  var wanted: [Bool]?
  let scratch: Scratch
  let pool: WorkerPool

  /// The destination of an entry's gradient, or nil if it is not wanted.
  func gradient(of entry: ParameterEntry, at index: Int) -> MutableFloats? {
    guard let g, wanted?[index] ?? true else { return nil }
    return g + entry.range.lowerBound
  }
}

class Binding {
  /// Activations it reads, main input first.
  let inputs: [Activation]
  let output: Activation
  /// For each input, whether its gradient already holds a part when this operation runs, so that it must add to it.
  /// Set by the planner.
  var adds: [Bool]

  init(_ inputs: [Activation], output: Activation) {
    (self.inputs, self.output) = (inputs, output)
    adds = inputs.map { _ in false }
  }
}

/// One planned step of a network: kernels bound to their activations. It owns no weights.
protocol Operation: Binding {
  /// The input that is only added to the result, if there is one.
  var residual: Activation? { get }
  /// Its weight, if it has one that can be quantized.
  var weight: LayerWeight? { get }
  /// Whether its input gradient is computed value by value from the output gradient, so that it may replace it in
  /// memory.
  var replacesGradient: Bool { get }
  func scratch(batch: Int) -> ScratchNeed
  /// Multiply-adds of one image's forward pass.
  var multiplyAdds: Int { get }
  func forward(_ pass: Pass)
  func backward(_ pass: Pass)
  /// Reports its activation signs or rounding to the watcher, right after its forward pass.
  func show(_ watcher: any ForwardObserver, _ pass: Pass)
}

extension Operation {
  var weight: LayerWeight? { nil }
  var replacesGradient: Bool { false }
  func scratch(batch: Int) -> ScratchNeed { ScratchNeed() }
  var multiplyAdds: Int { 0 }
  var residual: Activation? { nil }
}
