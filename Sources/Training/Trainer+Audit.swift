import Datasets
import Kernels
import Methods
import Networks
import Tensors

/// What another program needs, beside a run's recipe, to compute it again step by step.
public struct Audit: Sendable {
  public let iterations, batchSize: Int
  /// Dataset index of every example `[iterations, batchSize]`; -1 beyond the end of a short batch.
  public let samples: [Int32]
  /// `AugmentationDraw.values` of every example `[iterations, batchSize, 6]`; zeros beyond the end of a short batch.
  public let draws: [Int8]
  /// Iteration, examples and first byte in `sides` of every forward pass `[passes, 3]`.
  public let passes: [Int32]
  /// On which side of its kinks each pass took its values, operation after operation: a rectifier's outputs as bits, 1
  /// above zero, the lowest first; a quantiser's integers as bytes, modulo 256, and bits, 1 where nothing was clipped. A
  /// layer's input comes before its weight.
  public let sides: [UInt8]
  /// Weights and running statistics `[snapshots, shape]`: those of the first step, then those after iterations 1, 2, ...
  public let parameters: [Snapshots]
  public let buffers: [Snapshots]
  /// The method's decisions and what they mean.
  public let decisions: DecisionLog
  public let declarations: [Decision]

  /// One tensor at several moments.
  public struct Snapshots: Sendable {
    public let tensor: ExportedTensor
    /// Where the tensor begins in the flat vector.
    public let offset: Int
  }
}

/// Writes down what goes into every step. It looks on: a run computes the same bits with and without it.
final class AuditRecorder: PassWatcher {
  /// Floats of weights kept, 64 MiB: every step of a small network, the initial weights alone of a large one.
  static let capacity = 1 << 24
  /// Bytes of sides after which no further pass is kept.
  static let sidesCapacity = 1 << 26

  private let batchSize: Int
  private let snapshots: Int
  private var samples: [Int32] = []
  private var draws: [Int8] = []
  private var passes: [Int32] = []
  private var sides: [UInt8] = []
  private var watched = 0
  private var keepsPass = true
  /// `[snapshots, count]`
  private let weights, statistics: Vector

  /// - Parameters:
  ///   - w: the weights the run is given.
  ///   - statistics: the initial running statistics.
  init(_ w: Vector, _ statistics: Vector, batchSize: Int, iterations: Int) {
    self.batchSize = batchSize
    snapshots = 1 + max(0, min(iterations, AuditRecorder.capacity / max(w.count, 1) - 1))
    weights = Vector(count: snapshots * w.count, pool: w.pool)
    self.statistics = Vector(count: snapshots * statistics.count, pool: w.pool)
    keep(w, statistics, at: 0)
  }

  /// Takes in the weights that the first step begins with: a quantiser's steps are not known before its batch is.
  func begin(at w: Vector, _ statistics: Vector) { keep(w, statistics, at: 0) }

  /// Follows the passes of an iteration, until the network's watcher is another.
  func watch(_ network: Network, iteration: Int) {
    watched = iteration
    network.watcher = self
  }

  func passBegins(examples: Int) {
    keepsPass = sides.count < AuditRecorder.sidesCapacity
    if keepsPass { passes += [Int32(watched), Int32(examples), Int32(sides.count)] }
  }

  func rectified(_ y: Floats, count: Int) {
    if keepsPass { appendBits(count) { y[$0] > 0 } }
  }

  func rounded(_ v: Floats, to vhat: Floats, count: Int, step: Float, grid: IntegerGrid) {
    guard keepsPass else { return }
    // A run that diverges has not-a-numbers.
    for i in 0..<count { sides.append(UInt8(truncatingIfNeeded: Int(exactly: (vhat[i] / step).rounded()) ?? 0)) }
    let (low, high) = (Float(grid.lowest), Float(grid.highest))
    appendBits(count) { v[$0] / step > low && v[$0] / step < high }
  }

  private func appendBits(_ count: Int, _ isSet: (Int) -> Bool) {
    for start in stride(from: 0, to: count, by: 8) {
      var byte: UInt8 = 0
      for bit in 0..<min(8, count - start) where isSet(start + bit) { byte |= 1 << UInt8(bit) }
      sides.append(byte)
    }
  }

  /// Takes in the step that just ended.
  func record(_ prepared: TrainingBatches.Prepared, weights w: Vector, statistics: Vector) {
    let short = batchSize - prepared.batch.count
    samples.append(contentsOf: prepared.batch.samples)
    samples.append(contentsOf: repeatElement(-1, count: short))
    for draw in prepared.draws { draws.append(contentsOf: draw.values) }
    draws.append(contentsOf: repeatElement(0, count: short * 6))
    if prepared.iteration < snapshots { keep(w, statistics, at: prepared.iteration) }
  }

  private func keep(_ w: Vector, _ statistics: Vector, at snapshot: Int) {
    for (source, target) in [(w, weights), (statistics, self.statistics)] where source.count > 0 {
      (target.elements.baseAddress! + snapshot * source.count).update(
        from: source.elements.baseAddress!, count: source.count)
    }
  }

  func result(_ oracle: NetworkOracle, _ method: any TrainingMethod.Type, _ traces: TraceRecorder) -> Audit {
    let iterations = samples.count / batchSize, kept = min(snapshots, iterations + 1)
    let layout = oracle.space.layout
    return Audit(
      iterations: iterations, batchSize: batchSize, samples: samples, draws: draws, passes: passes, sides: sides,
      parameters: layout.entries.map { entry in
        let values = (0..<kept).flatMap { entry.exported(from: snapshot($0, of: weights, count: layout.count)) }
        return Audit.Snapshots(
          tensor: ExportedTensor(name: entry.name, shape: [kept] + entry.exportShape, values: values),
          offset: entry.range.lowerBound)
      },
      buffers: oracle.network.statistics.map { name, range in
        let values = (0..<kept).flatMap { snapshot($0, of: statistics, count: oracle.statistics.count)[range] }
        return Audit.Snapshots(
          tensor: ExportedTensor(name: name, shape: [kept, range.count], values: values), offset: range.lowerBound)
      },
      decisions: (traces.decisions ?? DecisionLog()).filled(to: iterations), declarations: method.decisions)
  }

  private func snapshot(_ i: Int, of vector: Vector, count: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: vector.readOnly[i * count..<(i + 1) * count])
  }

  /// The method's decisions are visited with the traces.
  func visitState(_ visitor: inout some StateVisitor) throws {
    try visit("audit.samples", &samples, with: &visitor)
    try visit("audit.draws", &draws, with: &visitor)
    try visit("audit.passes", &passes, with: &visitor)
    try visit("audit.sides", &sides, with: &visitor)
    try visitor.vector("audit.weights", weights)
    try visitor.vector("audit.statistics", statistics)
  }

  /// As bytes, which visitors keep as they are: numbers by the million are not to be coded one by one.
  private func visit<Number: FixedWidthInteger & BitwiseCopyable>(
    _ name: String, _ numbers: inout [Number], with visitor: inout some StateVisitor
  ) throws {
    var bytes = numbers.withUnsafeBytes { Array($0) }
    try visitor.value(name, &bytes)
    let width = MemoryLayout<Number>.size
    numbers = bytes.withUnsafeBytes { memory in
      (0..<memory.count / width).map { memory.loadUnaligned(fromByteOffset: $0 * width, as: Number.self) }
    }
  }
}
