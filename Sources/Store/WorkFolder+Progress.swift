import Foundation

/// How far a run is, for people who look at it from outside. The run itself never reads it: losing it loses nothing.
package struct CellProgress: Codable, Hashable, Sendable {
  /// "table3: ResNet-18, CIFAR-10, SAM, seed 1".
  package var alias: String
  package var epoch: Int
  package var epochs: Int
  /// Iterations done, of how many.
  package var iteration: Int
  package var iterations: Int
  /// Loss of the last step's first gradient, in nats.
  package var loss: Double
  /// The latest test accuracy in percent; nil before the first evaluation.
  package var testAccuracy: Double?
  package var imagesPerSecond: Double
  /// Seconds to the end, at the speed since this process began.
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

  /// Whether a run can have written it; the file may have been changed by others.
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
  /// An epoch's line of a hundred characters, a million times.
  private static let longestMetrics = 100 << 20

  /// Writes how far the cell is. The disk is not waited for.
  package func write(_ progress: CellProgress) throws(StoreError) {
    guard let text = try? JSONEncoder().encode(progress) else { return }
    try access.replace("\(path)/\(WorkFolder.progressName)", with: String(decoding: text, as: UTF8.self))
  }

  /// How far the cell was when that was last written; nil where no run of this program wrote it.
  package var progress: CellProgress? {
    guard let bytes = try? access.content(of: "\(path)/\(WorkFolder.progressName)"),
      let progress = try? JSONDecoder().decode(CellProgress.self, from: Data(bytes))
    else { return nil }
    return progress.isPlausible ? progress : nil
  }

  /// Writes one line an epoch, its number first. Lines of this and later epochs are replaced: a run that resumed
  /// repeats them.
  package func writeMetrics(head: String, line: String, epoch: Int) throws(StoreError) {
    let kept = (metrics ?? "").split(separator: "\n").dropFirst().filter { line in
      line.prefix { $0 != "," }.wholeMatch(of: /[0-9]+/).flatMap { Int($0.0) }.map { $0 < epoch } ?? false
    }
    try access.replace(
      "\(path)/\(WorkFolder.metricsName)",
      with: ([Substring(head)] + kept + [Substring(line)]).joined(separator: "\n") + "\n")
  }

  /// One line an epoch, a head before them; nil before the first epoch's end.
  package var metrics: String? {
    let path = "\(path)/\(WorkFolder.metricsName)"
    return (try? access.content(of: path, limit: WorkFolder.longestMetrics)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The iteration after which the cell would resume, nil without a checkpoint. Its file is not proven: only a run does
  /// that.
  package var resumeIteration: Int? {
    (0..<2).compactMap { Checkpoint.head(at: "\(path)/checkpoint-\($0)", access) }.max { $0.sequence < $1.sequence }?
      .iteration
  }

  /// Who works on the cell, without asking for it; nil where nobody does.
  package var holder: ClaimHolder? { try? currentHolder() }
}

extension RunStore {
  /// Cells with a work folder: running ones, and those that were stopped.
  package func started() throws(StoreError) -> [String] {
    try FileAccess.names(in: "\(folder)/work").filter { !$0.hasPrefix(".") }.sorted()
  }

  /// Removes a cell's result. Its work folder, if it is being trained again, stays.
  package func remove(_ id: String) throws(StoreError) {
    let path = path(of: id)
    guard unlink(path) == 0 || errno == ENOENT else { throw .io(action: "remove", path: path, code: errno) }
  }
}
