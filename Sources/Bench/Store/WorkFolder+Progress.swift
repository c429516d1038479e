import Foundation

/// The progress of a run, for display by other processes. The run itself never reads it, so nothing is lost with it.
package struct CellProgress: Codable, Hashable, Sendable {
  /// Example: "table3: ResNet-18, CIFAR-10, SAM, seed 1".
  package var alias: String
  package var epoch: Int
  package var epochs: Int
  /// Iterations done, and their total.
  package var iteration: Int
  package var iterations: Int
  /// Loss of the last step's first gradient, in nats.
  package var loss: Double
  /// The latest test accuracy in percent; nil before the first evaluation.
  package var testAccuracy: Double?
  package var imagesPerSecond: Double
  /// Estimated seconds left, at the speed since this process began.
  package var secondsLeft: Double

  package init(
    alias: String, epoch: Int, epochs: Int, iteration: Int, iterations: Int, loss: Double, testAccuracy: Double?,
    imagesPerSecond: Double, secondsLeft: Double
  ) {
    self.alias = alias
    self.epoch = epoch
    self.epochs = epochs
    self.iteration = iteration
    self.iterations = iterations
    self.loss = loss
    self.testAccuracy = testAccuracy
    self.imagesPerSecond = imagesPerSecond
    self.secondsLeft = secondsLeft
  }

  /// Whether the values are plausible; another program may have changed the file.
  var isPlausible: Bool {
    let counts = 0...1 << 40
    return [epoch, epochs, iteration, iterations].allSatisfy(counts.contains) && loss.isFinite
      && (0...1e12).contains(imagesPerSecond) && (0...1e12).contains(secondsLeft)
      && testAccuracy.map { (0...100).contains($0) } ?? true && alias.utf8.count <= 4096
  }
}

extension WorkFolder {
  static let progressName = "progress.json"
  static let metricsName = "metrics.csv"
  /// A million lines of a hundred characters, one per epoch.
  private static let longestMetrics = 100 << 20

  /// Writes the progress of the cell, without waiting for the disk.
  package func write(_ progress: CellProgress) throws(StoreError) {
    guard let text = try? JSONEncoder().encode(progress) else { return }
    try access.replace("\(path)/\(WorkFolder.progressName)", with: String(decoding: text, as: UTF8.self))
  }

  /// The last progress written; nil if there is none or it is not plausible.
  package var progress: CellProgress? {
    guard let bytes = try? access.content(of: "\(path)/\(WorkFolder.progressName)"),
      let progress = try? JSONDecoder().decode(CellProgress.self, from: Data(bytes))
    else { return nil }
    return progress.isPlausible ? progress : nil
  }

  /// Writes the line of an epoch, which starts with the epoch's number. Lines of this and later epochs are replaced,
  /// because a resumed run repeats them.
  package func writeMetrics(head: String, line: String, epoch: Int) throws(StoreError) {
    let kept = (metrics ?? "").split(separator: "\n").dropFirst().filter { line in
      line.prefix { $0 != "," }.wholeMatch(of: /[0-9]+/).flatMap { Int($0.0) }.map { $0 < epoch } ?? false
    }
    try access.replace(
      "\(path)/\(WorkFolder.metricsName)",
      with: ([Substring(head)] + kept + [Substring(line)]).joined(separator: "\n") + "\n")
  }

  /// The header and one line per epoch; nil before the end of the first epoch.
  package var metrics: String? {
    let path = "\(path)/\(WorkFolder.metricsName)"
    return (try? access.content(of: path, limit: WorkFolder.longestMetrics)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The iteration after which the cell would resume; nil without a checkpoint. The checkpoint is not verified here; a
  /// run does that.
  package var resumeIteration: Int? {
    (0..<2).compactMap { Checkpoint.head(at: "\(path)/checkpoint-\($0)", access) }.max { $0.sequence < $1.sequence }?
      .iteration
  }

  /// The process that works on the cell, without claiming it; nil if there is none.
  package var holder: ClaimHolder? { try? currentHolder() }
}

extension RunStore {
  /// The IDs of the cells with a work folder: running cells and stopped ones.
  package func started() throws(StoreError) -> [String] {
    try FileAccess.names(in: "\(folder)/work").filter { !$0.hasPrefix(".") }.sorted()
  }

  /// Removes a cell's result. Its work folder stays if it is being trained again.
  package func remove(_ id: String) throws(StoreError) {
    let path = path(of: id)
    guard unlink(path) == 0 || errno == ENOENT else { throw .io(action: "remove", path: path, code: errno) }
  }
}
