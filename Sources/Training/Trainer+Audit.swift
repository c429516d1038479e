import Datasets
import Methods
import Tensors

/// What another program needs, beside a run's recipe, to compute it again step by step.
public struct Audit: Sendable {
  public let iterations, batchSize: Int
  /// Dataset index of every example `[iterations, batchSize]`; -1 beyond the end of a short batch.
  public let samples: [Int32]
  /// `AugmentationDraw.values` of every example `[iterations, batchSize, 6]`; zeros beyond the end of a short batch.
  public let draws: [Int8]
  /// Weights and running statistics `[snapshots, shape]`: the initial ones, then those after iterations 1, 2, ...
  public let parameters: [Snapshots]
  public let buffers: [Snapshots]
  /// The method's decisions and what they mean.
  public let decisions: DecisionLog
  public let declarations: [DecisionDeclaration]

  /// One tensor at several moments.
  public struct Snapshots: Sendable {
    public let tensor: ExportedTensor
    /// Where the tensor begins in the flat vector.
    public let offset: Int
  }
}

/// Writes down what goes into every step. It looks on: a run computes the same bits with and without it.
final class AuditRecorder {
  /// Floats of weights kept, 64 MiB: every step of a small network, the initial weights alone of a large one.
  static let capacity = 1 << 24

  private let batchSize: Int
  private let snapshots: Int
  private var samples: [Int32] = []
  private var draws: [Int8] = []
  /// `[snapshots, count]`
  private let weights, statistics: Vector

  /// - Parameters:
  ///   - w: the initial weights.
  ///   - statistics: the initial running statistics.
  init(_ w: Vector, _ statistics: Vector, batchSize: Int, iterations: Int) {
    self.batchSize = batchSize
    snapshots = 1 + max(0, min(iterations, AuditRecorder.capacity / max(w.count, 1) - 1))
    weights = Vector(count: snapshots * w.count, pool: w.pool)
    self.statistics = Vector(count: snapshots * statistics.count, pool: w.pool)
    keep(w, statistics, at: 0)
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
      iterations: iterations, batchSize: batchSize, samples: samples, draws: draws,
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
