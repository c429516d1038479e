import Kernels
import Tensors

/// One activation of the planned network and the memory its gradient will have.
final class Activation {
  let shape: Shape
  /// `[batch, P, C]`, set when the network is planned; the network's input is set at every pass.
  var values: MutableFloats!
  /// Shared by activations whose gradients are the same numbers (a residual sum hands its gradient on) or replace each
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

/// How batch norm normalises in a pass.
package enum StatisticsMode {
  /// With this batch's statistics; the running ones (flat, as `Network.statistics` names them) take them in where given.
  case batch(updating: MutableFloats?)
  case running(Floats)
}

/// One forward, or one forward and backward, through the planned network.
struct Pass {
  let batch: Int
  /// The flat parameters.
  let w: Floats
  let mode: StatisticsMode
  /// Where quantisers write their first steps in a pass that calibrates them.
  var calibrating: MutableFloats?
  /// The flat gradient, and which entries of the layout are wanted (nil: all).
  var g: MutableFloats?
  var wanted: [Bool]?
  let scratch: Scratch
  let pool: WorkerPool

  /// Where the gradient of an entry goes, or nil when nobody wants it.
  func gradient(of entry: ParameterEntry, at index: Int) -> MutableFloats? {
    guard let g, wanted?[index] ?? true else { return nil }
    return g + entry.range.lowerBound
  }
}

/// One planned step of a network: kernels bound to their activations. It owns no weights.
protocol Operation: AnyObject {
  /// Activations it reads, main input first.
  var inputs: [Activation] { get }
  var output: Activation { get }
  /// The input that is only added to the result, if there is one.
  var residual: Activation? { get }
  /// For each input, whether its gradient already holds a part when this operation's turn comes, so that it must add.
  /// Set by the planner.
  var adds: [Bool] { get set }
  /// Its weight, where it has one that can be quantised.
  var weight: LayerWeight? { get }
  /// Whether its input gradient is computed value by value from the output gradient, so that it may take its place.
  var replacesGradient: Bool { get }
  func scratch(batch: Int) -> ScratchNeed
  /// Of one image's forward pass.
  var multiplyAdds: Int { get }
  func forward(_ pass: Pass)
  func backward(_ pass: Pass)
  /// Shows the sides of its kinks, right after its forward pass.
  func show(_ watcher: any PassWatcher, _ pass: Pass)
}

extension Operation {
  var weight: LayerWeight? { nil }
  var replacesGradient: Bool { false }
  func scratch(batch: Int) -> ScratchNeed { ScratchNeed() }
  var multiplyAdds: Int { 0 }
  var residual: Activation? { nil }
}
