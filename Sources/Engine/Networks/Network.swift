import Core
import Kernels

/// A planned network: all buffers for batches up to a given size are allocated once, and passes allocate nothing.
///
/// Weights are an argument of each pass, so a network can be evaluated at any point of parameter space.
package final class Network {
  package let space: ParameterSpace
  /// Names of running means and variances, each with its range in the flat statistics vector.
  package let statistics: [(name: String, range: Range<Int>)]
  package let classes: Int
  /// The largest batch it was planned for.
  package let batch: Int
  /// Whether its ReLUs can repeat the choices of an earlier pass.
  package let isGated: Bool
  /// Multiply-adds of one image's forward pass, convolutions and classifier.
  package let multiplyAdds: Int

  /// The same for each entry of the layout: those of the operation whose weight it is, 0 for all other entries.
  package let multiplyAddsByEntry: [Int]

  let operations: [any Operation]
  private let gatedReLUs: [GatedReLUOperation]
  private let initializations: [(Initialization, fanIn: Int)]
  private let input: Activation
  private let output: Activation
  private let arena: Arena
  private let scratch: Scratch

  /// - Parameters:
  ///   - isGated: whether its ReLUs can repeat the choices of an earlier pass, see `holdsGates`. Slower.
  ///   - buffers: shared with other networks of the same plan that are never in use at the same time.
  package init(
    _ node: Node, input shape: Shape, batch: Int, pool: WorkerPool, convolution path: ConvolutionPath = .automatic,
    isGated: Bool = false, buffers: SharedBuffers? = nil
  ) {
    var lowering = Lowering(path: path, isGated: isGated)
    input = Activation(shape, hasGradient: false)
    output = lowering.lower(node, from: input)
    operations = lowering.operations
    initializations = zip(lowering.initializations, lowering.fanIns).map { ($0, fanIn: $1) }
    statistics = lowering.statistics
    classes = output.shape.channels
    self.batch = batch
    self.isGated = isGated
    let count = lowering.entries.last?.range.upperBound ?? 0
    space = ParameterSpace(
      layout: ParameterLayout(entries: lowering.entries, tail: lowering.tailStart..<count),
      statisticsCount: lowering.statistics.last?.range.upperBound ?? 0, pool: pool)
    multiplyAdds = operations.reduce(0) { $0 + $1.multiplyAdds }
    var byEntry = Array(repeating: 0, count: lowering.entries.count)
    for operation in operations { operation.weight.map { byEntry[$0.index] += operation.multiplyAdds } }
    multiplyAddsByEntry = byEntry
    arena =
      buffers?.arena(
        for: SharedBuffers.Plan(
          node: node, shape: shape, batch: batch, workers: pool.workers, path: path, isGated: isGated))
      ?? Arena()
    arena.rewind()
    Network.planGradients(operations, batch: batch, output: output, arena: arena)
    for operation in operations { operation.output.values = arena.take(batch * operation.output.shape.count) }
    let need = operations.map { $0.scratch(batch: batch) }.reduce(ScratchNeed()) { $0.union($1) }
    let widest = operations.map(\.output.shape.channels).max() ?? 1
    scratch = Scratch(
      shared: arena.take(need.shared), perWorker: arena.take(need.perWorker.paddedToLanes * pool.workers),
      count: need.perWorker.paddedToLanes,
      sums: arena.takeDoubles(max(2 * RowUnits.most * (widest + 16).paddedToLanes, quantizationParts)))
    gatedReLUs = operations.compactMap { $0 as? GatedReLUOperation }
    for operation in gatedReLUs { operation.plan(batch: batch) }
  }

  /// Bytes allocated for activations, gradients and scratch.
  package var bytes: Int { arena.bytes }

  /// A lower bound on the memory of a network, in bytes: its activations and its parameters with their gradient.
  /// Allocates nothing.
  package static func leastBytes(of node: Node, input shape: Shape, batch: Int) -> Int {
    var lowering = Lowering(path: .automatic)
    _ = lowering.lower(node, from: Activation(shape, hasGradient: false))
    let activations = lowering.operations.reduce(0) { $0 + batch * $1.output.shape.count }
    return (activations + 2 * (lowering.entries.last?.range.upperBound ?? 0)) * MemoryLayout<Float>.stride
  }

  /// Multiply-adds of one image's forward pass, convolutions and classifier. Allocates nothing.
  package static func multiplyAdds(of node: Node, input shape: Shape) -> Int {
    var lowering = Lowering(path: .automatic)
    _ = lowering.lower(node, from: Activation(shape, hasGradient: false))
    return lowering.operations.reduce(0) { $0 + $1.multiplyAdds }
  }

  /// Decides which operation writes each gradient first and which ones add to it, lets batch norm work in place, and
  /// puts gradients that are never live at the same time into the same memory.
  private static func planGradients(_ operations: [any Operation], batch: Int, output: Activation, arena: Arena) {
    // Back to front, so that chains of residual sums use the slot of the last one.
    var readers: [ObjectIdentifier: Int] = [:]
    for operation in operations { for input in operation.inputs { readers[ObjectIdentifier(input), default: 0] += 1 } }
    for operation in operations.reversed() {
      if let residual = operation.residual {
        // A sum passes its gradient on unchanged.
        if residual.slot != nil, residual.shape == operation.output.shape { residual.slot = operation.output.slot }
      } else if operation.replacesGradient {
        // In place: the input gradient replaces the output gradient, which has no other reader left.
        let input = operation.inputs[0]
        if input.slot != nil, readers[ObjectIdentifier(input)] == 1 { input.slot = operation.output.slot }
      }
    }
    var written: Set<ObjectIdentifier> = []
    var lastUse: [ObjectIdentifier: Int] = [:]
    if let slot = output.slot { written.insert(ObjectIdentifier(slot)) }
    for (i, operation) in operations.enumerated().reversed() {
      for (k, input) in operation.inputs.enumerated() {
        guard let slot = input.slot else { continue }
        operation.adds[k] =
          written.contains(ObjectIdentifier(slot)) && slot !== operation.output.slot
        written.insert(ObjectIdentifier(slot))
      }
      if let slot = operation.output.slot { lastUse[ObjectIdentifier(slot)] = i }
    }
    var free: [MutableFloats: Int] = [:]
    func take(_ slot: GradientSlot) {
      guard slot.memory == nil else { return }
      let wanted = batch * slot.count
      if let fit = free.filter({ $0.value >= wanted }).min(by: { $0.value < $1.value }) {
        slot.memory = fit.key
        sizes[fit.key] = fit.value
        free[fit.key] = nil
      } else {
        slot.memory = arena.take(wanted)
        sizes[slot.memory] = wanted
      }
    }
    var sizes: [MutableFloats: Int] = [:]
    if let slot = output.slot { take(slot) }
    for (i, operation) in operations.enumerated().reversed() {
      for input in operation.inputs { if let slot = input.slot { take(slot) } }
      if let slot = operation.output.slot, lastUse[ObjectIdentifier(slot)] == i {
        free[slot.memory] = sizes[slot.memory]
      }
    }
  }

  /// Fills `w` with initial weights and `statistics` with means 0 and variances 1. Each tensor has its own random
  /// stream.
  package func initialize(_ w: Vector, statistics values: Vector, seed: UInt64) {
    for (index, entry) in space.layout.entries.enumerated() {
      var stream = RandomStream(seed: seed, purpose: .initialization, index: index)
      let own = UnsafeMutableBufferPointer(rebasing: w.elements[entry.range])
      func fill(uniformWithin bound: Double) {
        for i in own.indices { own[i] = Float((2 * stream.uniform() - 1) * bound) }
      }
      switch (entry.role, initializations[index]) {
      case (.scale, _): own.update(repeating: 1)
      case (.offset, _): own.update(repeating: 0)
      // Until they are calibrated.
      case (.stepSize, _): own.update(repeating: 1)
      case (_, (.zero, _)): own.update(repeating: 0)
      case (.bias, (_, let fanIn)): fill(uniformWithin: 1 / Double(fanIn).squareRoot())
      case (let role, (.uniformFanIn, _)): fill(uniformWithin: 1 / Double(role.fanIn).squareRoot())
      case (let role, (.normalFanOut, _)):
        let deviation = (2 / Double(role.fanOut)).squareRoot()
        for i in own.indices { own[i] = Float(stream.normal() * deviation) }
      }
    }
    for (name, range) in statistics {
      let start: Float = name.hasSuffix("running_var") ? 1 : 0
      for i in range { values[i] = start }
    }
  }

  /// Floats of the statistics vector.
  package var statisticsCount: Int { space.statisticsCount }

  /// Runs the network at `w` on images `[n, P, C]` and returns the logits `[n, classes]`, valid until the next pass.
  package func forward(at w: Vector, images: Floats, count n: Int, mode: StatisticsMode) -> Floats {
    precondition(n >= 1 && n <= batch, "Network.forward: \(n) images in a network planned for \(batch)")
    precondition(w.count == space.layout.count, "Network.forward: \(w.count) parameters for \(space.layout.count)")
    input.values = MutableFloats(mutating: images)
    let pass = Pass(batch: n, w: w.elements.baseAddress!, mode: mode, scratch: scratch, pool: space.pool)
    run(pass)
    return Floats(output.values)
  }

  /// Sets the steps of all quantizers in `w` from its weights and from the activations of these images:
  ///
  ///     s = 2 * mean|v| / sqrt(Qp)
  ///
  /// Layer by layer, with the inputs of each layer already quantized. Running statistics do not change. Does nothing in
  /// a network without quantizers.
  package func calibrateSteps(of w: Vector, images: Floats, count n: Int) {
    precondition(n >= 1 && n <= batch, "Network.calibrateSteps: \(n) images in a network planned for \(batch)")
    guard isQuantized else { return }
    input.values = MutableFloats(mutating: images)
    let pass = Pass(
      batch: n, w: w.elements.baseAddress!, mode: .batch(updating: nil), calibrating: w.elements.baseAddress!,
      scratch: scratch, pool: space.pool)
    run(pass)
  }

  /// While true, every ReLU lets the same values through as in the last pass before, which must have had the same images.
  /// Only in a network planned with `isGated`.
  package var holdsGates = false {
    didSet { for operation in gatedReLUs { operation.isHeld = holdsGates } }
  }

  /// Observes every forward pass, without changing it.
  package var observer: (any ForwardObserver)?

  private func run(_ pass: Pass) {
    observer?.passBegins(examples: pass.batch)
    for operation in operations {
      operation.forward(pass)
      if let observer { operation.show(observer, pass) }
    }
  }

  package var isQuantized: Bool { space.layout.entries.contains { $0.role == .stepSize } }

  /// The gradient of the loss with respect to the logits, to be set before `backward`.
  package var logitsGradient: MutableFloats { output.gradient }

  /// Gradient of the last forward pass, at the same `w`, for the same n images and in the same mode.
  ///
  /// - Parameters:
  ///   - mode: with `.running`, batch norm's statistics are constants; else they are functions of the batch.
  ///   - wanted: for each entry of the layout, whether its gradient is computed; the others are zero. Nil: all.
  ///   - g: overwritten.
  package func backward(
    at w: Vector, count n: Int, mode: StatisticsMode = .batch(updating: nil), wanted: [Bool]? = nil, into g: Vector
  ) {
    if let wanted {
      for (entry, isWanted) in zip(space.layout.entries, wanted) where !isWanted {
        UnsafeMutableBufferPointer(rebasing: g.elements[entry.range]).update(repeating: 0)
      }
    }
    let pass = Pass(
      batch: n, w: w.elements.baseAddress!, mode: mode, g: g.elements.baseAddress!, wanted: wanted, scratch: scratch,
      pool: space.pool)
    for operation in operations.reversed() { operation.backward(pass) }
  }
}

extension ParameterEntry.Role {
  /// Number of inputs that one output depends on.
  var fanIn: Int {
    switch self {
    case .convolution(let kernel, let input, _): kernel * kernel * input
    case .depthwise(let kernel, _): kernel * kernel
    case .linear(let input, _): input
    case .scale, .offset, .bias, .stepSize: 1
    }
  }

  /// Number of outputs that one input reaches.
  var fanOut: Int {
    switch self {
    case .convolution(let kernel, _, let output): kernel * kernel * output
    case .depthwise(let kernel, _): kernel * kernel
    case .linear(_, let output): output
    case .scale, .offset, .bias, .stepSize: 1
    }
  }
}
