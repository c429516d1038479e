import Core
import Datasets
import Kernels
import Methods
import Networks
import Records

/// Records the inputs of every step of an audited run, from which another program can recompute the run step by step.
/// The run computes the same bits with and without it.
final class AuditRecorder: ForwardObserver {
  /// The maximum number of recorded weights, 64 MiB: every step of a small network, only the initial weights of a large
  /// one.
  static let capacity = 1 << 24
  /// The size of `sides` in bytes after which no further pass is recorded.
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
  ///   - w: the initial weights.
  ///   - statistics: the initial running statistics.
  init(_ w: Vector, _ statistics: Vector, batchSize: Int, iterations: Int) {
    self.batchSize = batchSize
    snapshots = 1 + max(0, min(iterations, AuditRecorder.capacity / max(w.count, 1) - 1))
    weights = Vector(count: snapshots * w.count, pool: w.pool)
    self.statistics = Vector(count: snapshots * statistics.count, pool: w.pool)
    keep(w, statistics, at: 0)
  }

  /// Records the weights at the start of the first step: a quantizer's steps are calibrated on its batch.
  func begin(at w: Vector, _ statistics: Vector) { keep(w, statistics, at: 0) }

  /// Records the passes of an iteration, until the network's watcher is replaced.
  func watch(_ network: Network, iteration: Int) {
    watched = iteration
    network.observer = self
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
    // A diverging run has NaNs, which are recorded as 0.
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

  /// The content of `/audit`.
  func record(of oracle: NetworkOracle, _ job: TrainingJob, _ traces: TraceRecorder) -> ArrayTree {
    let iterations = samples.count / batchSize
    let kept = min(snapshots, iterations + 1)
    let layout = oracle.space.layout
    let moments = "values before the first step, then after each iteration"
    let decisions = (traces.decisions ?? DecisionLog()).filled(to: iterations)
    var groups = [
      ArrayTree.Group(
        "parameters",
        layout.entries.map { entry in
          let values = (0..<kept).flatMap { entry.exported(from: snapshot($0, of: weights, count: layout.count)) }
          return StoredArray(
            entry.name, moments, shape: [kept] + entry.exportShape, .float(values), offset: entry.range.lowerBound)
        }),
      ArrayTree.Group(
        "buffers",
        oracle.network.statistics.map { name, range in
          let values = (0..<kept).flatMap { snapshot($0, of: statistics, count: oracle.statistics.count)[range] }
          return StoredArray(
            name, moments, shape: [kept, range.count], .float(values), offset: range.lowerBound)
        }),
      ArrayTree.Group("decisions", job.method.decisions.compactMap { StoredArray($0, decisions, iterations) }),
    ]
    // Images or labels that are in no official file.
    if job.dataset.provenance == .generated || job.dataset.trueLabels != nil || job.dataset.validationCount > 0 {
      groups.append(ArrayTree.Group(imagesAt: samples, of: job.dataset.training))
    }
    return ArrayTree(
      datasets: [
        StoredArray(
          "samples", "dataset index of each example of each iteration; -1 beyond the end of a short batch",
          shape: [iterations, batchSize], .int32(samples)),
        StoredArray(
          "draws", "augmentation of each example: crop top, crop left, flipped, erased, erased top, erased left",
          shape: [iterations, batchSize, 6], .int8(draws)),
        StoredArray(
          "passes", "iteration, examples and first byte in sides of each forward pass", shape: [passes.count / 3, 3],
          .int32(passes)),
        StoredArray(
          "sides",
          "by operation, a layer's input before its weight: for a ReLU, one bit per output, lowest first, "
            + "1 above zero; for a quantizer, its integers as bytes, modulo 256, then bits, 1 where not clipped",
          shape: [sides.count], .uint8(sides)),
      ], groups: groups)
  }

  private func snapshot(_ i: Int, of vector: Vector, count: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: vector.readOnly[i * count..<(i + 1) * count])
  }

  /// Visits the audit data without the method's decisions, which are visited with the traces.
  func visitState(_ visitor: inout some StateVisitor) throws {
    try visitor.numbers("audit.samples", &samples)
    try visitor.numbers("audit.draws", &draws)
    try visitor.numbers("audit.passes", &passes)
    try visitor.numbers("audit.sides", &sides)
    try visitor.vector("audit.weights", weights)
    try visitor.vector("audit.statistics", statistics)
  }
}

extension ArrayTree.Group {
  /// The images with these dataset indices, once each.
  fileprivate init(imagesAt samples: [Int32], of images: ImageSet) {
    let used = Set(samples).filter { $0 >= 0 }.sorted()
    self.init(
      "examples",
      [
        StoredArray("index", "dataset index of each image that was used", shape: [used.count], .int32(used)),
        StoredArray(
          "label", "class of each image", shape: [used.count], .uint8(used.map { images.labels[Int($0)] })),
        StoredArray(
          "pixels", "bytes of each image: channel, row, column", shape: [used.count, 3, 32, 32],
          .uint8(used.flatMap { images.pixels[Int($0) * 3072..<(Int($0) + 1) * 3072] })),
      ])
  }
}

extension StoredArray {
  /// Nil for a decision that was never made.
  fileprivate init?(_ declaration: Decision, _ log: DecisionLog, _ iterations: Int) {
    let (name, longName) = (declaration.name, declaration.longName)
    if let rows = log.bits[name] {
      self.init(name, longName + "; bits, the lowest first", shape: [iterations, rows.width], .uint8(rows.bytes))
    } else if let numbers = log.numbers[name] {
      self.init(name, longName, shape: [iterations], .double(numbers))
    } else {
      return nil
    }
  }
}
